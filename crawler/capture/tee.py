"""The download handler of http and https: fetch, archive, and only then hand over the response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from scrapy.core.downloader.handlers.base import BaseDownloadHandler

from archive import ArchiveError
from crawler.capture.connect import Destinations
from crawler.capture.exchange import Exchange
from crawler.capture.fetch import Fetcher
from crawler.capture.fetch_result import FetchResult
from crawler.capture.metadata import describe_fetch
from crawler.capture.response_class import response_class_of
from crawler.capture.self_test import SelfTestError, check_the_tee
from crawler.capture.tls import TLSPolicy
from crawler.capture.transfer import Limits
from crawler.session.crawl_session import ArchiveFailedError, CrawlSession

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class TeeDownloadHandler(BaseDownloadHandler):
    """No response leaves here before its records are durable; no record, no response.

    Before the first request it fetches a set of nasty responses from itself and compares both
    directions (``ARCHIVE_SELFTEST_ENABLED``): when one byte differs it refuses to work.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._crawler = crawler
        self._session = CrawlSession.of(crawler)
        self._fetcher = Fetcher(
            crawler,
            Destinations(TLSPolicy.of_file(self._session.ca_file), self._session.resolve_rules),
            Limits(
                silence=settings.getfloat("DOWNLOAD_TIMEOUT"),
                total=settings.getfloat("DOWNLOAD_TOTAL_TIMEOUT"),
                slowest_rate=settings.getfloat("DOWNLOAD_SLOWEST_RATE"),
                max_bytes=settings.getint("ARCHIVE_BODY_MAX_BYTES"),
                memory_bytes=settings.getint("ARCHIVE_BODY_MEMORY_BYTES"),
            ),
            connections_per_host=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            decoded_bytes=settings.getint("DOWNLOAD_MAXSIZE"),
            interruption=self._session.interruption,
        )
        self._self_test_enabled = settings.getbool("ARCHIVE_SELFTEST_ENABLED")

    async def download_request(self, request: Request) -> Response:
        self._session.interruption.check()
        await self._ready()
        exchange = Exchange(
            urldefrag(request.url).url,
            spool_dir=self._session.paths.spools,
            space=self._session.archive.space,
        )
        try:
            response, fetch_result = await self._fetcher.fetch(request, exchange)
        except Exception as exc:
            received = len(exchange.received)
            fetch_result = FetchResult.of_error(exc, received_bytes=received)
            await self._archive(request, exchange, fetch_result)
            raise
        await self._archive(request, exchange, fetch_result, response)
        return response

    async def _ready(self) -> None:
        """The archive is open and the tee is true, or nothing is fetched."""
        try:
            self._session.archive.open()
            if self._self_test_enabled:
                if self._session.self_test is None:  # http and https share it
                    self._session.self_test = asyncio.ensure_future(check_the_tee(self._crawler))
                await self._session.self_test
        except ArchiveError as exc:
            raise self._stopped(exc) from exc

    def _stopped(self, error: ArchiveError) -> ArchiveFailedError:
        reason = "self_test_failed" if isinstance(error, SelfTestError) else "archive_write_failed"
        self._session.stop(reason, error)
        return ArchiveFailedError(str(error))

    async def _archive(
        self,
        request: Request,
        exchange: Exchange,
        fetch_result: FetchResult,
        response: Response | None = None,
    ) -> None:
        """:raises ArchiveFailedError: the records may not be on disk; the crawl is being closed."""
        response_class = response_class_of(
            response,
            fetch_result.truncated,
            was_asked=any(
                name in request.headers for name in ("If-None-Match", "If-Modified-Since")
            ),
        )
        event = exchange.to_event(
            truncated=fetch_result.truncated,
            metadata=describe_fetch(self._session, request, exchange, fetch_result, response_class),
            not_modified_of=self._session.captures.conditions.get(request),
        )
        size = len(exchange.received)
        try:
            if exchange.error is not None:
                raise exchange.error
            ref = await asyncio.wrap_future(self._session.archive.submit(event))
        except ArchiveError as exc:
            raise self._stopped(exc) from exc
        finally:
            exchange.received.close()
        await self._session.captures.add(
            request,
            ref,
            url=exchange.target_uri,
            fetch_result=fetch_result.name,
            response_class=response_class,
            truncated=fetch_result.truncated,
            status=response.status if response is not None else None,
            length=size,
        )

    async def close(self) -> None:
        await self._fetcher.close()
