"""Content-Encoding undone: whole or only the beginning."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import ContentDecodingError, RecordTooLargeError
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
    "plain": ([], TEXT),
    "identity": ([b"identity"], TEXT),
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


def test_a_broken_end_gives_what_came_before_it() -> None:
    payload = gzip.compress(TEXT)
    cut = payload[:-40]
    assert TEXT.startswith(decode_content(cut, [b"gzip"], max_bytes=1 << 20))
    assert TEXT == decode_content(payload + b"rubbish", [b"gzip"], max_bytes=1 << 20)
    assert b"" == decode_content(b"", [b"gzip"], max_bytes=10)


@pytest.mark.parametrize("decode", [decode_content, decode_beginning])
@pytest.mark.parametrize(
    ("encodings", "payload"),
    [([b"gzip"], b"<html>no gzip at all"), ([b"br"], b"x"), ([b"gzip", b"zstd"], b"x")],
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
