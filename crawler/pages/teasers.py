"""The teaser blocks that stand on most pages: the newest videos, pictures and magazines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from web_poet import HttpResponse, Returns, field

from crawler.items import VideoTeaser
from crawler.pages.base import NewspaperPage
from crawler.pages.fields import parse_printed_date, without_mark
from crawler.pages.html import Css, text_of
from crawler.pages.media import is_placeholder
from crawler.pages.videos import is_video
from crawler.sites import AddressKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.sites import SiteProfile

__all__ = ["TeaserBlocks", "read_teasers"]


class TeaserBlocks(
    NewspaperPage[dict[str, list[VideoTeaser]]], Returns[dict[str, list[VideoTeaser]]]
):
    """Videos in the blocks of either template, and in the list of a section of videos.

    The blocks hold pictures and magazines as well: a video is what its type flags, the mark of its
    title or its address call one.
    """

    BOX: ClassVar[Css] = Css(
        ".multimedia .box-img, #cate-content .item, .listnews .item,"
        " .vertical-post-box, .horizontal-post-box"
    )
    LINK: ClassVar[Css] = Css(
        "a.title5[href], a.title1[href], a.title2[href], a.title3[href], a.title4[href],"
        " .name a[href], a.url[href]"
    )
    LEAD: ClassVar[Css] = Css(".des, p.description")
    DATE: ClassVar[Css] = Css(".date, time.time")
    IMAGE: ClassVar[Css] = Css("img")

    @field
    def videos(self) -> list[VideoTeaser]:
        """Each video once, as it is first shown."""
        found: dict[str, VideoTeaser] = {}
        for box in self.BOX.all(self.root):
            teaser = self._teaser(box)
            if teaser:
                found.setdefault(teaser.url, teaser)
        return list(found.values())

    def _teaser(self, box: Element) -> VideoTeaser | None:
        link = self.LINK.first(box)
        url = self.resolve(link.get("href")) if link is not None else None
        if link is None or not url or self.profile.classify(url) is not AddressKind.ARTICLE:
            return None
        title = text_of(link)
        if not is_video(headline=title, flags=link.get("class"), url=url):
            return None
        date = self.DATE.text_in(box)
        return VideoTeaser(
            headline=without_mark(title) or None,
            description=self.LEAD.text_in(box),
            url=url,
            thumbnailUrl=self._thumbnail(box),
            datePublished=parse_printed_date(date, self.profile.zone) if date else None,
            datePublishedRaw=date,
            foundOn=self.profile.canonicalize(self.page_url),
            source="teaser",
        )

    def _thumbnail(self, box: Element) -> str | None:
        image = self.IMAGE.first(box)
        if image is None:
            return None
        url = self.resolve(image.get("data-src")) or self.resolve(image.get("src"))
        return None if url is None or is_placeholder(url) else url


def read_teasers(url: str, body: bytes, profile: SiteProfile) -> list[VideoTeaser]:
    """The video teasers of any page of the newspaper; an empty list when it shows none."""
    page = TeaserBlocks(HttpResponse(url, body, encoding="utf-8"))
    page.page_url = url
    page.profile = profile
    return list(page.videos) if page.has_root else []
