"""Gzip members of a file, read once, one after the other, and hashed on the way.

Checksum and length of a member are isal's to check; what gzip readers pass over (name, time and
flags in the header) is compared here with what our writer writes, bit by bit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from isal import igzip_lib

if TYPE_CHECKING:
    from io import FileIO

GZIP_HEADER = bytes.fromhex("1f8b08000000000000ff")
"""No flags, no time, no name; "extra flags" 0, unknown system: what isal writes at our level."""

HEADER_FIELDS = (
    (0, 2, "magic number"),
    (2, 3, "compression method"),
    (3, 4, "flags"),
    (4, 8, "time"),
    (8, 9, "extra flags"),
    (9, 10, "operating system"),
)
_READ_BYTES = 1 << 20
_FEED_BYTES = 64 << 10
_FIRST_BYTES = 2 << 20
_INFLATE_BYTES = 1 << 20
_RECORD_START = b"WARC/"
_ERROR_CODE = re.compile(r"^Error -?\d+ ")


class Damage(ValueError):  # noqa: N818 - the damage is what was found, not what we did
    """The member that was being read is not whole."""

    def __init__(self, reason: str, *, at_end: bool) -> None:
        super().__init__(reason)
        self.at_end = at_end
        """The file ended, or what is being written ended, before the member did."""


class MemberFile:
    """A position in a file that goes from member to member."""

    def __init__(self, file: FileIO, *, limit: int | None = None) -> None:
        """:param limit: the file counts as ending here; what is behind it is being written."""
        self._file = file
        self._limit = limit
        self._buffer = b""
        self._base = 0  # of the buffer in the file
        self._at = 0  # in the buffer
        self._end = 0  # of what was read
        self._hashed = 0
        self._hash = hashlib.sha256()
        self._feeding: Iterator[bytes] | None = None
        self._read_bytes = _READ_BYTES
        self._mended = -1  # offset of a member whose header is read as if it were right
        self._none_from: int | None = None  # from here on no member was found
        self.member_length = 0
        """Compressed bytes of the member read last, once it has been read whole."""

    @classmethod
    def at(cls, file: FileIO, offset: int) -> MemberFile:
        """For reading one member once more: nothing is hashed, little is read beyond it."""
        file.seek(offset)
        members = cls(file)
        members._base = members._end = offset
        members._hashed = 1 << 62
        members._read_bytes = _FEED_BYTES
        return members

    @property
    def offset(self) -> int:
        return self._base + self._at

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the end of the file."""
        self._fill(size)
        return self._buffer[self._at : self._at + size]

    def first_bytes(self, hint: int | None = None) -> bytes:
        """Begin the member here; its first 2 MiB uncompressed, or all of it.

        :param hint: how long the journal says it is: it saves reading beyond its end.
        :raises Damage: it is not whole, as far as one can see yet.
        """
        if hint is not None and hint <= _FEED_BYTES and (piece := self._at_once(hint)) is not None:
            self._feeding = None
            return piece
        pieces: list[bytes] = []
        size = 0
        self._feeding = self._inflate(hint)
        for piece in self._feeding:
            pieces.append(piece)
            size += len(piece)
            if size >= _FIRST_BYTES:
                break
        else:
            self._feeding = None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    @property
    def is_whole(self) -> bool:
        """Whether :meth:`first_bytes` returned the whole member."""
        return self._feeding is None

    def rest(self) -> Iterator[bytes]:
        """What follows the first bytes, in pieces. :raises Damage: the member is not whole."""
        if self._feeding is not None:
            yield from self._feeding
            self._feeding = None

    def _at_once(self, length: int) -> bytes | None:
        """A small member that is as long as the journal says: by far the most are. None: look."""
        data = self._compressed(length)
        decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        try:
            piece = decompressor.decompress(data)
        except igzip_lib.IsalError:  # type: ignore[misc]  # as below
            return None
        if not decompressor.eof or decompressor.unused_data:
            return None
        self._at += length
        self.member_length = length
        return bytes(piece)

    def _inflate(self, hint: int | None) -> Iterator[bytes]:
        start = self.offset
        decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        step = min(hint or _FEED_BYTES, _FEED_BYTES)
        try:
            while True:
                data = self._compressed(step)
                if not data:
                    raise Damage("the file ends before the record does", at_end=True)
                self._at += len(data)
                # Of 64 KiB at most 64 MiB can come: deflate's factor is below 1032.
                piece = decompressor.decompress(data)
                if decompressor.eof:
                    self._at -= len(decompressor.unused_data)
                    self.member_length = self.offset - start
                if len(piece) > _INFLATE_BYTES:
                    for begin in range(0, len(piece), _INFLATE_BYTES):
                        yield piece[begin : begin + _INFLATE_BYTES]
                elif piece:
                    yield piece
                if decompressor.eof:
                    return
                step = _FEED_BYTES
        except igzip_lib.IsalError as exc:  # type: ignore[misc]  # its stub has it as an instance
            # "Error -6 Incorrect checksum found"
            raise Damage(_ERROR_CODE.sub("", str(exc)), at_end=False) from exc

    def _compressed(self, size: int) -> memoryview:
        """The next bytes of a member, under a right header if its own is not."""
        self._fill(size)
        data = memoryview(self._buffer)[self._at : self._at + size]
        if self._mended == self.offset and len(data) >= len(GZIP_HEADER):
            return memoryview(GZIP_HEADER + data[len(GZIP_HEADER) :])
        return data

    def seek(self, offset: int) -> None:
        """Go on at *offset*; forward by reading, because every byte is hashed."""
        self._feeding = None
        if offset < self._base:
            self._file.seek(offset)
            self._base = self._end = offset
            self._buffer, self._at = b"", 0
            return
        while offset > self._end:
            self._at = len(self._buffer)
            if not self._read(_READ_BYTES):
                break
        self._at = min(offset - self._base, len(self._buffer))

    def find_member(self, start: int, after: int = 0) -> int | None:
        """Where the next record seems to begin at or after *start*; the position is then there.

        :param after: only beyond this byte will do; a damaged header may stand before it.
        """
        start = max(start, after)
        if self._none_from is not None and start >= self._none_from:
            return None
        self.seek(start)
        found = self._find_member()
        if found is None:
            self._none_from = start
        return found

    def _find_member(self) -> int | None:
        while True:
            if not self._fill(len(GZIP_HEADER)):
                return None
            found = self._buffer.find(GZIP_HEADER, self._at)
            if found < 0:
                # The header may begin in the last bytes that are here.
                self._at = max(self._at, len(self._buffer) - len(GZIP_HEADER) + 1)
                if not self._read(_READ_BYTES):
                    return None
                continue
            self._at = found
            if self.begins_record():
                return self.offset
            self._at = found + 1

    def begins_record(self, *, under_any_header: bool = False) -> bool:
        """Whether here begins what decompresses to the start of a WARC record.

        :param under_any_header: if it does but for the gzip header, it is read as if that were
            right.
        """
        mended, self._mended = self._mended, self.offset if under_any_header else -1
        decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        try:
            first = decompressor.decompress(self._compressed(512), len(_RECORD_START))
        except igzip_lib.IsalError:  # type: ignore[misc]  # same
            first = b""
        if first == _RECORD_START:
            return True
        self._mended = mended
        return False

    def finish(self) -> tuple[int, str]:
        """Read to the end: size and SHA-256 of the file."""
        self.seek(max(self._hashed, self._end))
        while True:
            self._at = len(self._buffer)
            if not self._read(_READ_BYTES):
                return self._hashed, self._hash.hexdigest()

    def _fill(self, size: int) -> bool:
        """Have *size* bytes from the position on, if there are as many."""
        while len(self._buffer) - self._at < size:
            if not self._read(max(self._read_bytes, size)):
                return False
        return True

    def _read(self, size: int) -> bool:
        if self._limit is not None:
            size = min(size, self._limit - self._end)
        data = self._file.read(size) if size > 0 else b""
        if not data:
            return False
        if self._end + len(data) > self._hashed:
            new = self._hashed - self._end
            self._hash.update(data if new <= 0 else memoryview(data)[new:])
            self._hashed = self._end + len(data)
        self._base += self._at
        self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
        self._at = 0
        self._end += len(data)
        return True
