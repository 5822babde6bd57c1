from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.http import (
    MAX_HEAD_BYTES,
    ChunkedDecoder,
    iter_payload,
    parse_response_head,
    request_method,
)


def dechunk(body: bytes, step: int = 1 << 20) -> bytes:
    decoder = ChunkedDecoder()
    pieces = [body[i : i + step] for i in range(0, len(body), step)]
    return b"".join(p for piece in pieces for p in decoder.feed(piece)) + b"".join(decoder.finish())


def payload(message: bytes, method: bytes = b"GET", step: int = 1 << 20) -> bytes:
    head = parse_response_head(message)
    assert head is not None
    body = message[head.end :]
    pieces = [body[i : i + step] for i in range(0, len(body), step)]
    return b"".join(iter_payload(head, method, pieces))


def test_head_keeps_order_case_and_repetition() -> None:
    head = parse_response_head(
        b"HTTP/1.1 302 Moved Somewhere Else\r\nLOCATION: /a\r\nSet-Cookie: a=1\r\nX: y\r\n"
        b"set-cookie:b=2\r\nX-Latin: caf\xe9\r\n\r\nbody"
    )
    assert head is not None
    assert head.status == 302
    assert head.headers == [
        (b"LOCATION", b"/a"),
        (b"Set-Cookie", b"a=1"),
        (b"X", b"y"),
        (b"set-cookie", b"b=2"),
        (b"X-Latin", b"caf\xe9"),
    ]
    assert head.get_all(b"set-cookie") == [b"a=1", b"b=2"]
    assert head.get(b"absent") is None
    assert (head.start, head.is_complete) == (0, True)


def test_odd_header_lines() -> None:
    head = parse_response_head(
        b"HTTP/1.1 200\r\nno colon here\r\n continues nothing\r\nA : b\r\n\tc\r\n d\r\nE:\r\n\r\n"
    )
    assert head is not None
    assert head.status == 200
    assert head.headers == [(b"A", b"b c d"), (b"E", b"")]


def test_bare_line_feeds_end_a_head() -> None:
    head = parse_response_head(b"HTTP/1.0 200 OK\nContent-Type: text/html\n\nx")
    assert head is not None
    assert (head.mime, head.end) == ("text/html", 41)


def test_interim_responses_are_skipped_and_not_lost() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    message = interim + b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    head = parse_response_head(message)
    assert head is not None
    assert (head.start, head.status) == (len(interim), 200)
    assert payload(message) == b"x"


def test_only_interim_responses_came() -> None:
    head = parse_response_head(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert head is not None
    assert head.status == 100


def test_switching_protocols_is_final() -> None:
    head = parse_response_head(b"HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    assert head is not None
    assert head.status == 101


@pytest.mark.parametrize("data", [b"", b"HTT", b"\x00\x01garbage", b"<html>HTTP/1.1 200 OK"])
def test_no_head(data: bytes) -> None:
    assert parse_response_head(data) is None


def test_head_that_never_ends_is_no_head() -> None:
    assert parse_response_head(b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD_BYTES) is None


def test_cut_head_has_no_payload() -> None:
    message = b"HTTP/1.1 200 OK\r\nContent-Ty"
    head = parse_response_head(message)
    assert head is not None
    assert (head.is_complete, head.end) == (False, len(message))
    assert payload(message) == b""


@pytest.mark.parametrize(
    ("status_line", "text", "number"),
    [
        (b"HTTP/1.1 200 OK", "200", 200),
        (b"HTTP/1.1  404", "404", 404),
        (b"HTTP/1.1", "", None),
        (b"HTTP/1.1 abc def", "abc", None),
        (b"http/1.1 200 ok", "200", 200),
    ],
)
def test_status(status_line: bytes, text: str, number: int | None) -> None:
    head = parse_response_head(status_line + b"\r\n\r\n")
    assert head is not None
    assert (head.status_text, head.status) == (text, number)


@pytest.mark.parametrize(
    ("header", "mime"),
    [
        (b"Content-Type: text/html; charset=utf-8", "text/html"),
        (b"Content-Type: text/html charset=utf-8", "text/html"),
        (b"Content-Type: caf\xe9/x", "café/x"),
        (b"Content-Type:", ""),
        (b"X: y", None),
    ],
)
def test_mime(header: bytes, mime: str | None) -> None:
    head = parse_response_head(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n")
    assert head is not None
    assert head.mime == mime


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (b"Content-Length: 4", b"abcd", b"abcd"),
        (b"Content-Length: 4", b"abcdSTRAY", b"abcd"),
        (b"Content-Length: 9", b"abcd", b"abcd"),
        (b"Content-Length: 0", b"stray", b""),
        (b"Content-Length: many", b"abcd", b"abcd"),
        (b"Connection: close", b"abcd", b"abcd"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 1", b"2\r\nab\r\n0\r\n\r\n", b"ab"),
        (b"Transfer-Encoding: gzip, Chunked", b"2\r\nab\r\n0\r\n\r\n", b"ab"),
        (b"Transfer-Encoding: gzip\r\ntransfer-encoding: chunked", b"1\r\na\r\n0\r\n\r\n", b"a"),
        (b"Transfer-Encoding: chunked, gzip", b"2\r\nab\r\n0\r\n\r\n", b"2\r\nab\r\n0\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 1 << 20])
def test_payload(headers: bytes, body: bytes, expected: bytes, step: int) -> None:
    assert payload(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\n" + body, step=step) == expected


@pytest.mark.parametrize("status", [b"204", b"304"])
def test_responses_without_body_have_no_payload(status: bytes) -> None:
    assert payload(b"HTTP/1.1 " + status + b" X\r\nContent-Length: 3\r\n\r\nabc") == b""


def test_response_to_head_has_no_payload() -> None:
    assert payload(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"HEAD") == b""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (
            b"3;name=value\r\nabc\r\nA \r\n0123456789\r\n0;last\r\nX-Trailer: y\r\n\r\n",
            b"abc0123456789",
        ),
        (b"3\nabc\n1\nd\n0\n\n", b"abcd"),
        (b"3\r\nabc\r\n5\r\nde", b"abcde"),  # cut inside a chunk
        (b"3\r\nabc\r\n5", b"abc"),  # cut inside a size
        (b"3\r\nabc\r", b"abc"),  # cut inside a chunk's end
        (b"3\r\nabc", b"abc"),
        (b"3", b""),  # nothing but a cut size
        (b"", b""),
        (b"3\r\nabcX\r\n", b"abc"),  # the framing breaks: what came before counts
        (b"3\r\nabc\r\nzz\r\nrest", b"abc"),
        (b"<html>never chunked\r\n3\r\n", b"<html>never chunked\r\n3\r\n"),
        (b"<html>", b"<html>"),
        (b"-1\r\nx", b"-1\r\nx"),
        (b"0x2\r\nab", b"0x2\r\nab"),
        (b"0\r\n\r\nSTRAY", b""),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 1 << 20])
def test_dechunk(body: bytes, expected: bytes, step: int) -> None:
    assert dechunk(body, step) == expected


def test_a_size_line_without_end_is_no_size_line() -> None:
    assert dechunk(b"1" * 20_000, 1000) == b"1" * 20_000
    assert dechunk(b"1\r\na\r\n" + b"1" * 20_000, 1000) == b"a"


@given(st.lists(st.binary(min_size=1, max_size=50)), st.integers(1, 60))
def test_dechunk_undoes_chunking(chunks: list[bytes], step: int) -> None:
    body = b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    assert dechunk(body, step) == b"".join(chunks)


@given(st.binary(max_size=200), st.integers(1, 60))
def test_pieces_make_no_difference(body: bytes, step: int) -> None:
    assert dechunk(body, step) == dechunk(body)


def test_request_method() -> None:
    assert request_method(b"HEAD /a HTTP/1.1\r\n") == b"HEAD"
    assert request_method(b"") == b""
