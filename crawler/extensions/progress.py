"""Progress: twice a second, how far the crawl is, for whoever wants to show it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import NotConfigured

from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_INTERVAL_SECONDS = 0.5


class ProgressExtension:
    """Feeds the run's :attr:`~CrawlSession.progress`; off without one."""

    def __init__(self, crawler: Crawler, progress: Any) -> None:
        self._crawler = crawler
        self._progress = progress
        self._started = time.monotonic()
        self._current = ""
        self._task: asyncio.Task[None] | None = None
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        crawler.signals.connect(self.response_received, signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = CrawlSession.of(crawler).progress
        if progress is None:
            raise NotConfigured
        return cls(crawler, progress)

    def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002  the signal's argument
        self._started = time.monotonic()
        self._task = asyncio.ensure_future(self._beat())

    async def spider_closed(self, spider: Spider) -> None:  # noqa: ARG002  the signal's argument
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._progress.update(self.snapshot())

    def response_received(self, response: Response, request: Request) -> None:  # noqa: ARG002
        self._current = request.url

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_INTERVAL_SECONDS)
            self._progress.update(self.snapshot())

    def snapshot(self) -> dict[str, int | float | str]:
        """``responses``, ``new`` articles, ``bytes`` received, ``queue`` requests waiting,
        ``speed`` responses a second, ``seconds`` since the start, ``url`` the latest.
        """
        stats = self._crawler.stats
        engine = self._crawler.engine
        slot = engine._slot  # noqa: SLF001  the one place that knows the queue
        responses = stats.get_value("downloader/response_count", 0)
        seconds = time.monotonic() - self._started
        return {
            "responses": responses,
            "new": stats.get_value("items/articles/new", 0),
            "videos": stats.get_value("items/videos/new", 0),
            "quarantined": stats.get_value("items/quarantine/stored", 0),
            "failed": stats.get_value("items/url_states/failed", 0),
            "bytes": stats.get_value("downloader/response_bytes", 0),
            "queue": (len(slot.scheduler) if slot else 0) + len(engine.downloader.active),  # type: ignore[arg-type]
            "speed": responses / seconds if seconds else 0.0,
            "seconds": seconds,
            "url": self._current,
        }
