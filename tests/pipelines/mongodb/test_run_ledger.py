"""A crawl's ledger hears of pages and batches by signals, and lies in the archive at the end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from scrapy.utils.test import get_crawler

from archive import read_record
from archive.home.journal import read_journal
from archive.home.layout import Layout
from crawler import signals
from crawler.session.crawl_session import CrawlSession
from pipelines.mongodb.ledger import part_of, read_part
from pipelines.mongodb.run_ledger import RunLedger
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from pathlib import Path

RECORD = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
AT = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
ENTRIES = [{"kind": "article", "record": RECORD}, {"kind": "gone", "url": "https://x.vn/"}]


def ledger_of(home: Path) -> list[dict[str, Any]]:
    return [
        entry
        for name, journal in Layout(home).journals()
        for record in read_journal(journal)
        if part_of(record.target_uri)
        for entry in read_part(read_record(home, name, record.offset).payload)
    ]


async def test_what_was_said_of_a_page_stands_in_its_entry(tmp_path: Path) -> None:
    settings = {"KHOBAO_HOME": str(tmp_path), "KHOBAO_OPERATOR": "kiểm thử"}
    crawler = get_crawler(settings_dict=settings)
    run = CrawlSession.of(crawler)
    ledger = RunLedger(crawler, Store("mongodb://127.0.0.1/"))
    run.archive.open()
    send = crawler.signals
    send.send_catch_log(signals.page_read, record_id=RECORD, listed=None, cross_check_share=0.5)
    await send.send_catch_log_async(signals.written, entries=ENTRIES, at=AT)
    run.archive.close()
    assert run.outcome.failure is None

    batch, article, gone, end = ledger_of(tmp_path)
    assert ("batch", AT.isoformat()) == (batch["kind"], batch["at"])
    assert (RECORD, 0.5) == (article["record"], article["opinionShare"])
    assert "https://x.vn/" == gone["url"]
    assert {"kind": "end", "entries": 2, "isWhole": False} == end
    assert ledger is not None


async def test_without_an_archive_there_is_no_ledger(tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"KHOBAO_HOME": str(tmp_path / "home")})
    ledger = RunLedger(crawler, Store("mongodb://127.0.0.1/"))
    await crawler.signals.send_catch_log_async(signals.written, entries=ENTRIES, at=AT)
    CrawlSession.of(crawler).archive.close()
    assert not (tmp_path / "home").exists()
    assert ledger is not None
