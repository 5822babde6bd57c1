"""A crawl in which nothing moves any more: what it waits for is named, and it ends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from scrapy import signals

from crawler.errors import KhobaoError
from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_LOOK_SECONDS = 5.0
_MOVES = (
    signals.request_scheduled,
    signals.request_reached_downloader,
    signals.headers_received,
    signals.bytes_received,
    signals.response_received,
    signals.item_scraped,
    signals.item_dropped,
    signals.item_error,
    signals.spider_error,
)


class StalledError(KhobaoError):
    """Every timer has run out, and still something is waited for."""


class StallExtension:
    """Ends a crawl that has done nothing for ``STALL_TIMEOUT`` seconds and has no reason to wait.

    Reasons are a Retry-After, and the delay between two requests; every other wait has a limit of
    its own, so that only a fault of ours, or of what we stand on, comes here. Seconds are counted,
    not read from a clock: a process that was stopped meanwhile has not stalled.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = CrawlSession.of(crawler)
        settings = crawler.settings
        self._limit = settings.getfloat("STALL_TIMEOUT")
        self._look_seconds = min(_LOOK_SECONDS, self._limit / 4)
        self._quiet_seconds = 0.0
        self._watch: asyncio.Task[None] | None = None
        self._stopping: asyncio.Future[None] | None = None
        for signal in _MOVES:
            crawler.signals.connect(self._moved, signal)
        crawler.signals.connect(self._spider_opened, signals.spider_opened)
        crawler.signals.connect(self._engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _moved(self) -> None:
        self._quiet_seconds = 0.0

    def _spider_opened(self) -> None:
        self._watch = asyncio.ensure_future(self._look())

    async def _engine_stopped(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    async def _look(self) -> None:
        while self._quiet_seconds < self._limit + self._longest_delay():
            await asyncio.sleep(self._look_seconds)
            self._quiet_seconds += self._look_seconds
            if self._session.interruption.is_waiting_on_purpose:
                self._moved()
        waited_for = waited_for_by(self._crawler) or "its database or its archive"
        error = StalledError(
            f"nothing moved for {self._quiet_seconds:.0f} s; the crawl waited for {waited_for}, and"
            " was ended. Look into its log, then go on with --resume"
        )
        self._session.outcome.fail("stalled", error)
        self._session.outcome.warn(str(error))
        self._session.interruption.is_wanted = True
        assert self._crawler.engine is not None
        slot = self._crawler.engine._slot  # noqa: SLF001  no public way
        if slot is not None and slot.closing is None:
            # Not awaited: stopping waits for this very task.
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())

    def _longest_delay(self) -> float:
        assert self._crawler.engine is not None
        slots = self._crawler.engine.downloader.slots.values()
        return max((slot.delay for slot in slots), default=0.0) * 2


def waited_for_by(crawler: Crawler) -> str:
    """The requests under way or being read, for a person; empty if there are none."""
    engine = crawler.engine
    assert engine is not None
    slot = engine._slot  # noqa: SLF001  no public way
    requests = sorted(request.url for request in slot.inprogress) if slot else []
    named = ", ".join(requests[:3])
    return f"{len(requests)} requests ({named})" if requests else ""
