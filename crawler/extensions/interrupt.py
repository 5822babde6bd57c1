"""Ctrl-C, once: what is under way gets some seconds, then nothing is waited for any more."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.extensions.stall import waited_for_by
from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25
_GRACE_SECONDS = 2.0
"""For answers that are on their way."""

_PATIENCE_SECONDS = 30.0
"""For the rest of closing; what takes longer is named, and left."""


class InterruptExtension:
    """Scrapy waits without end for requests under way, and for those that wait for their turn."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._interruption = CrawlSession.of(crawler).interruption
        self._watch: asyncio.Task[None] | None = None
        crawler.signals.connect(self._spider_opened, signals.spider_opened)
        crawler.signals.connect(self._engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _spider_opened(self) -> None:
        self._watch = asyncio.ensure_future(self._wait())

    async def _engine_stopped(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    async def _wait(self) -> None:
        while self._crawler.crawling and not self._interruption.is_wanted:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)
        await asyncio.sleep(_GRACE_SECONDS)
        self._interruption.set()
        self._end_delays()
        await asyncio.sleep(_PATIENCE_SECONDS)
        self._leave()

    def _end_delays(self) -> None:
        """Requests in a queue are refused by the handler, as soon as they reach it."""
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        for slot in downloader.slots.values():
            slot.delay = slot.jitter = 0.0
            slot.close()  # its timer
            downloader._process_queue(slot)  # noqa: SLF001  no public way

    def _leave(self) -> None:
        from twisted.internet import reactor  # noqa: PLC0415  importing it installs it

        running: Any = reactor
        logger.error(
            "%.0f s after the interruption the crawl still waits for %s; it ends without that",
            _GRACE_SECONDS + _PATIENCE_SECONDS,
            waited_for_by(self._crawler) or "its database or its archive",
        )
        running.stop()
