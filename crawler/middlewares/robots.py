"""robots.txt, with two repairs: every waiter gets the answer, and silence is no permission."""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_KEPT_SECONDS = 24 * 3600
_LONGEST_CRAWL_DELAY = 30.0


class _DenyAll(RobotParser):
    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:  # noqa: ARG003
        return cls()

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002
        return False


class RobotsMiddleware(RobotsTxtMiddleware):
    """Policy: 4xx allows everything, 5xx and no answer deny everything, an answer lasts a day.

    Scrapy 2.14 to 2.19 lets all waiters but the first await one Deferred, whose result the first
    of them replaces by None, and None means "allowed": at concurrency 8, 8 of 10 disallowed pages
    were fetched. Here the fetch is a future that each waiter awaits on its own.
    Removable once Scrapy hands every waiter its own Deferred.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = CrawlSession.of(crawler)
        self._parser_futures: dict[str, tuple[float, asyncio.Future[RobotParser]]] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if isinstance(rp, _DenyAll):
            self._stats.inc_value("robotstxt/unanswered")
            raise IgnoreRequest("robots.txt was not to be had, and without it nothing is fetched")
        super().process_request_2(rp, request)

    async def robot_parser(self, request: Request) -> RobotParser:
        netloc = urlparse_cached(request).netloc
        known = self._parser_futures.get(netloc)
        if known is None or time.monotonic() - known[0] > _KEPT_SECONDS:
            known = (time.monotonic(), asyncio.ensure_future(self._fetch(request)))
            self._parser_futures[netloc] = known
        # Shielded: one waiter that is cancelled must not take the answer from the others.
        return await asyncio.shield(known[1])

    async def _fetch(self, request: Request) -> RobotParser:
        from scrapy import Request as ScrapyRequest  # noqa: PLC0415
        from scrapy.http.request import NO_CALLBACK  # noqa: PLC0415

        url = urlparse_cached(request)
        robots_request = ScrapyRequest(
            f"{url.scheme}://{url.netloc}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        self._stats.inc_value("robotstxt/request_count")
        try:
            response = await self.crawler.engine.download_async(robots_request)
        except IgnoreRequest:
            raise
        except Exception as exc:  # noqa: BLE001  whatever it was: no answer is no permission
            self._stats.inc_value(f"robotstxt/exception_count/{type(exc).__name__}")
            logger.warning("%s: %s", robots_request.url, exc)
            return _DenyAll()
        return self._parser_of(response, url.netloc)

    def _parser_of(self, response: Response, netloc: str) -> RobotParser:
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        captures = self._session.captures
        captures.robots_records[netloc] = captures.ref_of(response).warc_record_id
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _DenyAll()
        body = response.body if response.status < HTTPStatus.BAD_REQUEST else b""
        parser = self._parserimpl.from_crawler(self.crawler, body)
        self._slow_down(parser, netloc)
        return parser

    def _slow_down(self, parser: RobotParser, netloc: str) -> None:
        """A Crawl-delay can make us slower, never faster."""
        wanted = parser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        host = netloc.partition(":")[0]
        slot = self.crawler.engine.downloader.slots.get(host)
        if wanted and slot is not None:
            slot.delay = max(slot.delay, min(float(wanted), _LONGEST_CRAWL_DELAY))
