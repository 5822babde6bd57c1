"""What pages are shown with: pictures, styles, scripts, fonts, each asked for once a run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from logging import DEBUG, INFO
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.capture.flags import BODY_CAPPED_FLAG, RESOURCE_META
from crawler.middlewares.backoff import HostLeftAloneError
from crawler.middlewares.robots import UnreachableRobotsError
from crawler.middlewares.scope import OutOfScopeError
from crawler.pages import named_in_css
from crawler.session.interruption import InterruptedCrawlError

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.options import CrawlOptions
    from crawler.session.crawl_session import CrawlSession
    from crawler.sites import SiteProfile

_PRIORITY = 10
_MEDIA_KINDS = {"video", "audio"}


class ResourceSpider(scrapy.Spider):
    """Fetches page resources, and those that their style sheets name; counts what it leaves out."""

    profile: SiteProfile
    options: CrawlOptions
    session: CrawlSession

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._resources: set[int] = set()

    def resources(
        self, wanted: Iterable[tuple[str, str]], refused: Iterable[tuple[str, str]] = ()
    ) -> Iterator[Request]:
        """What a page needs to be shown again, each address once a run.

        :param refused: what it names and nobody fetches, with the reasons.
        """
        for url, reason in refused:
            if self._is_new(url):
                self._leave_out(url, reason)
        for url, kind in wanted:
            if kind in _MEDIA_KINDS and self.options.media != "all":
                continue
            if self._is_new(url):
                self.crawler.stats.inc_value("khobao/resources")
                yield self._resource_request(url, kind)

    def _resource_request(self, url: str, kind: str) -> Request:
        return request_for(
            url,
            self.parse_resource,
            self.resource_failed,
            _PRIORITY,
            meta={RESOURCE_META: kind},
            kind=kind,
        )

    async def parse_resource(self, response: Response, kind: str) -> AsyncIterator[Request]:
        if kind == "css" and BODY_CAPPED_FLAG not in response.flags:
            named = named_in_css(response.url, response.body, self.profile)
            for request in self.resources(named.wanted, named.refused):
                yield request

    def resource_failed(self, failure: Failure) -> None:
        """Evidence of it is in the archive; a missing picture fails no article."""
        if failure.check(InterruptedCrawlError):
            return
        self.logger.debug("%s", failure.value)
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        reason, asked = _never_asked(failure.value), request.meta.get("redirect_urls")
        if reason is not None:
            self._leave_out(request.url, reason)
        if reason is None or asked:
            self.crawler.stats.inc_value("khobao/resources_failed")
        if reason is not None and asked:
            self.session.outcome.warn(
                f"{asked[0]} leads to {request.url[:200]}, which was not followed: {reason}"
            )

    def was_named(self, url: str) -> bool:
        """Whether the run has asked for the resource, or left it out."""
        return hash(url) in self._resources

    def _is_new(self, url: str) -> bool:
        is_new = not self.was_named(url)
        self._resources.add(hash(url))
        return is_new

    def _leave_out(self, url: str, reason: str) -> None:
        self.crawler.stats.inc_value(f"khobao/resources_left_out/{reason}")
        is_first = self.session.outcome.left_out.add(url, reason)
        self.logger.log(INFO if is_first else DEBUG, "Left out: %s (%s)", url[:200], reason)


def request_for(
    url: str,
    callback: Any,
    errback: Any,
    priority: int,
    *,
    meta: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Request:
    """A request of a spider, which knows by itself what was asked for.

    :param kwargs: of the callback.
    """
    return Request(
        url,
        callback,
        errback=errback,
        priority=priority,
        meta=meta,
        dont_filter=True,
        cb_kwargs=kwargs,
    )


def _never_asked(error: BaseException | None) -> str | None:
    """Why the request was never sent; None if it was."""
    if isinstance(error, OutOfScopeError):
        return error.reason
    if isinstance(error, HostLeftAloneError):
        return "its host refused too often"
    if isinstance(error, UnreachableRobotsError):
        return "no robots.txt was to be had"
    if isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
        return "robots.txt"
    return None
