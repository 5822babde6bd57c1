"""Stage 900, the last: articles and videos into MongoDB."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals as scrapy_signals
from scrapy.exceptions import CloseSpider, DropItem, NotConfigured

from crawler import signals
from crawler.errors import KhobaoError
from crawler.items import NewsArticle, VideoTeaser
from crawler.session.crawl_session import CrawlSession
from pipelines.checks import as_quarantined
from pipelines.mongodb.errors import DatabaseError, DatabaseTooNewError, DocumentRejectedError
from pipelines.mongodb.history import MongoDBHistory
from pipelines.mongodb.recorder import MongoDBRecorder
from pipelines.mongodb.run_ledger import RunLedger
from pipelines.mongodb.server import ensure_server
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.mongodb.ledger_entries import Entry

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 0.1


class MongoDBPipeline:
    """Makes the store of the run, and is all that the crawl knows of it: its history and recorder
    on the session, its ledger, the signal of what is written.

    Without ``MONGODB_URI`` it starts the embedded server of the data home.

    If MongoDB stays away, the crawl is closed with the reason ``mongodb_unreachable``: what is
    fetched from then on would be in the archive only.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats
        self._session = CrawlSession.of(crawler)
        self._store: Store | None = None
        self._closing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._none_under_way = asyncio.Event()
        self._none_under_way.set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.getbool("KHOBAO_SCRATCH_HOME"):
            raise NotConfigured("nothing is kept in a scratch home")
        return cls(crawler)

    async def open_spider(self) -> None:
        try:
            await self._open()
        except DatabaseError as exc:
            logger.error("%s", exc)  # noqa: TRY400  # one line; the traceback says no more
            self._stats.set_value("mongodb/error", str(exc))
            too_new = isinstance(exc, DatabaseTooNewError)
            raise CloseSpider("mongodb_too_new" if too_new else "mongodb_unreachable") from exc

    async def _open(self) -> None:
        settings = self._crawler.settings
        home = self._session.paths.home
        uri = settings["MONGODB_URI"] or await asyncio.to_thread(ensure_server, home)
        store = Store(
            uri,
            settings.get("MONGODB_DATABASE", "khobao"),
            run_id=self._session.run_id,
            wait_seconds=settings.getfloat("MONGODB_WAIT_SECONDS", 120.0),
            is_interrupted=lambda: self._session.interruption.is_set,
        )
        if applied := await store.open():
            logger.info("Database %s is now at %s", store.database_name, applied[-1])
        self._store = store
        self._listen(store)

    def _listen(self, store: Store) -> None:
        store.on_written = self._written
        self._ledger = RunLedger(self._crawler, store)
        self._recorder = MongoDBRecorder(store, self._stats, self._give_up)
        self._session.history, self._session.recorder = MongoDBHistory(store), self._recorder
        connect = self._crawler.signals.connect
        connect(self._captured, signals.captured)
        # Later than spider_closed, at which the run's own record is still to be written.
        connect(self._engine_stopped, scrapy_signals.engine_stopped)

    async def close_spider(self) -> None:
        store = self._store
        if store is None:
            return
        await self._recorder.drain()
        if store.is_reachable:
            try:
                await store.flush()
            except DatabaseError as exc:
                logger.error("%s", exc)  # noqa: TRY400
        for name, value in store.counts.items():
            group = "dedupe" if name == "reprints" else "mongodb"
            self._stats.set_value(f"{group}/{name}", value)

    async def _engine_stopped(self) -> None:
        assert self._store is not None
        with contextlib.suppress(DatabaseError):  # told already, by whoever waited for it
            await self._store.close()

    async def _written(self, entries: list[Entry], at: dt.datetime) -> None:
        await signals.send(self._crawler, signals.written, entries=entries, at=at)

    async def _captured(self, document: Mapping[str, Any]) -> None:
        """A list of what the archive holds anyway: a database that went away is no reason to lose
        the response. An item notices it as well, and ends the crawl.
        """
        assert self._store is not None
        with contextlib.suppress(KhobaoError):
            await self._store.add_capture(document)

    async def process_item(self, item: Any) -> Any:
        self._under_way += 1
        self._none_under_way.clear()
        try:
            await self._process(item)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._none_under_way.set()
        return item

    async def _process(self, item: Any) -> None:
        try:
            await self._store_item(item)
        except DocumentRejectedError as exc:
            self._stats.inc_value("mongodb/rejected")
            await self._quarantine(item, exc)
            raise DropItem(str(exc)) from exc
        except DatabaseError as exc:
            self._give_up(exc)
            raise DropItem(f"not stored: {exc}") from exc

    async def _store_item(self, item: Any) -> None:
        assert self._store is not None
        match item:
            case NewsArticle():
                kind, write_result = "articles", str(await self._store.upsert_article(item))
            case VideoTeaser():
                kind, write_result = "videos", await self._store.upsert_video(item)
            case _:
                kind, write_result = "unknown", type(item).__name__
        self._stats.inc_value(f"items/{kind}/{write_result}")

    async def _quarantine(self, item: Any, error: DocumentRejectedError) -> None:
        """What MongoDB refuses is not lost: its record and the reason go into quarantine."""
        if isinstance(item, NewsArticle):
            await self._recorder.quarantine(as_quarantined(item, error))

    def _give_up(self, error: DatabaseError) -> None:
        if self._closing is not None:
            return
        logger.error("%s", error)
        self._stats.set_value("mongodb/error", str(error))
        # Not awaited here: closing waits for the items in the pipelines, and this is one of them.
        self._closing = asyncio.create_task(self._close_crawl())

    async def _close_crawl(self) -> None:
        # Items that come from start() and are under way when the crawl is closed keep Scrapy 2.19
        # from ever closing: its scraper looks whether it is idle only after a response.
        await self._none_under_way.wait()
        await asyncio.sleep(SETTLE_SECONDS)
        engine = self._crawler.engine
        assert engine is not None
        await engine.close_spider_async(reason="mongodb_unreachable")
