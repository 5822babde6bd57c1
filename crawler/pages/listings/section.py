"""Section pages: rows (template A) or cards (template B) that announce articles."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from web_poet import Returns, field
from web_poet.fields import item_from_fields_sync

from crawler.frontier import FrontierUrl, SectionLink
from crawler.pages.base import NewspaperPage
from crawler.pages.dates import parse_printed_date
from crawler.pages.document import Document
from crawler.pages.html import Css, text_of
from crawler.pages.media.images import read_thumbnail
from crawler.sites import AddressKind, SiteProfile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_FLAGS = ("photo", "video", "audio")
_CATEGORY = re.compile(r"[0-9A-Fa-f]{32}")
_PAGED = re.compile(r"(?<=[?&])paged=(\d+)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SectionListing:
    """What a section's page announces."""

    entries: list[FrontierUrl]
    nextPage: str | None
    """None after the last page, and on a page without entries."""

    categoryId: str | None
    """The section's id, which the menu of template B does not tell."""


class SectionPage(NewspaperPage[SectionListing], Returns[SectionListing]):
    """What both templates have in common; a subclass names its rows."""

    ROW: ClassVar[Css]
    """Rows of the list; of several selectors the first that matches anything."""

    LINK: ClassVar[Css]
    DATE: ClassVar[Css]
    LEAD: ClassVar[Css]
    IMAGE: ClassVar[Css] = Css("img")
    NEXT: ClassVar[Css] = Css("a[rel=next], .pagination .next a, .pagination a.next", seldom=True)

    section: str | None = None
    """Slug of the section that was asked for; without it, the page's own address tells."""

    @field
    def entries(self) -> list[FrontierUrl]:
        found: dict[str, FrontierUrl] = {}
        for row in self.ROW.group(self.root):
            entry = self._entry(row)
            if entry:
                found.setdefault(entry.url, entry)
        return list(found.values())

    @field
    def nextPage(self) -> str | None:
        """The page's own link, else ``?paged=`` counted up; it may well show the same again."""
        link = self.NEXT.first(self.root)
        if link is not None:
            return self.resolve(link.get("href"))
        if not self.entries:
            return None
        counted = _PAGED.search(self.page_url)
        if counted:
            return _PAGED.sub(f"paged={int(counted[1][:6]) + 1}", self.page_url)
        return f"{self.page_url}{'&' if '?' in self.page_url else '?'}paged=2"

    @field
    def categoryId(self) -> str | None:
        category = self.page_info.get("cate_id", "")
        return category if _CATEGORY.fullmatch(category) else None

    def _entry(self, row: Element) -> FrontierUrl | None:
        link = self.LINK.first(row)
        url = self.resolve(link.get("href")) if link is not None else None
        if link is None or not url or self.profile.classify(url) is not AddressKind.ARTICLE:
            return None
        date = self.DATE.text_in(row)
        return FrontierUrl(
            url=url,
            section=self.section or unquote(urlsplit(self.page_url).path).strip("/"),
            listedBy=self.page_url,
            headline=text_of(link) or None,
            description=self.LEAD.text_in(row),
            thumbnailUrl=read_thumbnail(self.IMAGE.first(row), self.resolve),
            datePublished=parse_printed_date(date, self.profile.zone) if date else None,
            datePublishedRaw=date,
            objectType=_flags_of(link),
        )


class SectionPageA(SectionPage):
    """Rows of ``#cate-content``; side columns use the same classes and are left alone."""

    ROW: ClassVar[Css] = Css("#cate-content .item, .listnews .item")
    LINK: ClassVar[Css] = Css(
        "a.title1[href], a.title2[href], a.title3[href], a.title4[href], a.title5[href]"
    )
    DATE: ClassVar[Css] = Css("div.date")
    LEAD: ClassVar[Css] = Css("div.des")


class SectionPageB(SectionPage):
    """Cards, upright (``vertical-post-box``) or lying, of the list; else of the main column."""

    ROW: ClassVar[Css] = Css("#cate-content [class*='-post-box'], main [class*='-post-box']")
    LINK: ClassVar[Css] = Css(".name a[href], a.url[href]")
    DATE: ClassVar[Css] = Css("time.time")
    LEAD: ClassVar[Css] = Css("p.description")


def read_section_page(
    url: str,
    body: bytes | Document,
    profile: SiteProfile,
    section: SectionLink | str | None = None,
) -> SectionListing:
    """What the page announces; without entries when it is no section page of either template."""
    document = Document.of(url, body)
    if document.root is None:
        return SectionListing(entries=[], nextPage=None, categoryId=None)
    is_b = SectionPageB.ROW.first(document.root) is not None
    page = (SectionPageB if is_b else SectionPageA).reading(document, profile)
    page.section = section.slug if isinstance(section, SectionLink) else section
    return item_from_fields_sync(page, SectionListing)


def _flags_of(link: Element) -> str | None:
    classes = (link.get("class") or "").split()
    return " ".join(flag for flag in _FLAGS if flag in classes) or None
