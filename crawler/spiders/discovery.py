"""How articles are found: the menu, the listing API, and section pages where the API fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from crawler.errors import UsageError
from crawler.pages import (
    Document,
    PageError,
    named_in_page,
    read_listing,
    read_menu,
    read_section_page,
    read_teasers,
)
from crawler.session.interruption import InterruptedCrawlError
from crawler.spiders.base import LayoutChangedError, NewspaperSpider, failed_state

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import FrontierUrl, SectionLink


class ListingSpider(NewspaperSpider):
    """Walks the listings of sections, newest first; subclasses say of which sections.

    A listing ends at its total, at an empty page, at a page that repeats an earlier one
    (``?paged=`` does), at ``since``, or, unless ``full``, at a page of which everything is stored.

    The front page and the page of each section walked are captured in every run, also where the
    API tells all that is in them: they are what the menu of a page shown again leads to. What they
    are shown with is asked for once and for all, unless ``full``: new articles ask for it again.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._section_pages: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        for request in await self._left_over():
            yield request
        for url in self.profile.seed_urls:
            yield self.listing_request(url, self.parse_home, self.home_failed)

    async def parse_home(self, response: Response) -> AsyncIterator[Any]:
        """The sections of the menu, and a request for each that is wanted.

        @url https://baodaklak.vn/
        @returns requests 1
        """
        page = Document(response.url, response.body)
        menu = read_menu(response.url, page, self.profile)
        record = self.record_id(response)
        self.session.page_monitor.menu(page, menu, record)
        if not menu:
            self.session.stop(
                "layout_changed",
                LayoutChangedError(
                    f"{response.url}: no section found in the menu; the page is kept as record"
                    f" {record}. Has the layout changed?"
                ),
            )
            return
        teasers = read_teasers(response.url, page, self.profile)
        async for item in self.new_teasers(response, teasers):
            yield item
        async for request in self._shown_with(page):
            yield request
        for section in self._chosen(menu):
            if section.categoryId:
                yield self._listing(section, first=0, seen=frozenset())
            else:
                yield self._section_page(section, section.url, seen=frozenset())

    def choose(self, menu: Sequence[SectionLink]) -> list[SectionLink]:
        """Sections to walk when the command names none."""
        return list(menu)

    def _chosen(self, menu: Sequence[SectionLink]) -> list[SectionLink]:
        if not self.options.sections:
            return self.choose(menu)
        by_slug = {section.slug: section for section in menu}
        if unknown := [slug for slug in self.options.sections if slug not in by_slug]:
            self.session.stop(
                "unknown_section",
                UsageError(
                    f"section {unknown[0]!r} is not in the newspaper's menu;"
                    f" {_near(unknown[0], list(by_slug))}"
                ),
            )
            return []
        return [by_slug[slug] for slug in self.options.sections]

    # -- the listing API --------------------------------------------------------------------------

    def _listing(self, section: SectionLink, first: int, seen: frozenset[int]) -> Request:
        assert section.categoryId is not None
        url = self.profile.listing_url(section.categoryId, first)
        return self.listing_request(
            url, self.parse_listing, self.listing_failed, section=section, first=first, seen=seen
        )

    async def parse_listing(
        self, response: Response, section: SectionLink, first: int, seen: frozenset[int]
    ) -> AsyncIterator[Any]:
        try:
            listing = read_listing(response.url, response.body, self.profile, section)
        except PageError as exc:
            yield self._fall_back(section, str(exc))
            return
        if section.url not in self._section_pages:
            yield self._captured_page(section)
        record = self.record_id(response)
        self.session.page_monitor.listing(listing, section.slug, response.url, record)
        page = _fingerprint(listing.entries)
        if not listing.rows or page in seen:
            return
        stored = await self._stored(listing.entries)
        async for request in self.follow(listing.entries, stored):
            yield request
        first += listing.rows
        at_the_end = listing.total is not None and first >= listing.total
        if not at_the_end and await self._worth_going_on(section, listing.entries, stored):
            yield self._listing(section, first, seen | {page})

    async def listing_failed(self, failure: Failure) -> AsyncIterator[Any]:
        if failure.check(InterruptedCrawlError):
            return
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy puts it there
        section = arguments["section"]
        _, reason = failed_state(failure.value)
        yield self._fall_back(section, f"listing of {section.slug}: {reason}")

    def _fall_back(self, section: SectionLink, why: str) -> Request:
        """The section's pages show less than the API lists, so this is no walk to the end."""
        self.session.outcome.warn(f"{why}; going on with the section's pages")
        self.crawler.stats.inc_value("khobao/listings_fallback")
        return self._section_page(section, section.url, seen=frozenset())

    # -- section pages: captured, and the fallback ------------------------------------------------

    def _captured_page(self, section: SectionLink) -> Request:
        self._section_pages.add(section.url)
        return self.listing_request(
            section.url, self.parse_captured, self.capture_failed, section=section
        )

    async def parse_captured(
        self,
        response: Response,
        section: SectionLink,  # noqa: ARG002  of the errback
    ) -> AsyncIterator[Request]:
        async for request in self._shown_with(Document(response.url, response.body)):
            yield request

    def capture_failed(self, failure: Failure) -> None:
        """Nothing of the walk is lost, but the menu of a page shown again leads nowhere there."""
        if failure.check(InterruptedCrawlError):
            return
        slug = failure.request.cb_kwargs["section"].slug  # type: ignore[attr-defined]
        state, reason = failed_state(failure.value)
        if state != "gone":  # a menu may name a section longer than there is a page of it
            self.crawler.stats.inc_value("khobao/section_pages_failed")
        self.session.outcome.warn(f"the page of section {slug} was not captured: {reason}")

    async def _shown_with(self, page: Document) -> AsyncIterator[Request]:
        if self.options.media == "none":
            return
        wanted, refused = named_in_page(page, self.profile)
        if not self.options.full:
            new = [url for url, _ in wanted if not self.was_named(url)]
            known = await self.session.history.captured_urls(new) if new else set()
            wanted = [(url, kind) for url, kind in wanted if url not in known]
        for request in self.resources(wanted, refused):
            yield request

    def _section_page(self, section: SectionLink, url: str, seen: frozenset[int]) -> Request:
        self._section_pages.add(url)
        return self.listing_request(
            url, self.parse_section_page, self.section_page_failed, section=section, seen=seen
        )

    async def parse_section_page(
        self, response: Response, section: SectionLink, seen: frozenset[int]
    ) -> AsyncIterator[Any]:
        page = Document(response.url, response.body)
        async for request in self._shown_with(page):
            yield request
        listing = read_section_page(response.url, page, self.profile, section)
        if listing.categoryId and not section.categoryId:
            section.categoryId = listing.categoryId  # the menu did not say, the page does
            yield self._listing(section, first=0, seen=frozenset())
            return
        record = self.record_id(response)
        teasers = read_teasers(response.url, page, self.profile)
        self.session.page_monitor.section(page, listing, section.slug, teasers, record)
        fingerprint = _fingerprint(listing.entries)
        if not listing.entries or fingerprint in seen:
            return
        stored = await self._stored(listing.entries)
        async for request in self.follow(listing.entries, stored):
            yield request
        async for item in self.new_teasers(response, teasers):
            yield item
        if listing.nextPage and await self._worth_going_on(section, listing.entries, stored):
            yield self._section_page(section, listing.nextPage, seen | {fingerprint})

    def section_page_failed(self, failure: Failure) -> None:
        section = failure.request.cb_kwargs["section"]  # type: ignore[attr-defined]
        self._listing_lost(f"section {section.slug}", failure)

    def home_failed(self, failure: Failure) -> None:
        self._listing_lost("the home page", failure)

    def _listing_lost(self, what: str, failure: Failure) -> None:
        if failure.check(InterruptedCrawlError):
            return
        self.crawler.stats.inc_value("khobao/listings_failed")
        self.session.outcome.warn(f"{what} could not be listed: {failed_state(failure.value)[1]}")

    # -- announcements ----------------------------------------------------------------------------

    async def follow(
        self, entries: Sequence[FrontierUrl], stored: set[str]
    ) -> AsyncIterator[Request]:
        """Note what a listing announced; a request or a reason for each."""
        for entry in entries:
            await self.session.recorder.add_url(entry)
            if not self.options.wants_day(entry.datePublished):
                await self._set_state(entry.url, "excluded", "outside since … until")
            elif entry.url in stored:
                await self._set_state(entry.url, "known", "stored by an earlier run")
            elif self.first_time(entry.url):
                if (request := self.article_request(entry.url, entry)) is None:
                    await self._set_state(entry.url, "pending", "limit reached")
                    continue
                yield request
                for thumbnail in self._thumbnail(entry):
                    yield thumbnail

    def _thumbnail(self, entry: FrontierUrl) -> Iterator[Request]:
        """The picture in the lists need not stand in the article: without it, lists have holes."""
        url = entry.thumbnailUrl
        if url and self.options.media != "none":
            if reason := self.profile.refuses(url, "image"):
                yield from self.resources([], [(url, reason)])
            else:
                yield from self.resources([(url, "image")])

    async def _stored(self, entries: Sequence[FrontierUrl]) -> set[str]:
        """Those that an earlier run settled. What this run asked for says nothing of what lies
        behind it: the same article stands in the lists of several sections.
        """
        urls = [entry.url for entry in entries if not self.was_asked(entry.url)]
        if self.options.resume:
            return set(await self.session.history.known_urls(urls, run_id=self.options.resume))
        return set() if self.options.full else set(await self.session.history.known_urls(urls))

    async def _worth_going_on(
        self, section: SectionLink, entries: Sequence[FrontierUrl], stored: set[str]
    ) -> bool:
        if entries and all(self.options.is_before_since(e.datePublished) for e in entries):
            return False
        if self.options.limit is not None and self._requested >= self.options.limit:
            return False
        if self.options.full or self.options.resume or self.options.since:
            return True
        if len(stored) < len({entry.url for entry in entries}):
            return True
        return not await self.session.history.has_walked(self.name, section.slug)

    async def _left_over(self) -> list[Request]:
        """Addresses the resumed run knew of and did not get."""
        if self.options.resume is None:
            return []
        urls = await self.session.history.pending_urls(self.options.resume)
        requests = [self.article_request(url) for url in urls if self.first_time(url)]
        return [request for request in requests if request is not None]


def _near(slug: str, known: list[str]) -> str:
    close = get_close_matches(slug, known, n=3, cutoff=0.5) or known[:5]
    return f"is it one of {', '.join(close)}?"


def _fingerprint(entries: Sequence[FrontierUrl]) -> int:
    """Same items, same number, whatever their order."""
    return hash(frozenset(entry.url for entry in entries))
