"""Closes the archive when a crawl ends, whatever else is installed."""

from __future__ import annotations

import asyncio
import atexit
import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals

from archive import ArchiveError
from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class CloseArchiveExtension:
    """``scrapy shell`` never stops its engine: there, the end of the process is the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._archive = CrawlSession.of(crawler).archive
        crawler.signals.connect(self._engine_stopped, signals.engine_stopped)
        atexit.register(self._close)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def _engine_stopped(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        atexit.unregister(self._close)
        try:
            self._archive.close()
        except ArchiveError as exc:
            logger.error("%s", exc)  # noqa: TRY400  one line; the traceback says no more
