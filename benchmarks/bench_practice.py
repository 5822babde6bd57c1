"""How many article pages a second the practice newspaper serves from one core, once warm.

Eight keep-alive connections ask for every article in turn. Client and server share the machine, so
what counts is pages per second of the *server's* processor time; pages per second of the clock are
printed beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import ssl
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import uvloop

from practice.client import PracticeProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"Content-Length: "


class Reader(asyncio.Protocol):
    """Asks for the next page as soon as one is there; counts pages and bytes."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests = requests
        self._until = until
        self._left = 0
        self.pages = self.bytes = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        if time.perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if not self._left:
            assert data.startswith(b"HTTP/1.1 200 "), data[:100]
            end = data.index(_END_OF_HEAD) + len(_END_OF_HEAD)
            start = data.index(_LENGTH) + len(_LENGTH)
            self._left = end + int(data[start : data.index(b"\r", start)])
        self.bytes += len(data)
        self._left -= len(data)
        if not self._left:
            self.pages += 1
            self._ask()

    def connection_lost(self, _: Exception | None) -> None:
        self.done.set_result(None)


async def fetch(
    port: int, requests: list[bytes], seconds: float, tls: ssl.SSLContext | None
) -> tuple[int, int]:
    loop = asyncio.get_running_loop()
    turn = itertools.cycle(requests)
    until = time.perf_counter() + seconds
    readers = []
    for _ in range(8):
        _, reader = await loop.create_connection(
            lambda: Reader(turn, until),
            "127.0.0.1",
            port,
            ssl=tls,
            server_hostname="baodaklak.vn" if tls else None,
        )
        readers.append(reader)
    await asyncio.gather(*(reader.done for reader in readers))
    return sum(each.pages for each in readers), sum(each.bytes for each in readers)


def measure(site: PracticeProcess, requests: list[bytes], seconds: float, *, tls: bool) -> str:
    context = ssl.create_default_context(cafile=str(site.ca_file)) if tls else None
    port = site.https_port if tls else site.http_port
    uvloop.run(fetch(port, requests, 1.0, context))  # warm up
    server = psutil.Process(site.pid)
    before, started = server.cpu_times(), time.perf_counter()
    pages, size = uvloop.run(fetch(port, requests, seconds, context))
    clock, after = time.perf_counter() - started, server.cpu_times()
    busy = after.user + after.system - before.user - before.system
    return (
        f"{pages / busy:5.0f} pages/s of one core ({pages / clock:.0f}/s by the clock,"
        f" {size / pages / 1000:.0f} kB a page)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--template", default="a")
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    for log in ("log", "no-log"):
        words = ["--articles", str(options.articles), "--template", options.template]
        words += ["--no-https-redirect", *(["--no-log"] if log == "no-log" else [])]
        with PracticeProcess(*words) as site:
            paths = [urlsplit(article["url"]).path for article in site.truth("articles")]
            requests = [
                f"GET {path} HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n".encode() for path in paths
            ]
            for tls in (False, True):
                figure = measure(site, requests, options.seconds, tls=tls)
                print(f"{'HTTPS' if tls else 'HTTP '} {log:6} {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
