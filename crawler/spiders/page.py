"""``page``: the addresses the command names, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.frontier import FrontierUrl
from crawler.sites import profile_for
from crawler.spiders.base import NewspaperSpider


class PageSpider(NewspaperSpider):
    name = "page"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        for url in self.options.urls:
            profile = profile_for(urlsplit(url).hostname or "")
            if profile is None:
                raise UsageError(f"{url}: not an address of the newspaper")
            self.profile = profile

    async def start(self) -> AsyncIterator[Any]:
        if not self.options.urls:  # not before: `scrapy parse --spider page URL` has its own start
            no_url = UsageError("give at least one URL: khobao crawl page https://baodaklak.vn/…")
            self.session.stop("no_url", no_url)
        for url in self.options.urls:
            canonical = self.profile.canonicalize(url)
            if self.first_time(canonical):
                found = FrontierUrl(url=canonical, section="", listedBy="command line")
                await self.session.recorder.add_url(found)
                if request := self.article_request(url):
                    yield request
