"""What every spider of the newspaper does with an article, once it has found its address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.capture.flags import BODY_CAPPED_FLAG
from crawler.errors import ExitCode, KhobaoError, UsageError
from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.middlewares.backoff import BlockedError
from crawler.middlewares.robots import UnreachableRobotsError
from crawler.middlewares.scope import OutOfScopeError
from crawler.options import CrawlOptions
from crawler.page_reader import PageReader
from crawler.pages import (
    ArticleReading,
    ListingHint,
    PageError,
    PageReading,
    UnreadablePage,
    read_comments,
)
from crawler.pages.charset import charset_of
from crawler.pages.walls import is_cookie_wall
from crawler.provenance import provenance_of
from crawler.session.crawl_session import CrawlSession
from crawler.session.interruption import InterruptedCrawlError
from crawler.signals import page_read, send
from crawler.sites import PROFILES, SiteProfile
from crawler.spiders.resource_spider import ResourceSpider, request_for
from crawler.statuses import state_of_status

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.items import Provenance, VideoTeaser

# Higher goes first: an article found is fetched before more are looked for, so that the queue
# stays short however long the newspaper is; what replay needs comes right behind its page.
_ARTICLE, _COMMENTS, _LISTING = 30, 20, 0  # page resources: 10


class LayoutChangedError(KhobaoError):
    exit_code = ExitCode.EXTRACTION_ALARM


class NewspaperSpider(ResourceSpider):
    """Base of the spiders; takes the arguments of :class:`CrawlOptions`."""

    is_resumable: ClassVar[bool] = True
    """Whether a later run can go on where this one ended."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.options = CrawlOptions.parse(arguments)
        self.arguments = self.options.as_document()
        self.profile = self._profile(self.options.site)
        self._requested = 0
        self._block_pages = 0
        self._asked: set[int] = set()
        self._teasers: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.session = CrawlSession.of(crawler)
        spider._reader = PageReader(crawler.settings.getint("READER_PROCESSES"))  # noqa: SLF001
        crawler.signals.connect(spider._reader.close, signals.spider_closed)  # noqa: SLF001
        return spider

    _reader: PageReader

    @staticmethod
    def _profile(key: str) -> SiteProfile:
        by_key = {profile.key: profile for profile in PROFILES}
        if key not in by_key:
            raise UsageError(f"unknown site {key!r}; there are: {', '.join(by_key)}")
        return by_key[key]

    # -- requests ---------------------------------------------------------------------------------

    def listing_request(self, url: str, callback: Any, errback: Any, **kwargs: Any) -> Request:
        return request_for(url, callback, errback, _LISTING, **kwargs)

    def article_request(self, url: str, listed: FrontierUrl | None = None) -> Request | None:
        """None once ``limit`` articles have been asked for.

        :param listed: what a listing says of the article: a source to check its page against.
        """
        if self.options.limit is not None and self._requested >= self.options.limit:
            return None
        self._requested += 1
        return request_for(
            url,
            self.parse_article,
            self.article_failed,
            _ARTICLE,
            announced=self.profile.canonicalize(url),
            listed=ListingHint.of(listed) if listed else None,
        )

    def first_time(self, url: str) -> bool:
        """True for an address not met before in this run. Kept as 64-bit hashes: a million
        addresses take some tens of megabytes, and two of them colliding is one chance in 30
        million.
        """
        key = hash(url)
        if key in self._asked:
            return False
        self._asked.add(key)
        return True

    def was_asked(self, url: str) -> bool:
        return hash(url) in self._asked

    # -- articles ---------------------------------------------------------------------------------

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        """Read a page as an article: what ``scrapy parse`` asks for.

        A front page is none:

        @url https://baodaklak.vn/
        @returns items 0 0
        @returns requests 0 0
        """
        announced = self.profile.canonicalize(response.url)
        async for result in self.parse_article(response, announced):
            yield result

    async def parse_article(
        self, response: Response, announced: str, listed: ListingHint | None = None
    ) -> AsyncIterator[Any]:
        reading = await self._read(response, listed)
        if isinstance(reading, UnreadablePage):
            await self._unreadable(response, announced, reading)
            return
        self._block_pages = 0
        self.session.page_monitor.read(reading, response.url, self.record_id(response))
        article = reading.article
        article.provenance = self.provenance(response, reading.page_class)
        if reading.extraction_error is not None:
            self.crawler.stats.inc_value("khobao/read_generically")
            self.logger.warning(
                "%s; read by the general extractor instead", reading.extraction_error.reason
            )
        canonical = self.profile.canonicalize(response.url)
        if canonical != announced:
            await self._redirected(announced, canonical)
        yield article
        async for item in self._around(response, reading):
            yield item

    async def _read(self, response: Response, listed: ListingHint | None) -> PageReading:
        if BODY_CAPPED_FLAG in response.flags:
            reason = "too long for a page; the archive has all of it"
            return UnreadablePage("quarantined", "PageError", f"{response.url}: {reason}")
        await send(
            self.crawler,
            page_read,
            record_id=self.record_id(response),
            listed=listed,
            cross_check_share=self._cross_check_share,
        )
        return await self._reader.read(
            response.url,
            response.body,
            declared_encoding=charset_of(response.headers.getlist(b"Content-Type")),
            captured_at=self.session.captures.written_on(response),
            site=self.profile.key,
            with_resources=self.options.media != "none",
            listed=listed,
            cross_check_share=self._cross_check_share,
            with_generic=self._cross_check_share is not None,
        )

    @property
    def _cross_check_share(self) -> float | None:
        if not self.settings.getbool("KHOBAO_CROSS_CHECK"):
            return None
        return self.settings.getfloat("CROSS_CHECK_SHARE")

    async def _around(self, response: Response, reading: ArticleReading) -> AsyncIterator[Any]:
        """Everything else that an article's page leads to."""
        article = reading.article
        for video in reading.videos:
            video.provenance = article.provenance
            yield video
        async for item in self.new_teasers(response, reading.teasers):
            yield item
        if article.articleId:
            yield request_for(
                self.profile.comments_url(article.articleId),
                self.parse_comments,
                self.resource_failed,
                _COMMENTS,
                article_id=article.articleId,
                article_url=article.canonicalUrl,
            )
        for request in self.resources(reading.resources, reading.refused):
            yield request

    async def _redirected(self, announced: str, canonical: str) -> None:
        found = FrontierUrl(url=canonical, section="", listedBy=announced)
        await self.session.recorder.add_url(found)
        await self._set_state(announced, "duplicate", f"redirects to {canonical}")

    async def _unreadable(self, response: Response, announced: str, page: UnreadablePage) -> None:
        self.session.page_monitor.failed(page, response.url, self.record_id(response))
        if page.state == "blocked":
            self._count_block_page(page)
        quarantined = QuarantinedPage(
            url=response.url,
            reason=page.reason,
            error=page.error,
            provenance=self.provenance(response, page.error),
        )
        await self.session.recorder.quarantine(quarantined)
        await self._set_state(announced, page.state, page.reason)

    async def _set_state(self, url: str, state: str, reason: str) -> None:
        await self.session.recorder.set_state(UrlState(url=url, state=state, reason=reason))

    def _count_block_page(self, page: UnreadablePage) -> None:
        """A wall instead of articles, again and again, is a "no" as clear as a status 403; one that
        asks for cookies asks everybody, and is a change of the newspaper's pages.
        """
        self._block_pages += 1
        if self._block_pages < self.settings.getint("BACKOFF_BLOCKED_AFTER"):
            return
        reported = (
            f"{self._block_pages} pages in a row were a wall instead of an article"
            f" (last: {page.reason}). What came is archived"
        )
        if is_cookie_wall(page.selector):
            self.session.stop("cookie_wall", LayoutChangedError(reported))
            return
        blocked = BlockedError(f"{reported}; wait some hours, then resume with a longer --delay")
        self.session.stop("blocked", blocked)

    async def article_failed(self, failure: Failure) -> None:
        if failure.check(InterruptedCrawlError):
            return  # it stays pending
        request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        state, reason = failed_state(failure.value)
        await self._set_state(request.cb_kwargs["announced"], state, reason)

    def provenance(self, response: Response, page_class: str) -> Provenance:
        record = self.session.captures.ref_of(response)
        return provenance_of(record, page_class, self.session.run_id)

    def record_id(self, response: Response) -> str:
        return self.session.captures.ref_of(response).warc_record_id

    # -- what stands around -----------------------------------------------------------------------

    async def new_teasers(
        self, response: Response, teasers: Iterable[VideoTeaser]
    ) -> AsyncIterator[VideoTeaser | Request]:
        """Video teasers of the page, each once a run: the same block stands on every page."""
        for teaser in teasers:
            if teaser.url not in self._teasers:
                self._teasers.add(teaser.url)
                teaser.provenance = self.provenance(response, "crawler.pages.read_teasers")
                yield teaser

    async def parse_comments(self, response: Response, article_id: str, article_url: str) -> None:
        try:
            thread = read_comments(
                response.url,
                response.body,
                article_id,
                article_url,
                captured_at=self.session.captures.written_on(response),
            )
        except PageError as exc:
            self.crawler.stats.inc_value("khobao/comments_unreadable")
            self.logger.warning("%s", exc)
            return
        if thread.comments:
            thread.provenance = self.provenance(response, "crawler.pages.read_comments")
            await self.session.recorder.add_comments(thread)


def failed_state(error: BaseException | None) -> tuple[str, str]:
    """State of an address whose page did not come, and the reason in one line."""
    if isinstance(error, HttpError):
        status = error.response.status
        return state_of_status(status), f"status {status}"
    if isinstance(error, OutOfScopeError):
        return "excluded", str(error)
    if isinstance(error, UnreachableRobotsError):
        return "failed", str(error)
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return "robots", str(error)
    return "failed", " ".join(f"{type(error).__name__}: {error}".split())[:300]
