"""Content-Encoding undone, bounded in memory: the one content decoder, of crawl and archive alike.

It reads as browsers do: labels that name no coding mean nothing, the checksum behind a gzip stream
is not asked about, and what follows it is passed over. But a stream that ends too early is told.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

from archive.errors import ContentDecodingError, CutContentError, RecordTooLargeError

_Pieces = Iterator[bytes]

_PIECE_BYTES = 1 << 20
_INPUT_BYTES = 64 << 10
_ZLIB, _RAW = 15, -15
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_MAX_WINDOW = 8 << 20
"""RFC 9659: no more is needed for the coding "zstd"."""

_ZSTD_INPUT_BYTES = 256
"""What comes of it at once has no other bound: 8 MiB at most, as four bytes give 128 KiB."""

_FHCRC, _FEXTRA, _FNAME, _FCOMMENT = 2, 4, 8, 16
_GZIP_HEAD, _GZIP_TRAILER = 10, 8
_DEFLATED = 8

_UNREADABLE = frozenset(
    {b"compress", b"x-compress", b"dcb", b"dcz", b"exi", b"pack200-gzip", b"bzip2", b"lzma", b"xz"}
)
"""Codings that we cannot undo. Every other label that is not known (``utf-8``, ``none``,
``aws-chunked``) is somebody's mistake, and stands before a body that is not coded."""


def decode_content(payload: bytes, encodings: Iterable[bytes], *, max_bytes: int) -> bytes:
    """*payload* without its content codings.

    :param encodings: values of the Content-Encoding headers, in order.
    :raises RecordTooLargeError: it would become larger than *max_bytes* (a "gzip bomb").
    :raises CutContentError: it ends before the coding does.
    :raises ContentDecodingError: it is not what its label says, or the coding is unknown. The error
        has what could be decoded.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _decoded(payload, encodings):
            size += len(piece)
            if size > max_bytes:
                raise RecordTooLargeError(
                    f"The body is larger than {max_bytes} bytes when decoded; it stays in the"
                    " archive as it came."
                )
            pieces.append(piece)
    except ContentDecodingError as exc:
        exc.partial = b"".join(pieces)
        raise
    return b"".join(pieces)


def decode_beginning(payload: bytes, encodings: Iterable[bytes], *, max_bytes: int) -> bytes:
    """The first *max_bytes* of what :func:`decode_content` would give, and no work for more; of a
    stream that is cut, what came.

    :raises ContentDecodingError: it is not what its label says, or the coding is unknown.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _decoded(payload, encodings):
            pieces.append(piece)
            size += len(piece)
            if size >= max_bytes:
                break
    except CutContentError:
        pass
    return b"".join(pieces)[:max_bytes]


def _decoded(payload: bytes, encodings: Iterable[bytes]) -> _Pieces:
    """In pieces of a megabyte; memory for as many of them as there are codings."""
    labels = (label.strip().lower() for label in b",".join(encodings).split(b","))
    pieces = iter((payload,))
    for label in reversed([label for label in labels if label in _UNDO or label in _UNREADABLE]):
        if label in _UNREADABLE:
            raise ContentDecodingError(
                f"Content-Encoding is {label.decode('ascii', 'replace')!r}, which was not asked"
                " for and cannot be decoded here; the record holds the bytes as they came."
            )
        pieces = _UNDO[label](_Input(pieces))
    return pieces


class _Input:
    """Pieces of any size, read as one stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._buffer = b""

    def peek(self, size: int) -> bytes:
        """The next *size* bytes, which stay; fewer at the end."""
        while len(self._buffer) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._buffer += piece
        return self._buffer[:size]

    def read(self, size: int = _INPUT_BYTES) -> bytes:
        """Up to *size* bytes; none at the end."""
        if not self._buffer:
            self.peek(1)
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def unread(self, data: bytes) -> None:
        self._buffer = data + self._buffer

    def rest(self) -> _Pieces:
        while data := self.read(_PIECE_BYTES):
            yield data


def _gunzipped(source: _Input) -> _Pieces:
    """All members after one another; what comes behind them is no part of it."""
    if source.peek(1) and source.peek(2) != _GZIP_MAGIC:
        yield from source.rest()  # labelled wrongly
        return
    while source.peek(2) == _GZIP_MAGIC:
        _skip_gzip_head(source)
        yield from _inflated(source, _RAW, "gzip")
        source.read(len(source.peek(_GZIP_TRAILER)))


def _skip_gzip_head(source: _Input) -> None:
    """RFC 1952, section 2.3."""
    head = source.peek(_GZIP_HEAD)
    flags = head[3] if len(head) == _GZIP_HEAD else 0
    _skip(source, _GZIP_HEAD)
    if flags & _FEXTRA:
        size = source.peek(2)
        _skip(source, 2 + int.from_bytes(size, "little"))
    for flag in (_FNAME, _FCOMMENT):
        while flags & flag and source.peek(1) not in {b"", b"\0"}:
            _skip(source, 1)
        _skip(source, 1 if flags & flag else 0)
    _skip(source, 2 if flags & _FHCRC else 0)


def _skip(source: _Input, size: int) -> None:
    if len(source.peek(size)) < size:
        raise _cut("gzip")
    while size:
        size -= len(source.read(size))


def _deflated(source: _Input) -> _Pieces:
    """By the standard zlib's format; some servers send the bare stream."""
    first = source.peek(2)
    is_zlib = len(first) == 2 and first[0] & 15 == _DEFLATED and not int.from_bytes(first) % 31  # noqa: PLR2004
    if first:
        yield from _inflated(source, _ZLIB if is_zlib else _RAW, "deflate")


def _inflated(source: _Input, window_bits: int, coding: str) -> _Pieces:
    decompressor = zlib.decompressobj(window_bits)
    while not decompressor.eof:
        data = decompressor.unconsumed_tail or source.read()
        if not data:
            raise _cut(coding)
        try:
            out = decompressor.decompress(data, _PIECE_BYTES)
        except zlib.error as exc:
            raise _wrong(coding, exc) from exc
        if out:
            yield out
    source.unread(decompressor.unused_data)


def _unbrotlied(source: _Input) -> _Pieces:
    decompressor = brotli.Decompressor()
    while not decompressor.is_finished():
        data = source.read() if decompressor.can_accept_more_data() else b""
        if not data and decompressor.can_accept_more_data():
            raise _cut("br")
        try:
            out = decompressor.process(data, output_buffer_limit=_PIECE_BYTES)
        except brotli.error as exc:
            raise _wrong("br", exc) from exc
        if out:
            yield out


def _unzstded(source: _Input) -> _Pieces:
    """All frames after one another."""
    if source.peek(1) and source.peek(4) != _ZSTD_MAGIC:
        yield from source.rest()  # labelled wrongly
        return
    while source.peek(4) == _ZSTD_MAGIC:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW).decompressobj()
        while not decompressor.eof:
            data = source.read(_ZSTD_INPUT_BYTES)
            if not data:
                raise _cut("zstd")
            try:
                out = decompressor.decompress(data)
            except zstandard.ZstdError as exc:
                raise _wrong("zstd", exc) from exc
            if out:
                yield out
        source.unread(decompressor.unused_data)


def _cut(coding: str) -> CutContentError:
    return CutContentError(f"The payload ends before its coding {coding!r} does.")


def _wrong(coding: str, error: Exception) -> ContentDecodingError:
    return ContentDecodingError(f"The payload is not what its coding {coding!r} says ({error}).")


_UNDO: dict[bytes, Callable[[_Input], _Pieces]] = {
    b"gzip": _gunzipped,
    b"x-gzip": _gunzipped,
    b"deflate": _deflated,
    b"br": _unbrotlied,
    b"zstd": _unzstded,
}
