"""Stage 900, the last: into MongoDB, everything to its place."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import CloseSpider, DropItem

from crawler import signals as khobao_signals
from crawler.errors import KhobaoError
from crawler.items import (
    CommentThread,
    FrontierUrl,
    NewsArticle,
    QuarantinedPage,
    UrlState,
    VideoTeaser,
)
from crawler.session.context import RunContext
from pipelines.dedupe import PreparedArticle
from pipelines.mongodb.errors import (
    DatabaseError,
    DatabaseTooNewError,
    DocumentRejectedError,
)
from pipelines.mongodb.history import MongoDBHistory
from pipelines.mongodb.run_ledger import RunLedger
from pipelines.mongodb.server import ensure_server
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from typing import Self

    from scrapy.crawler import Crawler

    from pipelines.mongodb.ledger_entries import Entry

__all__ = ["MongoDBPipeline"]

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 0.1


class MongoDBPipeline:
    """Makes the store of the run and is what spiders and extensions know of it: its history on the
    session, its ledger, the signal of what is written.

    Without ``MONGODB_URI`` it starts the embedded server of the data home.

    If MongoDB stays away, the crawl is closed with the reason ``mongodb_unreachable``: what is
    fetched from then on would be in the archive only.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        assert crawler.stats is not None
        run = RunContext.of(crawler)
        self._crawler = crawler
        self._stats = crawler.stats
        self._closing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._none_under_way = asyncio.Event()
        self.store = Store(
            settings["MONGODB_URI"] or ensure_server(run.home),
            settings.get("MONGODB_DATABASE", "khobao"),
            run_id=run.run_id,
            wait_seconds=settings.getfloat("MONGODB_WAIT_SECONDS", 120.0),
        )
        self.store.on_written = self._written
        self.ledger = RunLedger(crawler, self.store)
        run.history = MongoDBHistory(self.store)
        crawler.signals.connect(self._captured, khobao_signals.captured)
        # Later than spider_closed, at which the run's own record is still to be written.
        crawler.signals.connect(self._engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        try:
            applied = await self.store.open()
        except DatabaseError as exc:
            logger.error("%s", exc)  # noqa: TRY400  # one line; the traceback says no more
            self._stats.set_value("mongodb/error", str(exc))
            too_new = isinstance(exc, DatabaseTooNewError)
            raise CloseSpider("mongodb_too_new" if too_new else "mongodb_unreachable") from exc
        if applied:
            logger.info("Database %s is now at %s", self.store.database_name, applied[-1])

    async def close_spider(self) -> None:
        if self.store.is_reachable:
            try:
                await self.store.flush()
            except DatabaseError as exc:
                logger.error("%s", exc)  # noqa: TRY400
        for name, value in self.store.counts.items():
            group = "dedupe" if name == "reprints" else "mongodb"
            self._stats.set_value(f"{group}/{name}", value)

    async def _engine_stopped(self) -> None:
        with contextlib.suppress(DatabaseError):  # told already, by whoever waited for it
            await self.store.close()

    async def _written(self, entries: list[Entry], at: dt.datetime) -> None:
        await self._crawler.signals.send_catch_log_async(
            khobao_signals.written, entries=entries, at=at
        )

    async def _captured(self, document: Mapping[str, Any]) -> None:
        """A list of what the archive holds anyway: a database that went away is no reason to lose
        the response. An item notices it as well, and ends the crawl.
        """
        with contextlib.suppress(KhobaoError):
            await self.store.add_capture(document)

    async def process_item(self, item: Any) -> Any:
        self._under_way += 1
        self._none_under_way.clear()
        try:
            return await self._process(item)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._none_under_way.set()

    async def _process(self, item: Any) -> Any:
        try:
            await self._store_item(item)
        except DocumentRejectedError as exc:
            self._stats.inc_value("mongodb/rejected")
            await self._set_aside(item, exc)
            raise DropItem(str(exc)) from exc
        except DatabaseError as exc:
            self._give_up(exc)
            raise DropItem(f"not stored: {exc}") from exc
        if isinstance(item, QuarantinedPage):
            raise DropItem(f"quarantined: {item.url}: {item.reason}")
        return item.article if isinstance(item, PreparedArticle) else item

    async def _store_item(self, item: Any) -> None:
        store = self.store
        match item:
            case PreparedArticle():
                prepared = item.document, item.fingerprint
                write_result: str = await store.upsert_article(item.article, prepared)
                kind = "articles"
            case NewsArticle():
                kind, write_result = "articles", await store.upsert_article(item)
            case VideoTeaser():
                kind, write_result = "videos", await store.upsert_video(item)
            case CommentThread():
                kind, write_result = "comments", await store.upsert_comments(item)
            case QuarantinedPage():
                await store.quarantine(item)
                kind, write_result = "quarantine", "stored"
            case FrontierUrl():
                await store.announce(item)
                kind, write_result = "frontier", "stored"
            case UrlState():
                await store.set_state(item.url, item.state, item.reason)
                kind, write_result = "url_states", item.state
            case _:
                kind, write_result = "unknown", type(item).__name__
        self._stats.inc_value(f"items/{kind}/{write_result}")

    async def _set_aside(self, item: Any, error: DocumentRejectedError) -> None:
        """What MongoDB refuses is not lost: its record and the reason go into quarantine."""
        article = item.article if isinstance(item, PreparedArticle) else item
        if not isinstance(article, NewsArticle):
            return
        page = QuarantinedPage(
            url=article.canonicalUrl or article.url,
            reason=error.reason,
            error=type(error).__name__,
            provenance=article.provenance,
        )
        try:
            await self._store_item(page)
        except DatabaseError as exc:
            logger.error("%s", exc)  # noqa: TRY400

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
