"""The start-up self-test: what the tee recorded is what the server's own log holds, byte for byte.

Run as a program (``python -m crawler.capture.self_test``) it prints the differences and exits 5 if
there are any; ``khobao doctor`` does that.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from archive import ArchiveError
from crawler.capture.connect import Destinations
from crawler.capture.exchange import Exchange
from crawler.capture.fetch import Fetcher
from crawler.capture.self_test_server import CASES, EdgeCaseServer, ServedExchange
from crawler.capture.tls import TLSPolicy
from crawler.capture.transfer import Limits
from crawler.resolve import ResolveRule

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_HOST = "self-test.khobao.invalid"
_LIMITS = Limits(silence=10, total=10, slowest_rate=1000)
_CONNECTIONS = 4  # fewer than there are cases: connections are reused


class SelfTestError(ArchiveError):
    """What would be archived is not what crosses the wire."""


async def check_the_tee(crawler: Crawler) -> None:
    """:raises SelfTestError: one byte differs; nothing may be crawled."""
    if differences := await tee_differences(crawler):
        raise SelfTestError(
            f"the wire self-test failed: {differences[0]} ({len(differences)} differences)."
            " Nothing was crawled: install the pinned versions of Scrapy and Twisted"
            " (requirements.lock), then run `khobao doctor`"
        )
    logger.debug("Wire self-test: %d exchanges identical, plain and over TLS", 2 * len(CASES))


async def tee_differences(crawler: Crawler) -> list[str]:
    """Fetch every case, plain and over TLS; one line for each direction that differs."""
    authority = await asyncio.to_thread(trustme.CA)
    async with _servers(authority) as (servers, rules):
        policy = TLSPolicy(authority.cert_pem.bytes().decode("ascii"))
        fetcher = Fetcher(
            crawler, Destinations(policy, rules), _LIMITS, connections_per_host=_CONNECTIONS
        )
        try:
            async with asyncio.timeout(30):
                found = await asyncio.gather(
                    *(_differences(fetcher, scheme, servers[scheme]) for scheme in servers)
                )
        finally:
            await fetcher.close()
    return [line for lines in found for line in lines]


async def _differences(fetcher: Fetcher, scheme: str, server: EdgeCaseServer) -> list[str]:
    names = [case.name for case in CASES]
    exchanges = await asyncio.gather(*(_fetch(fetcher, scheme, name) for name in names))
    lines: list[str] = []
    for name, exchange in zip(names, exchanges, strict=True):
        served = server.served.get(name)
        if served is None:
            lines.append(f"{scheme} {name}: the request never arrived")
            continue
        lines += [f"{scheme} {name}: {what}" for what in _compare(exchange, served)]
    return lines


def _compare(exchange: Exchange, served: ServedExchange) -> list[str]:
    recorded = exchange.received.open_reader().read()
    pairs = (
        ("request", bytes(exchange.sent), served.received),
        ("response", recorded, served.sent),
    )
    return [
        f"the {what} has {len(ours)} bytes in the record and {len(theirs)} on the wire"
        if len(ours) != len(theirs)
        else f"the {what} differs in content"
        for what, ours, theirs in pairs
        if ours != theirs
    ]


async def _fetch(fetcher: Fetcher, scheme: str, name: str) -> Exchange:
    request = Request(f"{scheme}://{_HOST}/{name}", callback=NO_CALLBACK)
    exchange = Exchange(request.url, spool_dir=Path(tempfile.gettempdir()))
    try:
        await fetcher.fetch(request, exchange)
    except Exception as exc:  # noqa: BLE001  some cases must fail; their bytes count all the same
        logger.debug("Wire self-test: %s %s ended with %r", scheme, name, exc)
    return exchange


@asynccontextmanager
async def _servers(
    authority: trustme.CA,
) -> AsyncIterator[tuple[dict[str, EdgeCaseServer], list[ResolveRule]]]:
    from twisted.internet import reactor, ssl  # noqa: PLC0415  importing it installs it

    listening: Any = reactor
    certificate = authority.issue_cert(_HOST)
    pem = certificate.private_key_and_cert_chain_pem.bytes()
    tls = ssl.PrivateCertificate.loadPEM(pem).options()
    servers = {"http": EdgeCaseServer(), "https": EdgeCaseServer()}
    ports = [
        listening.listenTCP(0, servers["http"], interface="127.0.0.1"),
        listening.listenSSL(0, servers["https"], tls, interface="127.0.0.1"),
    ]
    try:
        yield (
            servers,
            [
                ResolveRule(_HOST, wanted, "127.0.0.1", port.getHost().port)
                for wanted, port in zip((80, 443), ports, strict=True)
            ],
        )
    finally:
        for port in ports:
            await _stopped(port)


async def _stopped(port: Any) -> None:
    from scrapy.utils.defer import maybe_deferred_to_future  # noqa: PLC0415  needs the reactor

    await maybe_deferred_to_future(port.stopListening())


def run_self_test() -> list[str]:
    """The self-test in a process of its own, for commands that run no crawl; the differences."""
    done = subprocess.run(
        [sys.executable, "-m", __name__], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode and not done.stdout.strip():
        return [done.stderr.strip().splitlines()[-1]]
    return done.stdout.splitlines()


def _main() -> int:
    from scrapy.utils.reactor import install_reactor  # noqa: PLC0415
    from scrapy.utils.test import get_crawler  # noqa: PLC0415
    from twisted.internet.task import react  # noqa: PLC0415

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # noqa: PLC0415

    differences: list[str] = []

    async def test(_reactor: Any) -> None:
        differences.extend(await tee_differences(get_crawler()))

    def main(clock: Any) -> Any:
        from scrapy.utils.defer import deferred_from_coro  # noqa: PLC0415

        return deferred_from_coro(test(clock))

    try:
        react(main, (), reactor)
    except SystemExit as exc:
        if exc.code:
            raise
    for line in differences:
        sys.stdout.write(line + "\n")
    return 5 if differences else 0


if __name__ == "__main__":
    sys.exit(_main())
