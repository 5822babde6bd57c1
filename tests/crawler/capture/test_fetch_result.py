"""Every way of getting no answer has a name of its own; real sockets, a real TLS handshake."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress

import pytest
import trustme

PROGRAM = """
import asyncio, sys
from pathlib import Path
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.test import get_crawler
from twisted.internet import reactor
from twisted.internet.task import react
from crawler.capture.connect import Destinations
from crawler.capture.exchange import Exchange
from crawler.capture.fetch import Fetcher
from crawler.capture.fetch_result import FetchResult
from crawler.capture.tls import TLSPolicy
from crawler.capture.transfer import Limits
from crawler.resolve import ResolveRule

async def fetch(fetcher, url):
    request = Request(url, callback=NO_CALLBACK)
    exchange = Exchange(url, spool_dir=Path(sys.argv[1]))
    try:
        return (await fetcher.fetch(request, exchange))[1]
    except Exception as exc:
        return FetchResult.of_error(exc, received_bytes=len(exchange.received))

async def main(urls):
    rules = [ResolveRule("baodaklak.vn", int(url.split(":")[2].strip("/")), "127.0.0.1",
             int(url.split(":")[2].strip("/"))) for url in urls if "baodaklak" in url]
    limits = Limits(silence=3, total=2, slowest_rate=50)
    fetcher = Fetcher(get_crawler(), Destinations(TLSPolicy(), rules), limits,
                      connections_per_host=1)
    results = await asyncio.gather(*(fetch(fetcher, url) for url in urls))
    for fetch_result in results:
        print(fetch_result.name, fetch_result.truncated, flush=True)
    await fetcher.close()

react(lambda clock: deferred_from_coro(main(sys.argv[2:])), (), reactor)
"""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"

ODD = b"HTTP/1.1 200 OK\r\nContent-Length: 2 bytes\r\n\r\nhi"
NO_LENGTH = b"HTTP/1.1 200 OK\r\n\r\nhi"


def _reset(connection: socket.socket) -> None:
    linger_for_no_time = b"\1\0\0\0\0\0\0\0"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)


def _answer(data: bytes, *, then_wait: bool = False, reset: bool = False) -> Callable[..., None]:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        if data:
            connection.sendall(data)
        if then_wait:
            over.wait(10)
        if reset:
            _reset(connection)

    return answer


def _drip(pieces: int, *, step: int = 20) -> Callable[..., None]:
    """A piece each tenth of a second: longer than an exchange may take, but for its size."""

    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
        connection.sendall(head % (pieces * step))
        for _ in range(pieces):
            over.wait(0.1)
            connection.sendall(b"x" * step)

    return answer


CASES: dict[str, tuple[Callable[..., None], str]] = {
    "whole": (_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "complete None"),
    "silent": (_answer(b"", then_wait=True), "timeout-before-first-byte None"),
    "stalls": (_answer(HEAD, then_wait=True), "timeout time"),
    "closes": (_answer(b""), "connection-closed None"),
    "resets": (_answer(b"", reset=True), "connection-reset None"),
    "cuts": (_answer(HEAD), "data-loss disconnect"),
    "stays open at an odd length": (_answer(ODD, then_wait=True), "complete None"),
    "stays open without a length": (_answer(NO_LENGTH, then_wait=True), "timeout time"),
    "slow but steady": (_drip(30), "complete None"),
    "slower than allowed": (_drip(60, step=1), "timeout time"),
    "is no HTTP": (_answer(b"xin ch\xc3\xa0o\r\n"), "no-http None"),
    "is no HTTP, for ever": (_answer(b"x" * (3 << 20), then_wait=True), "no-http length"),
    "resets half-way": (_answer(HEAD, reset=True), "data-loss disconnect"),
}


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Answer one connection in a thread; returns the port."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    with ExitStack() as stack:

        def start(answer: Callable[..., None]) -> int:
            listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))

            def run() -> None:
                with suppress(OSError), listener.accept()[0] as connection:
                    answer(connection, over)

            threads.append(threading.Thread(target=run))
            threads[-1].start()
            port: int = listener.getsockname()[1]
            return port

        yield start
        over.set()
        for thread in threads:
            thread.join(10)


def test_every_failure_has_its_name(serve: Callable[..., int], tmp_path: object) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("baodaklak.vn").configure_cert(context)

    def distrusted(connection: socket.socket, _: threading.Event) -> None:
        context.wrap_socket(connection, server_side=True).close()

    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        refused = closed.getsockname()[1]
    wanted = {
        **{f"http://baodaklak.vn:{serve(answer)}/": name for answer, name in CASES.values()},
        f"http://baodaklak.vn:{refused}/": "connection-refused None",
        f"https://baodaklak.vn:{serve(distrusted)}/": "tls-certificate None",
        f"https://baodaklak.vn:{serve(_answer(b'no TLS here at all'))}/": "tls-handshake None",
        "http://khong-co.invalid/": "dns-failure None",
        "http://localhost:9/": "private-address None",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), *wanted],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == list(wanted.values()), done.stderr
