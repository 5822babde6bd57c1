"""Uncompressed WARC files: records that are found by their offset and their length alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from archive.warc.fields import MAX_FIELDS_BYTES, parse_warc_head
from archive.warc.members import MAX_HELD_BYTES, Member, MemberError

_READ_BYTES = 1 << 20
_HEAD_END = b"\r\n\r\n"
_LINE_ENDS = b"\r\n"
_CUT = "the file ends before the record does"


class PlainWalk:
    """Iterates over the records of *file* as :class:`MemberWalk` does over gzip members.

    The length of a record leaves out the line ends behind its block, as other indexers have it.
    """

    def __init__(self, file: BinaryIO, *, start: int = 0, max_bytes: int = MAX_HELD_BYTES) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._size = os.fstat(file.fileno()).st_size
        self.whole_end = start
        """Where the last whole record ends."""

        self.reason: str | None = None
        """Why the bytes after :attr:`whole_end` are no record; None at the end of the file."""

    def __iter__(self) -> Iterator[Member]:
        while self.whole_end < self._size:
            try:
                head, length = _read_head(self._file, self.whole_end)
            except MemberError as exc:
                self.reason = str(exc)
                return
            if self.whole_end + length > self._size:
                self.reason = _CUT
                return
            size = length + self._line_ends(self.whole_end + length)
            data = head[:size]
            self._file.seek(self.whole_end + len(data))
            data += self._file.read(max(0, min(size, self._max_bytes) - len(data)))
            offset, self.whole_end = self.whole_end, self.whole_end + size
            yield Member(offset, length, data, size)

    def _line_ends(self, position: int) -> int:
        """How many bytes of line ends follow a block."""
        count = 0
        self._file.seek(position)
        while data := self._file.read(64):
            found = len(data) - len(data.lstrip(_LINE_ENDS))
            count += found
            if found < len(data):
                break
        return count


def read_plain(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """The pieces of the record at *offset*, without the line ends behind its block.

    :raises MemberError: no whole record begins there.
    """
    head, left = _read_head(file, offset)
    piece = head[:left]
    file.seek(offset + len(piece))
    while True:
        yield piece
        left -= len(piece)
        if not left:
            return
        piece = file.read(min(left, _READ_BYTES))
        if not piece:
            raise MemberError(_CUT)


def _read_head(file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """The first bytes of a record, its fields among them; and its length up to its block's end."""
    file.seek(offset)
    head = b""
    while piece := file.read(_READ_BYTES if head else _READ_BYTES >> 4):
        head += piece
        if _HEAD_END in head or len(head) > MAX_FIELDS_BYTES:
            break
    try:
        fields = parse_warc_head(head)
    except ValueError as exc:
        raise MemberError(str(exc)) from exc
    return head, fields.block_start + fields.block_length
