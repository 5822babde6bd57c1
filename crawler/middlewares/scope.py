"""Nothing leaves for a host that is not the newspaper's, nor for what must never be requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.capture.flags import RESOURCE_META, ROBOTS_META
from crawler.resolve import MIN_DELAY_SECONDS
from crawler.session.crawl_session import CrawlSession
from crawler.sites import profile_for
from crawler.sites.addresses import DEFAULT_PORTS
from crawler.sites.subdomains import profile_below

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.sites import SiteProfile

_LONGEST_ADDRESS = 8 << 10
"""Characters. A Location of 64 KiB would make a record head that some readers give up on."""


class OutOfScopeError(IgnoreRequest):
    """The newspaper's profile says that this address is never fetched."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url[:200]}: {reason}")
        self.url = url
        self.reason = reason


class ScopeMiddleware:
    """Every request passes here, redirects and what pages name included."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._hurried = crawler.settings.getfloat("DOWNLOAD_DELAY") < MIN_DELAY_SECONDS
        self._profile_of = (
            profile_below if crawler.settings.getbool("SCOPE_SUBDOMAINS") else profile_for
        )
        self._contact: str = crawler.settings["KHOBAO_CONTACT"]
        rules = CrawlSession.of(crawler).resolve_rules
        self._loopback = {(rule.host, rule.port) for rule in rules if rule.is_loopback}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        reason = self._reason(request)
        if reason is not None:
            self._stats.inc_value("scope/refused")
            self._stats.inc_value(f"scope/refused/{reason}")
            raise OutOfScopeError(request.url, reason)

    def _reason(self, request: Request) -> str | None:
        url = urlparse_cached(request)
        host = url.hostname or ""
        if len(request.url) > _LONGEST_ADDRESS:
            return "the address is too long"
        kind = request.meta.get(RESOURCE_META)
        profile = self._profile_of(host) or (self._spiders_profile() if kind else None)
        is_robots = ROBOTS_META in request.meta  # may be led elsewhere (RFC 9309, 2.3.1.2)
        if profile is None and not is_robots:
            return "off the newspaper's hosts"
        if profile is not None and not is_robots and (no := profile.refuses(request.url, kind)):
            return no
        if (host, url.port or DEFAULT_PORTS.get(url.scheme)) not in self._loopback:
            if self._hurried:
                return f"a delay below {MIN_DELAY_SECONDS} s is for loopback addresses only"
            if not self._contact:
                return "the newspaper must be able to reach you: set KHOBAO_CONTACT"
        return None

    def _spiders_profile(self) -> SiteProfile | None:
        """Other hosts may serve what the pages of this crawl are shown with."""
        return getattr(self._crawler.spider, "profile", None)
