"""``videos``: the video section, and what the teaser blocks of its pages point at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from crawler.frontier import FrontierUrl, SectionLink
from crawler.spiders.discovery import ListingSpider

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.items import VideoTeaser


class VideosSpider(ListingSpider):
    name = "videos"

    def choose(self, menu: Sequence[SectionLink]) -> list[SectionLink]:
        section = self.profile.video_category(menu)
        return [section] if section else []

    async def new_teasers(
        self, response: Response, teasers: Iterable[VideoTeaser]
    ) -> AsyncIterator[Any]:
        """A teaser is followed to its video page; to the other spiders it is only an item."""
        announced = []
        async for teaser in super().new_teasers(response, teasers):
            yield teaser
            announced.append(FrontierUrl(url=teaser.url, section="", listedBy=response.url))
        async for request in self.follow(announced, await self._stored(announced)):
            yield request
