"""robots.txt, with two repairs: every waiter gets the answer, and silence is no permission."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.capture.flags import RESOURCE_META, ROBOTS_META
from crawler.session.crawl_session import CrawlSession
from crawler.session.interruption import InterruptedCrawlError
from crawler.sites import profile_for
from crawler.statuses import REDIRECTS, SUCCESS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_KEPT_SECONDS = 24 * 3600
_LONGEST_CRAWL_DELAY = 30.0
_MOST_REDIRECTS = 5


class UnreachableRobotsError(IgnoreRequest):
    """A host of which nobody knows what it allows."""


class _DenyAll(RobotParser):
    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:  # noqa: ARG003
        return cls()

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002
        return False


class RobotsMiddleware(RobotsTxtMiddleware):
    """RFC 9309: "unavailable" (4xx, more than five redirects) allows everything, "unreachable"
    (5xx, no answer) denies everything; redirects lead to any host; an answer lasts a day.

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
            # What pages are only shown with is left out without it, and fails no crawl.
            if RESOURCE_META not in request.meta or profile_for(request.url) is not None:
                self._stats.inc_value("khobao/without_robots")
            raise UnreachableRobotsError(
                "robots.txt was not to be had, and without it nothing is fetched"
            )
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
        parts = urlparse_cached(request)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        self._stats.inc_value("robotstxt/request_count")
        way: list[str] = []
        try:
            response = await self._follow(url, way)
        except InterruptedCrawlError:
            raise
        except IgnoreRequest as exc:
            if not way:
                raise
            return self._unreachable(url, exc)
        except Exception as exc:  # noqa: BLE001  whatever it was: no answer is no permission
            return self._unreachable(url, exc)
        return self._parser_of(response, parts.netloc)

    async def _follow(self, url: str, way: list[str]) -> Response:
        """:param way: the redirects taken so far; gains those that are taken now."""
        from scrapy import Request as ScrapyRequest  # noqa: PLC0415
        from scrapy.http.request import NO_CALLBACK  # noqa: PLC0415

        meta: dict[str, Any] = {
            "dont_obey_robotstxt": True,
            "dont_redirect": True,
            ROBOTS_META: True,
        }
        if way:
            meta |= {"redirect_urls": [*way], "redirect_times": len(way)}
        request = ScrapyRequest(
            url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK
        )
        response: Response = await self.crawler.engine.download_async(request)
        location = response.headers.get(b"Location")
        if response.status not in REDIRECTS or location is None or len(way) == _MOST_REDIRECTS:
            return response
        way.append(url)
        target = urljoin(url, location.decode("utf-8", "replace").strip())
        return await self._follow(target, way)

    def _unreachable(self, url: str, error: Exception) -> RobotParser:
        self._stats.inc_value(f"robotstxt/exception_count/{type(error).__name__}")
        self._session.outcome.warn(
            f"{url}: no verdict, so nothing of this host is fetched: {error}"
        )
        return _DenyAll()

    def _parser_of(self, response: Response, netloc: str) -> RobotParser:
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        captures = self._session.captures
        captures.robots_records[netloc] = captures.ref_of(response).warc_record_id
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._unreachable(
                response.url, UnreachableRobotsError(f"status {response.status}")
            )
        body = response.body if response.status in SUCCESS else b""
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
