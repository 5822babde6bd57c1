"""A running newspaper for the tests of the server, and a client that hides nothing."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from practice.client import PracticeProcess


@dataclass
class Heard:
    """What a raw socket got, and how it ended.

    ``eof``, ``reset``, ``silence``; under TLS ``eof`` came with a close_notify, ``cut`` without.
    """

    data: bytes
    end: str
    sent: bytes = b""

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int:
        return int(self.data.split(b" ", 2)[1])

    def values(self, name: bytes) -> list[bytes]:
        lines = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [value.strip() for key, _, value in lines if key.lower() == name.lower()]


class _TlsSession:
    """TLS over memory buffers: a wrapped socket calls a torn connection (RST) a mere end."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self._socket = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="baodaklak.vn")
        self._until_done(self._tls.do_handshake)

    def sendall(self, data: bytes) -> None:
        assert self._tls.write(data) == len(data)
        self._socket.sendall(self._outgoing.read())

    def recv(self, size: int) -> bytes:
        try:
            received: bytes = self._until_done(lambda: self._tls.read(size))
        except ssl.SSLZeroReturnError:
            return b""
        return received

    def _until_done(self, step: Callable[[], Any]) -> Any:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._socket.sendall(self._outgoing.read())
                if data := self._socket.recv(65_536):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()


class RawClient:
    """Bytes to a server, bytes back: no HTTP library in between."""

    def __init__(self, site: PracticeProcess) -> None:
        self.site = site

    def connect(self, *, tls: bool = False, host: str = "baodaklak.vn") -> socket.socket:
        port = self.site.https_port if tls else self.site.http_port
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        return self._context().wrap_socket(plain, server_hostname=host) if tls else plain

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.site.ca_file))

    def talk(self, data: bytes, *, tls: bool = False, silence: float = 20.0) -> Heard:
        """Send *data*, read until the server ends it or says nothing for *silence* seconds."""
        heard = bytearray()
        port = self.site.https_port if tls else self.site.http_port
        with socket.create_connection(("127.0.0.1", port), timeout=silence) as connection:
            session = _TlsSession(connection, self._context()) if tls else connection
            session.sendall(data)
            try:
                while piece := session.recv(65_536):
                    heard += piece
                end = "eof"
            except ConnectionResetError:
                end = "reset"
            except ssl.SSLEOFError:
                end = "cut"
            except TimeoutError:
                end = "silence"
        return Heard(bytes(heard), end, data)

    def get(self, target: str, *lines: str, host: str = "baodaklak.vn", tls: bool = True) -> Heard:
        """One GET on a connection of its own."""
        wanted = [f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close", *lines]
        return self.talk("\r\n".join([*wanted, "", ""]).encode(), tls=tls)


@pytest.fixture(scope="session")
def site() -> Iterator[PracticeProcess]:
    """One small newspaper for all tests that leave it as they found it."""
    with PracticeProcess("--articles", "60", "--fault-seconds", "0.2") as running:
        yield running


@pytest.fixture(scope="session")
def client(site: PracticeProcess) -> RawClient:
    return RawClient(site)


@pytest.fixture(scope="session")
def raw_client() -> Callable[[PracticeProcess], RawClient]:
    return RawClient


@pytest.fixture(scope="session")
def article_path(site: PracticeProcess) -> str:
    """An ordinary article's path."""
    articles = site.truth("articles")
    url: str = next(a["url"] for a in articles if a["kind"] == "news" and a["template"] == "a")
    return url.removeprefix("https://baodaklak.vn")
