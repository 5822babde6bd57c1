"""Puts into MongoDB what a crawl notes that is no item: addresses, states, quarantine, comments."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from pipelines.checks import ValidationError, check, drop_bad_dates
from pipelines.clean import clean_item
from pipelines.mongodb.errors import DatabaseError, DocumentRejectedError

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
    from crawler.items import CommentThread
    from pipelines.mongodb.store import Store

logger = logging.getLogger(__name__)

MAX_WAITING = 1_000
"""Notes under way; whoever notes more waits until some are on the server's disk."""


class MongoDBRecorder:
    """A :class:`crawler.history.Recorder`. Notes go into the store's queue in the order they come.

    :param give_up: told of an error after which nothing more can be kept.
    """

    def __init__(
        self, store: Store, stats: StatsCollector, give_up: Callable[[DatabaseError], None]
    ) -> None:
        self._store = store
        self._stats = stats
        self._give_up = give_up
        self._under_way: set[asyncio.Task[None]] = set()

    async def add_url(self, url: FrontierUrl) -> None:
        if self._is_good(url):
            await self._note(self._counted("frontier/stored", self._store.announce(url)))

    async def set_state(self, state: UrlState) -> None:
        if self._is_good(state):
            stored = self._store.set_state(state.url, state.state, state.reason)
            await self._note(self._counted(f"url_states/{state.state}", stored))

    async def quarantine(self, page: QuarantinedPage) -> None:
        logger.warning("Quarantined: %s: %s", page.url, page.reason)
        await self._note(self._counted("quarantine/stored", self._store.quarantine(page)))

    async def add_comments(self, thread: CommentThread) -> None:
        if self._is_good(thread):
            await self._note(self._store_comments(thread))

    async def drain(self) -> None:
        """Return once all that was noted is kept, or cannot be."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _is_good(self, item: Any) -> bool:
        try:
            check(item, dt.datetime.now(dt.UTC))
        except ValidationError as exc:
            logger.warning("Dropped: %s: %s", exc, item)
            self._stats.inc_value(f"validate/dropped/{exc.check}")
            return False
        if bad := drop_bad_dates(item):
            self._stats.inc_value("validate/unreadable_dates", bad)
        clean_item(item)
        return True

    async def _counted(self, name: str, stored: Coroutine[Any, Any, None]) -> None:
        await stored
        self._stats.inc_value(f"items/{name}")

    async def _store_comments(self, thread: CommentThread) -> None:
        write_result = await self._store.upsert_comments(thread)
        self._stats.inc_value(f"items/comments/{write_result}")

    async def _note(self, stored: Coroutine[Any, Any, None]) -> None:
        while len(self._under_way) >= MAX_WAITING:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(stored)  # tasks begin in the order they are made
        self._under_way.add(task)
        task.add_done_callback(self._noted)

    def _noted(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DocumentRejectedError):
            self._stats.inc_value("mongodb/rejected")
            logger.warning("Dropped: %s", error)
        elif isinstance(error, DatabaseError):
            self._give_up(error)
        elif error is not None:
            self._stats.inc_value("khobao/errors")
            logger.error("Not noted", exc_info=error)
