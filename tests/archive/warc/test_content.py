"""Content-Encoding undone: whole or only the beginning."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive import ContentDecodingError, RecordTooLargeError
from archive.errors import CutContentError
from archive.warc.content import decode_beginning, decode_content

TEXT = "Cà phê được mùa, tiêu mất giá. ".encode() * 5000
BARE = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": ([b"gzip"], gzip.compress(TEXT)),
    "members": ([b"x-gzip"], gzip.compress(TEXT[:70_000]) + gzip.compress(TEXT[70_000:])),
    "zlib": ([b"deflate"], zlib.compress(TEXT)),
    "bare": ([b"Deflate"], BARE.compress(TEXT) + BARE.flush()),
    "twice": ([b"gzip, deflate"], zlib.compress(gzip.compress(TEXT))),
    "two headers": ([b"deflate", b"gzip"], gzip.compress(zlib.compress(TEXT))),
    "brotli": ([b"br"], brotli.compress(TEXT, quality=3)),
    "zstd": ([b"zstd"], zstandard.compress(TEXT)),
    "frames": ([b"ZSTD"], zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:])),
    "stacked": ([b"zstd, br"], brotli.compress(zstandard.compress(TEXT), quality=3)),
    "no checksum": ([b"gzip"], gzip.compress(TEXT)[:-8]),
    "wrong checksum": ([b"gzip"], gzip.compress(TEXT)[:-8] + bytes(8)),
    "rubbish behind": ([b"gzip"], gzip.compress(TEXT) + b"rubbish"),
    "every field": (
        [b"gzip"],
        b"\x1f\x8b\x08\x1e" + bytes(6) + b"\3\0abcten\0loi\0\0\0" + gzip.compress(TEXT)[10:],
    ),
    "labelled gzip": ([b"gzip"], TEXT),
    "labelled zstd": ([b"zstd"], TEXT),
    "plain": ([], TEXT),
    **{
        label: ([label.encode()], TEXT)
        for label in ("identity", "none", "UTF-8", "aws-chunked", "*", "binary", "")
    },
    "one of them": ([b"aws-chunked, gzip"], gzip.compress(TEXT)),
}


@pytest.mark.parametrize("name", CODED)
def test_every_coding_is_undone(name: str) -> None:
    encodings, payload = CODED[name]
    assert TEXT == decode_content(payload, encodings, max_bytes=len(TEXT))
    for size in (0, 1, 1000, 100_000, len(TEXT), len(TEXT) + 1):
        assert TEXT[:size] == decode_beginning(payload, encodings, max_bytes=size)


@given(st.binary(max_size=3000), st.integers(1, 4000))
def test_the_beginning_is_that_of_the_whole(body: bytes, size: int) -> None:
    payload = gzip.compress(body)
    assert body[:size] == decode_beginning(payload, [b"gzip"], max_bytes=size)
    assert body == decode_content(payload, [b"gzip"], max_bytes=3000)


@pytest.mark.parametrize("name", ["zlib", "bare", "brotli", "zstd", "stacked", "members", "twice"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_a_cut_is_told_and_what_came_is_kept(name: str, share: float) -> None:
    encodings, payload = CODED[name]
    cut = payload[: int(len(payload) * share)]
    with pytest.raises(CutContentError) as raised:
        decode_content(cut, encodings, max_bytes=len(TEXT))
    assert TEXT.startswith(raised.value.partial)
    assert raised.value.partial.startswith(decode_beginning(cut, encodings, max_bytes=1000))


def test_nothing_at_all_is_whole() -> None:
    for label in (b"gzip", b"deflate", b"zstd"):
        assert b"" == decode_content(b"", [label], max_bytes=10)


@pytest.mark.parametrize("decode", [decode_content, decode_beginning])
@pytest.mark.parametrize(
    ("encodings", "payload"),
    [
        ([b"gzip"], b"\x1f\x8b\x08\0\0\0\0\0\0\xff<html>no gzip at all"),
        ([b"br"], b"\xff<html>"),
        ([b"gzip", b"compress"], b"x"),
    ],
)
def test_what_cannot_be_decoded_is_an_error(
    decode: object, encodings: list[bytes], payload: bytes
) -> None:
    assert callable(decode)
    with pytest.raises(ContentDecodingError):
        decode(payload, encodings, max_bytes=100)


def test_a_bomb_is_refused_and_its_beginning_is_not() -> None:
    bomb = gzip.compress(bytes(50 << 20))
    with pytest.raises(RecordTooLargeError, match="larger than 1000 bytes"):
        decode_content(bomb, [b"gzip"], max_bytes=1000)
    assert bytes(1000) == decode_beginning(bomb, [b"gzip"], max_bytes=1000)
    for label, packed in (
        (b"br", brotli.compress(bytes(50 << 20))),
        (b"zstd", zstandard.compress(bytes(50 << 20))),
    ):
        with pytest.raises(RecordTooLargeError):
            decode_content(packed, [label], max_bytes=1000)
