"""Connections that wait for another request, and servers that close them at that very moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.test import get_crawler

from crawler.capture.connect import Destinations
from crawler.capture.exchange import Exchange
from crawler.capture.fetch import Fetcher
from crawler.capture.fetch_result import FetchResult
from crawler.capture.tls import TLSPolicy
from crawler.capture.transfer import Limits
from crawler.resolve import ResolveRule

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

Fetch = Callable[..., Awaitable[str]]


@pytest.fixture
async def served() -> AsyncIterator[tuple[int, list[int]]]:
    """Port of a server whose connections answer once and end with the next request, as those do
    whose time was just over; how many requests each connection has read.
    """
    read: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(read)
        read.append(0)
        await reader.readuntil(b"\r\n\r\n")
        read[number] += 1
        writer.write(ANSWER)
        await reader.readuntil(b"\r\n\r\n")
        read[number] += 1
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], read
    server.close()


@pytest.fixture
async def fetch(served: tuple[int, list[int]], tmp_path: Path) -> AsyncIterator[Fetch]:
    """Fetches once, and gives the name of the result."""
    port, _ = served
    limits = Limits(silence=30, total=60, slowest_rate=50)
    rules = [ResolveRule("baodaklak.vn", port, "127.0.0.1", port)]
    fetcher = Fetcher(
        get_crawler(), Destinations(TLSPolicy(), rules), limits, connections_per_host=2
    )

    async def once(**meta: int) -> str:
        url = f"http://baodaklak.vn:{port}/"
        exchange = Exchange(url, spool_dir=tmp_path)
        try:
            request = Request(url, callback=NO_CALLBACK, meta=meta)
            return (await fetcher.fetch(request, exchange))[1].name
        except Exception as exc:  # noqa: BLE001  whatever it is has a name
            return FetchResult.of_error(exc, received_bytes=len(exchange.received)).name

    yield once
    await fetcher.close()


async def test_a_retry_does_not_meet_with_another_connection_that_ends(
    fetch: Fetch, served: tuple[int, list[int]]
) -> None:
    _, read = served
    assert await asyncio.gather(fetch(), fetch()) == ["complete", "complete"]
    assert await fetch() == "connection-closed", "it went out over a connection that ended"
    assert sorted(read) == [1, 2]

    assert await fetch(retry_times=1) == "complete"

    assert sorted(read) == [1, 1, 2], "over a new one"
