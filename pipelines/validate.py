"""Stage 100: nothing half-filled goes on. An article that fails becomes a page for quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from crawler.items import NewsArticle
from crawler.session.crawl_session import CrawlSession
from pipelines.checks import ValidationError, as_quarantined, check, drop_bad_dates

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ValidatePipeline:
    def __init__(
        self,
        crawler: Crawler,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        assert crawler.stats is not None
        self._stats = crawler.stats
        self._session = CrawlSession.of(crawler)
        self._clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        try:
            check(item, self._clock())
        except ValidationError as exc:
            self._stats.inc_value(f"validate/dropped/{exc.check}")
            if isinstance(item, NewsArticle):
                await self._session.recorder.quarantine(as_quarantined(item, exc))
            raise DropItem(str(exc)) from exc
        if bad := drop_bad_dates(item):
            self._stats.inc_value("validate/unreadable_dates", bad)
        return item
