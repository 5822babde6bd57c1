"""Decompressed stream of a WARC file: gzip members, one for many records, or plain."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from archive.warc.fields import MAX_FIELDS_BYTES

_READ_BYTES = 1 << 20
_GZIP_WINDOW_BITS = 31
_CUT = "the file ends before the gzip member does"


class ByteSource(Protocol):
    """A file, a pipe, a buffer: whatever bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class RecordStream:
    """Uncompressed bytes, and the offset in the file they come from. Never goes back."""

    def __init__(
        self, file: ByteSource, *, on_read: Callable[[bytes], object] = lambda _data: None
    ) -> None:
        """:param on_read: gets all bytes as they come from *file*."""
        self._file = file
        self._on_read = on_read
        self._raw = b""
        self._raw_end = 0
        self._buffer = bytearray()
        self.is_gzip = self._more_raw() and self._raw.startswith(b"\x1f\x8b")
        self._inflate = zlib.decompressobj(_GZIP_WINDOW_BITS) if self.is_gzip else None
        self._member = 0
        """Where the member that is being decompressed begins."""

        self._starts: deque[tuple[int, int]] = deque()
        """(place in the decompressed bytes, offset in the file) of members in the buffer."""

        self._ends: deque[tuple[int, int]] = deque()
        """(place in the decompressed bytes, offset in the file) where members end."""

        self.size = 0
        self.reason: str | None = None
        self.padding = 0
        """Zero bytes behind members: gzip takes them for the rest of a tape's block."""

    def _more_raw(self) -> bool:
        self._raw = self._file.read(_READ_BYTES)
        self._raw_end += len(self._raw)
        self._on_read(self._raw)
        return bool(self._raw)

    def _more(self) -> bool:
        """Append to the buffer; False at the end, or where the compression is broken."""
        if self._inflate is not None:
            return self._more_of_member(self._inflate)
        if not self._raw and not self._more_raw():
            return False
        self._buffer += self._raw
        self._raw = b""
        return True

    def _more_of_member(self, inflate: zlib._Decompress) -> bool:
        while True:
            if not self._raw and not self._more_raw():
                if self._member < self._raw_end:
                    self.reason = _CUT
                return False
            member = self._member
            if member == self._raw_end - len(self._raw) and self._raw.startswith(b"\0"):
                self._skip_padding()
                continue
            try:
                piece = inflate.decompress(self._raw, _READ_BYTES)
            except zlib.error as exc:
                self.reason = str(exc)
                return False
            if inflate.eof:
                self._raw = inflate.unused_data
                self._member = self._raw_end - len(self._raw)
                self._note_end(self.size + len(self._buffer) + len(piece))
                self._inflate = inflate = zlib.decompressobj(_GZIP_WINDOW_BITS)
            else:
                self._raw = inflate.unconsumed_tail
            if piece:
                if not self._starts or self._starts[-1][1] != member:
                    self._starts.append((self.size + len(self._buffer), member))
                self._buffer += piece
                return True

    def _skip_padding(self) -> None:
        rest = self._raw.lstrip(b"\0")
        self.padding += len(self._raw) - len(rest)
        self._member += len(self._raw) - len(rest)
        self._raw = rest

    @property
    def place(self) -> int:
        """Where in the file what comes next begins, or its gzip member does."""
        if self._inflate is None:
            return self.size
        while len(self._starts) > 1 and self._starts[1][0] <= self.size:
            self._starts.popleft()
        return self._starts[0][1] if self._buffer else self._member

    def _note_end(self, at: int) -> None:
        while self._ends and self._ends[0][0] < self.size:
            self._ends.popleft()
        self._ends.append((at, self._member))

    @property
    def member_end(self) -> int | None:
        """Where in the file ends what was taken last, or its gzip member; None: that has not been
        read to its end.
        """
        if self._inflate is None:
            return self.size
        return next((end for at, end in self._ends if at >= self.size), None)

    @property
    def is_cut(self) -> bool:
        return self.reason == _CUT

    @property
    def raw_size(self) -> int:
        return self._raw_end

    def until(self, end: bytes) -> bytes | None:
        """Up to and without *end*; None if it does not come."""
        start = 0
        while (found := self._buffer.find(end, start)) < 0:
            start = max(0, len(self._buffer) - len(end))
            if len(self._buffer) > MAX_FIELDS_BYTES or not self._more():
                return None
        head = bytes(self._buffer[:found])
        del self._buffer[: found + len(end)]
        self.size += found + len(end)
        return head

    def skip_to(self, end: bytes) -> int | None:
        """Pass over everything up to the last word of *end* (``WARC/`` of a line end and it); how
        many bytes that were. None if it does not come.
        """
        skipped = 0
        while (found := self._buffer.find(end)) < 0:
            passed = max(0, len(self._buffer) - len(end) + 1)
            del self._buffer[:passed]
            self.size += passed
            skipped += passed
            if not self._more():
                return None
        passed = found + len(end) - len(end.rpartition(b"\n")[2])
        del self._buffer[:passed]
        self.size += passed
        return skipped + passed

    def take(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._buffer and not self._more():
                return
            piece = bytes(self._buffer[:size])
            del self._buffer[:size]
            self.size += len(piece)
            size -= len(piece)
            yield piece

    def begins_with(self, data: bytes) -> bool:
        """Whether these bytes come next."""
        while len(self._buffer) < len(data) and self._more():
            pass
        return self._buffer.startswith(data)

    def skip_line_ends(self) -> int:
        """How many bytes of line ends stand here."""
        count = 0
        while True:
            while self._buffer and self._buffer[0] in b"\r\n":
                del self._buffer[0]
                self.size += 1
                count += 1
            if self._buffer or not self._more():
                return count

    @property
    def at_end(self) -> bool:
        return not self._buffer and not self._more()
