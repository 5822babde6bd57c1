"""Keeps the ledger of a crawl while it runs: see :mod:`pipelines.mongodb.ledger`."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archive import ArchiveError
from crawler import signals
from crawler.session.crawl_session import CrawlSession
from pipelines.mongodb.ledger import LEDGER_TYPE, Ledger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.pages import ListingHint
    from pipelines.mongodb.ledger_entries import Entry
    from pipelines.mongodb.store import Store


class RunLedger:
    """Listens to what is written and puts it into the archive, part by part."""

    def __init__(self, crawler: Crawler, store: Store) -> None:
        self._session = CrawlSession.of(crawler)
        self._store = store
        self._ledger = Ledger(self._session.run_id, self._keep)
        crawler.signals.connect(self._page_read, signals.page_read)
        crawler.signals.connect(self._written, signals.written)
        self._session.archive.before_close.append(self._close)

    def _keep(self, name: str, data: bytes) -> None:
        self._session.archive.append_log(name, data, LEDGER_TYPE)

    def _page_read(
        self, record_id: str, listed: ListingHint | None, cross_check_share: float | None
    ) -> None:
        self._ledger.read_with(record_id, listed=listed, cross_check_share=cross_check_share)

    async def _written(self, entries: list[Entry], at: dt.datetime) -> None:
        if not self._session.archive.is_open:
            return
        self._ledger.add(entries, at)
        if not self._ledger.is_due:
            return
        try:
            await asyncio.to_thread(self._ledger.flush)
        except ArchiveError as exc:
            self._session.stop("archive_write_failed", exc)

    def _close(self, document: Mapping[str, Any] | None) -> None:
        is_whole = document is not None and self._store.is_reachable
        self._ledger.close(document, is_whole=is_whole)
