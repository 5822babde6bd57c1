"""``videos``: the video section, and what the teaser blocks of its pages point at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.items import Announcement, VideoTeaser
from crawler.spiders.discovery import ListingSpider

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrapy.http import Response

    from crawler.items import SectionLink

__all__ = ["VideosSpider"]


class VideosSpider(ListingSpider):
    name = "videos"

    def choose(self, menu: Sequence[SectionLink]) -> list[SectionLink]:
        section = self.profile.video_category(menu)
        return [section] if section else []

    def new_teasers(self, response: Response, teasers: Iterable[VideoTeaser]) -> Iterator[Any]:
        """A teaser is followed to its video page; to the other spiders it is only an item."""
        for teaser in super().new_teasers(response, teasers):
            yield teaser
            if isinstance(teaser, VideoTeaser) and self.first_time(teaser.url):
                yield Announcement(url=teaser.url, section="", listedBy=response.url)
                if request := self.article_request(teaser.url):
                    yield request
