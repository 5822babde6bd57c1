"""WARC writer: records to any stream, as gzip members or plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from isal import igzip_lib, isal_zlib

from archive.warc.spool import body_chunks, is_in_memory

if TYPE_CHECKING:
    from archive.warc.record import NewRecord

DEFAULT_LEVEL = 2
"""isal's; measured in docs/adr/0002."""

_RECORD_END = b"\r\n\r\n"
_GZIP_WINDOW_BITS = 31


class ByteSink(Protocol):
    """A file, a socket's file, a buffer: whatever takes all bytes that it is given."""

    def write(self, data: bytes, /) -> object: ...


class Written(NamedTuple):
    """Where a record lies in the stream."""

    offset: int
    length: int
    """Bytes in the stream: of the gzip member, if there is one."""

    record_length: int
    """Bytes of the record before compression."""


class WarcWriter:
    """Writes one record after the other and reads nothing back; flushing and closing are yours."""

    def __init__(
        self, stream: ByteSink, *, gzip: bool = True, level: int = DEFAULT_LEVEL, offset: int = 0
    ) -> None:
        """:param offset: how much the stream holds already."""
        self._stream = stream
        self._is_gzip = gzip
        self._level = level
        self._warcinfo_id: str | None = None
        self.offset = offset
        """Where the next record will begin."""

    def write(self, record: NewRecord) -> Written:
        """A record after a warcinfo record names it in WARC-Warcinfo-ID."""
        if record.type == "warcinfo":
            self._warcinfo_id = record.record_id
        head = record.head_bytes(self._warcinfo_id)
        start = self.offset
        for piece in self._pieces(head, record):
            self._stream.write(piece)
            self.offset += len(piece)
        record_length = len(head) + len(record.block) + len(_RECORD_END)
        return Written(start, self.offset - start, record_length)

    def _pieces(self, head: bytes, record: NewRecord) -> Iterable[bytes]:
        pieces = chain((head,), body_chunks(record.block), (_RECORD_END,))
        if not self._is_gzip:
            return pieces
        if is_in_memory(record.block):  # at once is faster, and makes other bytes
            return (igzip_lib.compress(b"".join(pieces), self._level, flag=igzip_lib.COMP_GZIP),)
        return self._compressed(pieces)

    def _compressed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        compressor = isal_zlib.compressobj(self._level, wbits=_GZIP_WINDOW_BITS)
        for piece in pieces:
            yield compressor.compress(piece)
        yield compressor.flush()
