"""When the newspaper says "later", nobody asks again before; when it keeps saying no, we leave."""

from __future__ import annotations

import datetime as dt
import re
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.capture.flags import RESOURCE_META
from crawler.errors import ExitCode, KhobaoError
from crawler.session.crawl_session import CrawlSession
from crawler.sites import profile_for
from crawler.statuses import REFUSED

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


_MORE_TRIES = 4
"""For a page refused until a moment: it may be refused then as well, and it is our pace, not it."""

_SECONDS = re.compile(r"\+?(\d+(?:\.\d*)?)\s*(?:s|secs?|seconds?)?", re.ASCII | re.IGNORECASE)


class BlockedError(KhobaoError):
    exit_code = ExitCode.BLOCKED


class HostLeftAloneError(IgnoreRequest):
    """Another's host that refused again and again: the newspaper's pages go on without it."""


def retry_after_seconds(value: str, now: dt.datetime) -> float | None:
    """Seconds to wait by a Retry-After field, a number or a date; None if it is neither."""
    text = value.strip()
    if number := _SECONDS.fullmatch(text):
        return float(number[1])
    when = _date(text)
    if when is None:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - now).total_seconds())


def _date(text: str) -> dt.datetime | None:
    for read in (parsedate_to_datetime, dt.datetime.fromisoformat):
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            return read(text)
    return None


class BackoffMiddleware:
    """Holds all requests to a host until its Retry-After has passed.

    After ``BACKOFF_BLOCKED_AFTER`` refusals in a row the crawl ends with exit code 4: whoever
    knocks on is a nuisance. A host of others, which only serves what pages are shown with, is left
    alone then, and the crawl goes on.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._session = CrawlSession.of(crawler)
        self._longest = crawler.settings.getfloat("BACKOFF_MAX_SECONDS")
        self._retry_times = crawler.settings.getint("RETRY_TIMES")
        self._blocked_after = crawler.settings.getint("BACKOFF_BLOCKED_AFTER")
        self._until: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._left_alone: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).netloc
        if host in self._left_alone:
            raise HostLeftAloneError(f"{request.url}: its host had refused too often")
        # In a loop: another answer may have put the moment off meanwhile.
        while (wait := self._until.get(host, 0.0) - time.monotonic()) > 0:
            await self._session.interruption.sleep(wait)

    def process_response(self, request: Request, response: Response) -> Response:
        host = urlparse_cached(request).netloc
        if response.status not in REFUSED:
            self._refusals[host] = 0
            return response
        self._stats.inc_value(f"backoff/refused/{response.status}")
        self._count_refusal(request, response)
        self._hold(host, request, response)
        return response

    def _hold(self, host: str, request: Request, response: Response) -> None:
        value = response.headers.get(b"Retry-After")
        if value is None:
            return
        seconds = retry_after_seconds(value.decode("latin-1"), dt.datetime.now(dt.UTC))
        if seconds is None:
            return
        self._stats.inc_value("backoff/held")
        until = time.monotonic() + min(seconds, self._longest)
        self._until[host] = max(self._until.get(host, 0.0), until)
        tries: int = request.meta.get("max_retry_times", self._retry_times)
        request.meta["max_retry_times"] = min(tries + 1, self._retry_times + _MORE_TRIES)

    def _count_refusal(self, request: Request, response: Response) -> None:
        url = urlparse_cached(request)
        host = url.netloc
        self._refusals[host] = self._refusals.get(host, 0) + 1
        if self._refusals[host] < self._blocked_after or host in self._left_alone:
            return
        refused = (
            f"{host} refused {self._refusals[host]} requests in a row (last: status"
            f" {response.status} for {response.url})"
        )
        if RESOURCE_META in request.meta and profile_for(url.hostname) is None:
            self._left_alone.add(host)
            self._session.outcome.warn(f"{refused}; it was left alone from then on")
            return
        error = BlockedError(
            f"{refused}. What came is archived; wait some hours, then resume with a longer --delay"
        )
        self._session.stop("blocked", error)
