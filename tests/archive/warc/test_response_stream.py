"""Where a response ends, however its bytes come: by table, and against the reader of records."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.warc.http import iter_payload, parse_response_head
from archive.warc.response_stream import ResponseStream

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# name → (bytes, payload, is over by itself, bytes in excess)
ENDS: dict[str, tuple[bytes, bytes, bool, int]] = {
    "length": (OK + b"Content-Length: 3\r\n\r\nbao", b"bao", True, 0),
    "length and more": (OK + b"Content-Length: 3\r\n\r\nbao HTTP", b"bao", True, 5),
    "length of nothing": (OK + b"Content-Length: 0\r\n\r\n", b"", True, 0),
    "leading zeros": (OK + b"Content-Length: 003\r\n\r\nbao", b"bao", True, 0),
    "said twice": (OK + b"Content-Length: 3\r\nContent-Length: 3, 3\r\n\r\nbao", b"bao", True, 0),
    "two lengths": (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nbao", b"bao", False, 0),
    "no number": (OK + b"Content-Length: 3 bytes\r\n\r\nbao", b"bao", False, 0),
    "negative": (OK + b"Content-Length: -3\r\n\r\nbao", b"bao", False, 0),
    "an empty one": (OK + b"Content-Length:\r\n\r\nbao", b"bao", False, 0),
    "too large for any": (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nb", b"b", False, 0),
    "no length": (OK + b"\r\nbao", b"bao", False, 0),
    "blank before the colon": (OK + b"Content-Length : 3\r\n\r\nbao", b"bao", True, 0),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nbao", b"bao", True, 0),
    "a line too many before": (b"\r\n" + OK + b"Content-Length: 1\r\n\r\nb", b"b", True, 0),
    "folded": (OK + b"X-A: b\r\n c\r\nContent-Length: 1\r\n\r\nb", b"b", True, 0),
    "long": (OK + b"X-A: " + b"a" * 500_000 + b"\r\nContent-Length: 1\r\n\r\nb", b"b", True, 0),
    "no names": (OK + b": x\r\na b: y\r\n(): z\r\nContent-Length: 1\r\n\r\nb", b"b", True, 0),
    "chunks": (CHUNKED + b"3\r\nbao\r\n0\r\n\r\n", b"bao", True, 0),
    "chunks and more": (CHUNKED + b"3\r\nbao\r\n0\r\n\r\nHT", b"bao", True, 2),
    "trailers": (CHUNKED + b"3;a=b\r\nbao\r\n0\r\nX-A: b\r\n\r\n", b"bao", True, 0),
    "padded sizes": (CHUNKED + b"3  \r\nbao\r\n0 \r\n\r\n", b"bao", True, 0),
    "chunks with bare line feeds": (CHUNKED + b"3\nbao\n0\n\n", b"bao", True, 0),
    "never chunked": (CHUNKED + b"<html>", b"<html>", False, 0),
    "chunked, said oddly": (
        OK + b"Transfer-Encoding: identity\r\nTransfer-encoding: Chunked ;q=1\r\n\r\n0\r\n\r\n",
        b"", True, 0,
    ),
    "identity": (
        OK + b"Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nbao", b"bao", True, 0,
    ),
    "interim": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
        + OK + b"Content-Length: 1\r\n\r\nb",
        b"b", True, 0,
    ),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True, 0),
    "304": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", True, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("size", [1, 2, 5, 1 << 20])
def test_a_message_ends_where_its_framing_says(name: str, size: int) -> None:
    data, payload, is_over, excess = ENDS[name]
    stream = ResponseStream(b"GET")
    size = max(size, len(data) // 2000)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = b"".join(part for piece in pieces for part in stream.feed(piece))
    found += b"".join(stream.finish())
    assert (found, stream.is_over) == (payload, is_over)
    assert stream.ends_by_close is not is_over
    assert stream.is_whole is is_over
    assert stream.excess == excess


@pytest.mark.parametrize(
    ("length", "body", "expected"),
    [
        (b"3 bytes", b"bao", True),
        (b"3, 4", b"bao", True),
        (b"3, 4", b"ba", False),
        (b"chars=3", b"bao", True),
        (b"nhieu", b"bao", False),
        (b"-3", b"bao", True),
    ],
)
def test_what_seems_to_be_its_length_is_known(length: bytes, body: bytes, expected: bool) -> None:
    stream = ResponseStream(b"GET")
    assert body == b"".join(stream.feed(OK + b"Content-Length: " + length + b"\r\n\r\n" + body))
    assert stream.may_be_over is expected


def test_the_answer_to_head_has_no_body() -> None:
    stream = ResponseStream(b"HEAD")
    assert [] == list(stream.feed(OK + b"Content-Length: 9\r\n\r\n"))
    assert stream.is_over


@pytest.mark.parametrize(
    "data", [b"<html>", b"SSH-2.0-x\r\n", b"HTT", b"\r\n\r\nnothing", b"ICY 200 OK\r\n\r\n"]
)
def test_what_is_no_http_is_told(data: bytes) -> None:
    stream = ResponseStream(b"GET")
    assert [] == list(stream.feed(data))
    assert stream.head is None
    assert stream.is_http is (data == b"HTT")


def test_chunks_that_break_in_the_middle_end_with_the_connection() -> None:
    stream = ResponseStream(b"GET")
    assert b"bao" == b"".join(stream.feed(CHUNKED + b"3\r\nbao\r\nno size\r\nmore"))
    assert stream.is_badly_chunked
    assert stream.ends_by_close
    assert not stream.is_over


def test_a_body_whose_last_empty_line_is_owed_is_whole() -> None:
    stream = ResponseStream(b"GET")
    assert b"bao" == b"".join(stream.feed(CHUNKED + b"3\r\nbao\r\n0\r\n"))
    assert stream.is_whole
    assert not stream.is_over


_HEADERS = st.sampled_from(
    [
        b"Content-Length: 5", b"Content-Length: 12", b"Content-length : 5", b"Content-Length: x",
        b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", b" folded", b"no colon",
        b": ",
    ]
)  # fmt: skip
_BODY = st.lists(
    st.sampled_from([b"5\r\nbao..\r\n", b"0\r\n", b"\r\n", b"\n", b"a", b"<html>", b"; x\r\n"])
).map(b"".join)


@given(
    st.sampled_from([200, 404, 204, 304, 100, 999]),
    st.lists(_HEADERS, max_size=4),
    st.sampled_from([b"\r\n", b"\n"]),
    _BODY | st.binary(max_size=40),
    st.integers(1, 30),
)
@example(200, [b"Transfer-Encoding: chunked"], b"\r\n", b"5\r\nbao..\r\n0\r\n\r\n", 1)
def test_what_is_payload_is_what_the_readers_of_records_find(
    status: int, headers: list[bytes], line_end: bytes, body: bytes, size: int
) -> None:
    lines = [b"HTTP/1.1 %d" % status, *headers, b"", b""]
    data = line_end.join(lines) + body
    stream = ResponseStream(b"GET")
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = b"".join(part for piece in pieces for part in stream.feed(piece))
    found += b"".join(stream.finish())
    if stream.head is not None:
        head = parse_response_head(data)
        assert head is not None
        assert found == b"".join(iter_payload(head, b"GET", [data[head.end :]]))
