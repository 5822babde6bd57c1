"""A loopback server that answers a nasty set of responses and keeps its own copy of every byte."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.protocol import Protocol, ServerFactory

_GZIPPED = gzip.compress("Kho báo, từng byte một. ".encode() * 40, mtime=0)


@dataclass(frozen=True, slots=True)
class Case:
    """Pieces are written one by one; *close* ends the connection after the last."""

    name: str
    pieces: tuple[bytes, ...]
    close: bool = False


def _chunked(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%X\r\n%b\r\n" % (len(part), part) for part in parts)
    return chunks + b"0\r\nX-Trailer: cuoi\r\n\r\n"


CASES: tuple[Case, ...] = (
    Case(
        "odd-reason-and-case",
        (b"HTTP/1.1 200 Rat  Tot!\r\ncOnTeNt-LeNgTh: 2\r\nX-weird-CASE:no-space\r\n\r\nok",),
    ),
    Case(
        "repeated-headers",
        (
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-Between: x\r\nSet-Cookie: b=2\r\n",
            b"Content-Length: 0\r\n\r\n",
        ),
    ),
    Case("latin-1-header", (b"HTTP/1.1 200 OK\r\nX-Latin: caf\xe9\r\nContent-Length: 1\r\n\r\nx",)),
    Case("no-colon", (b"HTTP/1.1 200 OK\r\nthis line has none\r\nContent-Length: 1\r\n\r\nx",)),
    Case("folded", (b"HTTP/1.1 200 OK\r\nX-Long: one\r\n  two\r\nContent-Length: 1\r\n\r\nx",)),
    Case(
        "chunked-gzip",
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
            _chunked(_GZIPPED, 37),
        ),
    ),
    Case(
        "unavailable",
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nwait",),
    ),
    Case("redirect", (b"HTTP/1.1 302 Moved\r\nLOCATION: /x\r\nContent-Length: 0\r\n\r\n",)),
    Case(
        "early-hints",
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhai",
        ),
    ),
    Case(
        "all-bytes",
        (b"HTTP/1.1 200 OK\r\nContent-Length: 256\r\n\r\n", bytes(range(256))),
    ),
    Case("short-body", (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nshort",), close=True),
    Case("ends-by-close", (b"HTTP/1.0 200 OK\r\n\r\nuntil the end",), close=True),
    Case("no-answer", (), close=True),
)


@dataclass(slots=True)
class ServedExchange:
    received: bytes
    sent: bytearray = field(default_factory=bytearray)


class _NastyProtocol(Protocol):
    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        self._buffer = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._answer(head + b"\r\n\r\n")

    def _answer(self, request: bytes) -> None:
        assert isinstance(self.factory, EdgeCaseServer)
        transport: Any = self.transport
        name = request.split(b" ", 2)[1].decode("ascii").strip("/")
        case = next(case for case in CASES if case.name == name)
        served = self.factory.served[name] = ServedExchange(request)
        for piece in case.pieces:
            transport.write(piece)
            served.sent += piece
        if case.close:
            transport.loseConnection()


class EdgeCaseServer(ServerFactory):
    """:attr:`served` maps a case's name to the bytes of its latest exchange."""

    noisy = False
    protocol: Any = _NastyProtocol

    def __init__(self) -> None:
        self.served: dict[str, ServedExchange] = {}
