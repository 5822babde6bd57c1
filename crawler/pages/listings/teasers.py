"""Teaser blocks, which stand on most pages: the newest videos, pictures and magazines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypedDict

from web_poet import Returns, field

from crawler.items import VideoTeaser
from crawler.pages.base import NewspaperPage
from crawler.pages.dates import parse_printed_date
from crawler.pages.document import Document
from crawler.pages.fields import without_mark
from crawler.pages.html import Css, text_of
from crawler.pages.markup import classes_of
from crawler.pages.media.images import read_thumbnail
from crawler.pages.media.videos import is_video
from crawler.sites import AddressKind, SiteProfile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Teasers(TypedDict):
    videos: list[VideoTeaser]


class TeaserBlocks(NewspaperPage[Teasers], Returns[Teasers]):
    """Videos in the blocks of either template, and in the list of a section of videos.

    The blocks hold pictures and magazines as well: a video is what its type flags, the mark of its
    title or its address call one. The links are looked at first and their boxes then, because there
    are two hundred links on a page and five of them matter.
    """

    TITLES: ClassVar[frozenset[str]] = frozenset({"title1", "title2", "title3", "title4", "title5"})
    """Classes of title links in template A."""

    BOXES: ClassVar[frozenset[str]] = frozenset(
        {"box-img", "item", "vertical-post-box", "horizontal-post-box"}
    )
    BLOCKS_A: ClassVar[frozenset[str]] = frozenset({"multimedia", "listnews"})
    """Template A uses its boxes for other news too; these blocks are meant."""

    BLOCK_IDS_A: ClassVar[frozenset[str]] = frozenset({"cate-content"})

    LEAD: ClassVar[Css] = Css(".des, p.description")
    DATE: ClassVar[Css] = Css(".date, time.time")
    IMAGE: ClassVar[Css] = Css("img")

    @field
    def videos(self) -> list[VideoTeaser]:
        """Each video once, as it is first shown."""
        found: dict[str, VideoTeaser] = {}
        for link in self.root.iter("a"):
            href, flags = link.get("href") or "", link.get("class") or ""
            if "/video/" in href or "video" in flags or "ideo" in (link.text or ""):
                teaser = self._teaser(link, href, flags)
                if teaser:
                    found.setdefault(teaser.url, teaser)
        return list(found.values())

    def _teaser(self, link: Element, href: str, flags: str) -> VideoTeaser | None:
        box = self._box_of(link, flags.split())
        url = self.resolve(href)
        title = text_of(link)
        if (
            box is None
            or url is None
            or not title
            or self.profile.classify(url) is not AddressKind.ARTICLE
            or not is_video(headline=title, flags=flags, url=url)
        ):
            return None
        date = self.DATE.text_in(box)
        return VideoTeaser(
            headline=without_mark(title) or None,
            description=self.LEAD.text_in(box),
            url=url,
            thumbnailUrl=read_thumbnail(self.IMAGE.first(box), self.resolve),
            datePublished=parse_printed_date(date, self.profile.zone) if date else None,
            datePublishedRaw=date,
            foundOn=self.profile.canonicalize(self.page_url),
            source="teaser",
        )

    def _box_of(self, link: Element, classes: list[str]) -> Element | None:
        """The box whose title the link is; None for a link that is no title of a teaser."""
        is_a = not self.TITLES.isdisjoint(classes)
        if not is_a and "name" not in classes_of(_parent(link)):
            return None
        box: Element | None = None
        for node in link.iterancestors():
            above = classes_of(node)
            if box is None and not self.BOXES.isdisjoint(above):
                if not is_a:
                    return node
                box = node
            if not self.BLOCKS_A.isdisjoint(above) or node.get("id") in self.BLOCK_IDS_A:
                return box
        return None


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


def read_teasers(url: str, body: bytes | Document, profile: SiteProfile) -> list[VideoTeaser]:
    """The video teasers of any page of the newspaper; an empty list when it shows none."""
    document = Document.of(url, body)
    if document.root is None:
        return []
    return list(TeaserBlocks.reading(document, profile).videos)
