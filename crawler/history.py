"""What a crawl asks about the runs before it, and where it notes what is no item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import signals

from crawler.items import CommentThread, NewsArticle

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState


class CrawlHistory(Protocol):
    """Whoever keeps runs puts one on the session (``CrawlSession.history``) when it is ready.

    Every call may raise a :exc:`crawler.errors.KhobaoError`: it cannot be asked now.
    """

    async def known_urls(self, urls: Collection[str], *, run_id: str | None = None) -> set[str]:
        """Those of *urls* that need not be fetched again, because some run settled them; with
        *run_id*, because that run did, or this one: what it found settled there it has noted as
        known, and may meet in the list of another section.
        """

    async def captured_urls(self, urls: Collection[str]) -> set[str]:
        """Those of *urls* that the archive holds a whole capture of, by any run."""

    async def has_walked(self, spider: str, section: str) -> bool:
        """Whether an earlier run of *spider* went through *section* to its very end. Only then does
        a page of which everything is stored mean that everything behind it is stored as well.
        """

    async def pending_urls(self, run_id: str) -> list[str]:
        """What that run announced and did not get."""

    async def field_coverages(self, site: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Documents of the last *limit* runs of a site that counted pages and raised no alarm, and
        of all that a person has accepted; the last one first.
        """

    async def run_counts(self) -> dict[str, int]:
        """How many of the addresses that this run met are in which state, and how many videos it
        stored (``videos_stored``), as far as that is known.
        """

    async def save_run(self, document: Mapping[str, Any]) -> None:
        """Keep the document of this run in place of what was kept of it before."""


class Recorder(Protocol):
    """Where a crawl notes what is no article and no video, so that feeds hold only those.

    A call returns when it is in line to be kept, in the order of the calls; it waits only while
    the line is too long. At the end of the crawl all is kept, or the crawl ends as one that failed.
    """

    async def add_url(self, url: FrontierUrl) -> None:
        """A listing names this address."""

    async def set_state(self, state: UrlState) -> None:
        """What became of an address that did not become an article."""

    async def quarantine(self, page: QuarantinedPage) -> None:
        """A page that is no article though it should be one; its address has that state."""

    async def add_comments(self, thread: CommentThread) -> None:
        """The comments on an article that has been yielded."""


_WEAK_STATES = frozenset({"known", "pending", "excluded"})


class MemoryHistory:
    """Both for a crawl without a database: nothing was before it, and of itself it knows what
    became of the addresses, for the run's result.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._states: dict[str, str] = {}
        crawler.signals.connect(self._article_scraped, signals.item_scraped)

    async def known_urls(
        self,
        urls: Collection[str],  # noqa: ARG002  the protocol's arguments, here and below
        *,
        run_id: str | None = None,  # noqa: ARG002
    ) -> set[str]:
        return set()

    async def captured_urls(self, urls: Collection[str]) -> set[str]:  # noqa: ARG002
        return set()

    async def has_walked(self, spider: str, section: str) -> bool:  # noqa: ARG002
        return False

    async def pending_urls(self, run_id: str) -> list[str]:  # noqa: ARG002
        return []

    async def field_coverages(
        self,
        site: str,  # noqa: ARG002
        limit: int,  # noqa: ARG002
    ) -> Sequence[Mapping[str, Any]]:
        return []

    async def run_counts(self) -> dict[str, int]:
        return dict(Counter(self._states.values()))

    async def save_run(self, document: Mapping[str, Any]) -> None:
        pass

    async def add_url(self, url: FrontierUrl) -> None:
        self._states.setdefault(url.url, "pending")

    async def set_state(self, state: UrlState) -> None:
        if state.state not in _WEAK_STATES or self._states.get(state.url, "pending") == "pending":
            self._states[state.url] = state.state

    async def quarantine(self, page: QuarantinedPage) -> None:
        self._states[page.url] = "quarantined"

    async def add_comments(self, thread: CommentThread) -> None:
        pass

    def _article_scraped(self, item: Any) -> None:
        if isinstance(item, NewsArticle):
            self._states[item.canonicalUrl or item.url] = "new"
