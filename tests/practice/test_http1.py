from __future__ import annotations

import pytest

from practice.http1 import BadRequestError, RequestReader, head

GET = b"GET /thoi-su/?a=1 HTTP/1.1\r\nHost: Baodaklak.VN:8080\r\nX-A: 1\r\n\r\n"
POST = b"POST /x HTTP/1.1\r\nHost: baodaklak.vn\r\nContent-Length: 5\r\n\r\nhello"


def test_requests_are_whole_wherever_the_stream_is_cut() -> None:
    stream = GET + POST + GET
    for cut in range(len(stream)):
        reader, found = RequestReader(), []
        for piece in (stream[:cut], stream[cut:]):
            reader.feed(piece)
            while request := reader.next():
                found.append(request.raw)
        assert found == [GET, POST, GET]
        assert not reader


def test_a_request_knows_its_parts() -> None:
    reader = RequestReader()
    reader.feed(GET + POST)
    get, post = reader.next(), reader.next()
    assert get
    assert post
    assert (get.host, get.port, get.path, get.query) == ("baodaklak.vn", "8080", "/thoi-su/", "a=1")
    assert post.body == b"hello"
    assert get.keep_alive


@pytest.mark.parametrize(
    ("start", "host", "path"),
    [
        (b"GET http://www.baodaklak.vn/a?b#c HTTP/1.1", "www.baodaklak.vn", "/a"),
        (b"GET http://www.baodaklak.vn HTTP/1.1", "www.baodaklak.vn", "/"),
        ("GET /tim-kiem/é HTTP/1.1".encode(), "h", "/tim-kiem/Ã©"),
    ],
)
def test_odd_targets(start: bytes, host: str, path: str) -> None:
    reader = RequestReader()
    reader.feed(start + b"\r\nHost: h\r\n\r\n")
    request = reader.next()
    assert request
    assert (request.host, request.path) == (host, path)


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / FTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000,
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    reader = RequestReader()
    reader.feed(data)
    with pytest.raises(BadRequestError):
        reader.next()


def test_keep_alive_follows_version_and_header() -> None:
    def asked(version: str, connection: str) -> bool:
        reader = RequestReader()
        reader.feed(f"GET / {version}\r\nHost: h\r\nConnection: {connection}\r\n\r\n".encode())
        request = reader.next()
        assert request
        return request.keep_alive

    assert asked("HTTP/1.1", "x")
    assert not asked("HTTP/1.1", "Close")
    assert not asked("HTTP/1.0", "x")
    assert asked("HTTP/1.0", "Keep-Alive")


def test_heads_keep_the_order_and_the_spelling() -> None:
    lines = [("Set-Cookie", "a=1"), ("x-Y", "caf\xe9"), ("Set-Cookie", "b=2")]
    assert head(200, lines, reason="") == (
        b"HTTP/1.1 200 \r\nSet-Cookie: a=1\r\nx-Y: caf\xe9\r\nSet-Cookie: b=2\r\n\r\n"
    )
