"""Content-Encoding undone, bounded in memory."""

from __future__ import annotations

import zlib

from archive.errors import ContentDecodingError, RecordTooLargeError

__all__ = ["decode_content"]

_GZIP, _ZLIB, _RAW = 31, 15, -15
_PIECE_BYTES = 1 << 20


def decode_content(payload: bytes, encodings: list[bytes], *, max_bytes: int) -> bytes:
    """Decode *payload*; a broken end gives what came before it, as browsers do.

    :param encodings: values of the Content-Encoding headers, in order.
    :raises RecordTooLargeError: it would become larger than *max_bytes* (a "gzip bomb").
    :raises ContentDecodingError: nothing of it can be decoded, or the coding is unknown.
    """
    codings = [c.strip().lower() for c in b",".join(encodings).split(b",") if c.strip()]
    for coding in reversed(codings):
        if coding in {b"gzip", b"x-gzip"}:
            payload = _inflate(payload, _GZIP, max_bytes)
        elif coding == b"deflate":
            # By the standard zlib's format; some servers send the bare stream.
            is_zlib = payload[:1] and payload[0] & 0x0F == zlib.DEFLATED
            payload = _inflate(payload, _ZLIB if is_zlib else _RAW, max_bytes)
        elif coding != b"identity":
            raise ContentDecodingError(
                f"Content-Encoding is {coding.decode('ascii', 'replace')!r}, which was not asked"
                " for and cannot be decoded here; the record holds the bytes as they came."
            )
    return payload


def _inflate(data: bytes, window_bits: int, max_bytes: int) -> bytes:
    """All gzip members after one another."""
    pieces: list[bytes] = []
    size = 0
    while data:
        decompressor = zlib.decompressobj(window_bits)
        while not decompressor.eof:
            try:
                piece = decompressor.decompress(data, _PIECE_BYTES)
            except zlib.error as exc:
                if size:
                    return b"".join(pieces)
                raise ContentDecodingError(
                    f"The payload is not what its Content-Encoding says ({exc})."
                ) from exc
            if not piece and not decompressor.eof:
                break  # it ends before the member does
            size += len(piece)
            if size > max_bytes:
                raise RecordTooLargeError(
                    f"The body is larger than {max_bytes} bytes when decoded; it stays in the"
                    " archive as it came."
                )
            pieces.append(piece)
            data = decompressor.unconsumed_tail
        data = decompressor.unused_data
    return b"".join(pieces)
