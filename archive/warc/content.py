"""Content-Encoding undone, bounded in memory: the one content decoder."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from archive.errors import ContentDecodingError, RecordTooLargeError

_GZIP, _ZLIB, _RAW = 31, 15, -15
_PIECE_BYTES = 1 << 20


def decode_content(payload: bytes, encodings: Iterable[bytes], *, max_bytes: int) -> bytes:
    """Decode *payload*; a broken end gives what came before it, as browsers do.

    :param encodings: values of the Content-Encoding headers, in order.
    :raises RecordTooLargeError: it would become larger than *max_bytes* (a "gzip bomb").
    :raises ContentDecodingError: nothing of it can be decoded, or the coding is unknown.
    """
    codings = _codings(encodings)
    if not codings:
        return payload
    pieces: list[bytes] = []
    size = 0
    for piece in _decoded(payload, codings, _PIECE_BYTES):
        size += len(piece)
        if size > max_bytes:
            raise RecordTooLargeError(
                f"The body is larger than {max_bytes} bytes when decoded; it stays in the"
                " archive as it came."
            )
        pieces.append(piece)
    return b"".join(pieces)


def decode_beginning(payload: bytes, encodings: Iterable[bytes], *, max_bytes: int) -> bytes:
    """The first *max_bytes* of what :func:`decode_content` would give, and no work for more.

    :raises ContentDecodingError: nothing of it can be decoded, or the coding is unknown.
    """
    codings = _codings(encodings)
    if not codings:
        return payload[:max_bytes]
    pieces: list[bytes] = []
    size = 0
    for piece in _decoded(payload, codings, max_bytes):
        pieces.append(piece)
        size += len(piece)
        if size >= max_bytes:
            break
    return b"".join(pieces)[:max_bytes]


def _codings(encodings: Iterable[bytes]) -> list[bytes]:
    codings = (coding.strip().lower() for coding in b",".join(encodings).split(b","))
    return [coding for coding in codings if coding not in {b"", b"identity"}]


def _decoded(payload: bytes, codings: list[bytes], piece_bytes: int) -> Iterator[bytes]:
    pieces = iter((payload,))
    for coding in reversed(codings):
        pieces = _undone(coding, pieces, piece_bytes)
    return pieces


def _undone(coding: bytes, pieces: Iterator[bytes], piece_bytes: int) -> Iterator[bytes]:
    if coding in {b"gzip", b"x-gzip"}:
        return _inflated(pieces, _GZIP, piece_bytes)
    if coding == b"deflate":
        # By the standard zlib's format; some servers send the bare stream.
        first = next(pieces, b"")
        is_zlib = first[:1] and first[0] & 0x0F == zlib.DEFLATED
        return _inflated(chain((first,), pieces), _ZLIB if is_zlib else _RAW, piece_bytes)
    raise ContentDecodingError(
        f"Content-Encoding is {coding.decode('ascii', 'replace')!r}, which was not asked"
        " for and cannot be decoded here; the record holds the bytes as they came."
    )


def _inflated(pieces: Iterable[bytes], window_bits: int, piece_bytes: int) -> Iterator[bytes]:
    """All members after one another."""
    decompressor = zlib.decompressobj(window_bits)
    is_empty = True
    for piece in pieces:
        data, is_more = piece, False
        while data or is_more:
            try:
                out = decompressor.decompress(data, piece_bytes)
            except zlib.error as exc:
                if not is_empty:
                    return
                raise ContentDecodingError(
                    f"The payload is not what its Content-Encoding says ({exc})."
                ) from exc
            if out:
                is_empty = False
                yield out
            data, is_more = decompressor.unconsumed_tail, bool(out)
            if decompressor.eof:
                data, is_more = decompressor.unused_data, False
                decompressor = zlib.decompressobj(window_bits)
