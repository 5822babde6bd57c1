"""Gzip members of a WARC file, one after the other, in bounded memory.

Every member's checksum and length are checked on the way, so a walk that reaches the end of the
file has seen every byte of every record whole. Unlike warcio's reader it does not take a cut file
for one that has simply ended (warcio#138).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import igzip_lib

_READ_BYTES = 64 << 10
_INFLATE_BYTES = 1 << 20
MAX_HELD_BYTES = 8 << 20


class MemberError(ValueError):
    """The bytes are no whole gzip member; the message says what they are instead."""


@dataclass(frozen=True, slots=True)
class Member:
    """One whole gzip member: one record."""

    offset: int
    length: int
    data: bytes
    """The record, or its first bytes if it is larger than the walk holds."""

    size: int
    """Bytes of the whole record."""

    @property
    def is_whole(self) -> bool:
        return len(self.data) == self.size


class MemberWalk:
    """Iterates over the whole members of *file*; then says how far it came and why it stopped."""

    def __init__(self, file: BinaryIO, *, start: int = 0, max_bytes: int = MAX_HELD_BYTES) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self.whole_end = start
        """Where the last whole member ends."""

        self.reason: str | None = None
        """Why the bytes after :attr:`whole_end` are no member; None at the end of the file."""

    def __iter__(self) -> Iterator[Member]:
        self._file.seek(self.whole_end)
        rest = self._file.read(_READ_BYTES)
        while rest:
            held: list[bytes] = []
            held_bytes = size = 0
            inflated = _Inflation(self._file, rest)
            try:
                for piece in inflated:
                    if held_bytes < self._max_bytes:
                        held.append(piece[: self._max_bytes - held_bytes])
                        held_bytes += len(held[-1])
                    size += len(piece)
            except MemberError as exc:
                self.reason = str(exc)
                return
            offset, self.whole_end = self.whole_end, self.whole_end + inflated.length
            yield Member(offset, inflated.length, b"".join(held), size)
            rest = inflated.rest or self._file.read(_READ_BYTES)


class _Inflation:
    """The uncompressed pieces of one member that begins with the bytes *first*."""

    def __init__(self, file: BinaryIO, first: bytes) -> None:
        self._file, self._data = file, first
        self.length = 0
        self.rest = b""

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces()
        except igzip_lib.IsalError as exc:  # type: ignore[misc]  # its stub has it as an instance
            raise MemberError(f"no gzip member, or a damaged one ({exc})") from exc

    def _pieces(self) -> Iterator[bytes]:
        decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        data = self._data
        while data:
            self.length += len(data)
            if piece := decompressor.decompress(data, _INFLATE_BYTES):
                yield piece
            while not decompressor.eof and not decompressor.needs_input:
                yield decompressor.decompress(b"", _INFLATE_BYTES)
            if decompressor.eof:
                self.rest = decompressor.unused_data
                self.length -= len(self.rest)
                return
            data = self._file.read(_READ_BYTES)
        raise MemberError("the gzip member is cut")


def inflate(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """The uncompressed pieces of the member at *offset*.

    :raises MemberError: no whole member begins there.
    """
    file.seek(offset)
    return iter(_Inflation(file, file.read(_READ_BYTES)))
