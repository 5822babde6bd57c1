"""Scrapy's HTTP/1.1 download, with the tee in its connections and our own idea of destinations."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import _ScrapyAgent
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.client import Agent, HTTPConnectionPool

from crawler.capture.flags import BODY_CAPPED_FLAG
from crawler.capture.protocol import RecordingPool, TeeFactory

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.capture.connect import Destinations
    from crawler.capture.exchange import Exchange


class _CappedBuffer(BytesIO):
    """Keeps the first *cap* bytes: a film goes to the archive, not into memory."""

    def __init__(self, initial: bytes, cap: int) -> None:
        super().__init__()
        self._room = cap
        self.capped = False
        self.write(initial)

    def write(self, data: Any) -> int:
        kept = data[: self._room]
        self._room -= len(kept)
        self.capped = self.capped or len(kept) < len(data)
        super().write(kept)
        return len(data)


class _TeeAgent(_ScrapyAgent):
    def __init__(
        self, *, exchange: Exchange, destinations: Destinations, cap: int, **kwargs: Any
    ) -> None:
        super().__init__(contextFactory=None, **kwargs)  # type: ignore[arg-type]  # see _get_agent
        self._exchange = exchange
        self._destinations = destinations
        self._cap = cap
        self.buffer: _CappedBuffer | None = None

    def _get_agent(self, request: Request, timeout: float) -> Agent:  # noqa: ARG002
        from twisted.internet import reactor  # noqa: PLC0415  importing it installs it

        # Proxies are refused by the settings: a CONNECT tunnel is bytes the tee would not see.
        pool = RecordingPool(self._pool, self._exchange)  # type: ignore[arg-type]
        return Agent.usingEndpointFactory(reactor, self._destinations, pool=pool)  # type: ignore[no-any-return]

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self._exchange.has_head = True
        result = super()._cb_bodyready(txresponse, request)
        reader = getattr(txresponse, "_bodyProtocol", None)
        if reader is not None:  # there is a body, and it has hardly begun
            self.buffer = _CappedBuffer(reader._bodybuf.getvalue(), self._cap)  # noqa: SLF001
            reader._bodybuf = self.buffer  # noqa: SLF001
        return result


class Fetcher:
    """Fetches one request at a time per call, recording it into the exchange given.

    :param max_bytes: a longer body is broken off (0: no limit).
    :param memory_bytes: what ``response.body`` holds of a body at most.
    """

    factory = TeeFactory

    def __init__(
        self,
        crawler: Crawler,
        destinations: Destinations,
        *,
        connections_per_host: int,
        max_bytes: int = 0,
        memory_bytes: int = 16 * 1024 * 1024,
    ) -> None:
        from twisted.internet import reactor  # noqa: PLC0415  importing it installs it

        self._crawler = crawler
        self._destinations = destinations
        self._max_bytes = max_bytes
        self._memory_bytes = memory_bytes
        self._pool = HTTPConnectionPool(reactor, persistent=True)
        self._pool.maxPersistentPerHost = connections_per_host
        # A stale connection's silent second attempt would be an exchange nobody records; Scrapy's
        # own retry is one that everybody sees.
        self._pool.retryAutomatically = False
        self._pool._factory = self.factory  # noqa: SLF001

    async def fetch(self, request: Request, exchange: Exchange) -> Response:
        """:raises scrapy.exceptions.IgnoreRequest: the host leads to a private address."""
        agent = _TeeAgent(
            exchange=exchange,
            destinations=self._destinations,
            cap=self._memory_bytes,
            pool=self._pool,
            maxsize=self._max_bytes,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError:
            self._destinations.raise_if_private(urlparse_cached(request).hostname or "")
            raise
        finally:
            exchange.closed = True
        if agent.buffer is not None and agent.buffer.capped:
            response.flags.append(BODY_CAPPED_FLAG)
        return response

    async def close(self, timeout: float = 1.0) -> None:  # noqa: ASYNC109  Twisted's own way
        from twisted.internet import reactor  # noqa: PLC0415

        closed = self._pool.closeCachedConnections()
        # Does not return while a server holds its end open (twisted/twisted#7738).
        closed.addTimeout(timeout, reactor)
        with suppress(Exception):
            await maybe_deferred_to_future(closed)
