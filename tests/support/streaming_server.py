"""A server of bodies too long for the practice newspaper to invent: made while they are sent."""

from __future__ import annotations

import os
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MEBI = 1 << 20


@dataclass
class StreamingServer:
    """Answers by path; everything else is a 404. ``http://baodaklak.vn/…`` leads to it."""

    port: int = 0
    answers: dict[str, Callable[[], Iterator[bytes]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def options(self) -> list[str]:
        hosts = ("baodaklak.vn", "www.baodaklak.vn")
        rules = [f"{host}:{port}:127.0.0.1:{self.port}" for host in hosts for port in (80, 443)]
        return [word for rule in rules for word in ("--resolve", rule)]


def of_length(size: int, *, head: bytes = b"Content-Type: video/mp4") -> Iterator[bytes]:
    """A body that does not compress: one random MiB, again and again."""
    yield b"HTTP/1.1 200 OK\r\n" + head + b"\r\nContent-Length: %d\r\n\r\n" % size
    block = os.urandom(MEBI)
    while size:
        yield block[: min(size, MEBI)]
        size -= min(size, MEBI)


def dripping(seconds: float, *, count: int | None = None) -> Iterator[bytes]:
    """One byte each few milliseconds, for ever or *count* of them."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    while count is None or count > 0:
        yield b"x"
        time.sleep(seconds)  # noqa: TID251  the drip itself
        count = None if count is None else count - 1


def endless_head() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"".join(b"X-%d: %s\r\n" % (number, b"y" * 900) for number in range(1000))


@contextmanager
def torrent() -> Iterator[StreamingServer]:
    served = StreamingServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline()
            if not line:
                return  # a connection that nothing was sent over
            path = line.split(b" ")[1].decode("latin-1")
            while self.rfile.readline().strip():
                pass
            served.asked.append(path)
            answer = served.answers.get(path)
            pieces = answer() if answer else iter([b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"])
            try:
                for piece in pieces:
                    self.wfile.write(piece)
            except OSError:
                pass  # the crawler has had enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        served.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
