"""Nothing leaves for a host that is not the newspaper's, nor for what must never be requested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.sites import profile_for

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["OutOfScopeError", "ScopeMiddleware"]


class OutOfScopeError(IgnoreRequest):
    """The newspaper's profile says that this address is never fetched."""


class ScopeMiddleware:
    """Every request passes here, redirects and what pages name included, robots.txt aside."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    def process_request(self, request: Request) -> None:
        profile = profile_for(urlparse_cached(request).hostname or "")
        reason = "off the newspaper's hosts" if profile is None else profile.refuses(request.url)
        if reason is not None:
            self._stats.inc_value("scope/refused")
            self._stats.inc_value(f"scope/refused/{reason}")
            raise OutOfScopeError(f"{request.url}: {reason}")
