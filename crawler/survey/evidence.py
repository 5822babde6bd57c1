"""Evidence: what the survey fetched, by the reason it was asked for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages import ArticleReading, PageReading, read_page
from crawler.pages.charset import charset_of
from crawler.statuses import SUCCESS

if TYPE_CHECKING:
    from crawler.frontier import SectionLink
    from crawler.items import NewsArticle
    from crawler.sites import SiteProfile


@dataclasses.dataclass(frozen=True, slots=True)
class Hop:
    """One answer that sent us elsewhere."""

    url: str
    status: int
    location: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of asking for one address."""

    asked: str
    url: str
    """Where the last answer came from."""

    status: int | None = None
    """None when nothing came: :attr:`error` says why."""

    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Names in lower case."""

    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    leads_to: str | None = None
    """Target of a redirect that was not followed; why not stands in :attr:`error`."""

    not_modified: bool = False
    """The server said 304 to a condition."""

    error: str | None = None
    record: str | None = None
    """Id of the WARC record of the last answer."""

    captured_at: dt.datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.status in SUCCESS

    @property
    def is_html(self) -> bool:
        return "html" in self.headers.get("content-type", "") or self.body.lstrip()[:1] == b"<"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def words(self) -> str:
        """The way it went, for a person: ``301 → https://… → 200``."""
        way = "".join(f"{hop.status} → {hop.location} → " for hop in self.hops)
        if self.leads_to is not None:
            return f"{way}{self.status} → {self.leads_to} (not followed: {self.error})"
        return way + (str(self.status) if self.status is not None else f"no answer ({self.error})")

    def why_not(self) -> str:
        """Why this is no good answer, in the words after "because"."""
        if self.status is None or self.leads_to is not None:
            return f"{self.asked}: {self.error}"
        return f"{self.asked} answered with status {self.status}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of the sample."""

    reply: Reply
    section: str
    reading: PageReading | None
    """None when no page came."""

    @property
    def found(self) -> ArticleReading | None:
        return self.reading if isinstance(self.reading, ArticleReading) else None

    @classmethod
    def of(cls, reply: Reply, section: str, profile: SiteProfile) -> Article:
        if not reply.is_good or reply.captured_at is None:
            return cls(reply=reply, section=section, reading=None)
        content_type = reply.headers.get("content-type", "")
        reading = read_page(
            reply.url,
            reply.body,
            declared_encoding=charset_of([content_type.encode("latin-1", "replace")]),
            captured_at=reply.captured_at,
            profile=profile,
            with_resources=True,
        )
        return cls(reply=reply, section=section, reading=reading)


@dataclasses.dataclass(slots=True, kw_only=True)
class Evidence:
    """Filled by the spider while it asks; an interrupted survey answers from what there is."""

    profile: SiteProfile
    """As the software has it."""

    site: SiteProfile
    """The same, with the host added that the newspaper was found to have moved to."""

    replies: dict[str, Reply] = dataclasses.field(default_factory=dict)
    """By reason: ``robots``, ``home``, ``http``, ``api:list`` …; see :mod:`crawler.survey.plan`."""

    skipped: dict[str, str] = dataclasses.field(default_factory=dict)
    """Reasons that were not asked, and why not."""

    menu: list[SectionLink] = dataclasses.field(default_factory=list)
    articles: list[Article] = dataclasses.field(default_factory=list)
    requests: int = 0
    """Sent, with robots.txt and redirects."""

    def get(self, reason: str) -> Reply | None:
        return self.replies.get(reason)

    def good(self, reason: str) -> Reply | None:
        reply = self.replies.get(reason)
        return reply if reply is not None and reply.is_good and reply.leads_to is None else None

    def why_not(self, reason: str) -> str:
        """Why there is no good answer to *reason*."""
        if reply := self.replies.get(reason):
            return reply.why_not()
        return self.skipped.get(reason, "the survey ended before it was asked")

    def every(self, start: str) -> Iterator[tuple[str, Reply]]:
        """Replies whose reason begins with *start*, with the rest of the reason."""
        for reason, reply in self.replies.items():
            if reason.startswith(start):
                yield reason.removeprefix(start), reply

    def all_replies(self) -> Iterator[Reply]:
        seen = {}
        for reply in (*self.replies.values(), *(article.reply for article in self.articles)):
            seen[id(reply)] = reply
        yield from seen.values()

    def site_section(self, url: str) -> str:
        """The section that the address of an article names; ``channel/N`` of an old one."""
        path = urlsplit(url).path.strip("/").split("/")
        return "/".join(path[:-2])

    @property
    def items(self) -> list[NewsArticle]:
        return [article.found.article for article in self.articles if article.found]

    @property
    def read(self) -> list[Article]:
        """Articles of the sample that a page class could read."""
        return [article for article in self.articles if article.found]
