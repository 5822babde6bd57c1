"""What a crawl knows of earlier runs: nothing without a database, and all of MongoDB with one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.utils.test import get_crawler

from crawler import signals
from crawler.frontier import FrontierUrl, UrlState
from crawler.history import CrawlHistory, MemoryHistory
from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

URL = "https://baodaklak.vn/thoi-su/202603/x-0000001/"


def crawler(home: Path, **settings: Any) -> Crawler:
    return get_crawler(settings_dict={"KHOBAO_HOME": str(home), **settings})


async def test_without_a_database_nothing_was_before(tmp_path: Path) -> None:
    history: CrawlHistory = CrawlSession.of(crawler(tmp_path / "home")).history
    assert isinstance(history, MemoryHistory)
    assert set() == await history.known_urls([URL])
    assert [] == await history.pending_urls("run-1")
    assert [] == list(await history.field_coverages("baodaklak", 9))
    assert not await history.has_walked("sections", "thoi-su")


async def test_what_was_done_outweighs_a_reason_not_to_do_it(tmp_path: Path) -> None:
    session = CrawlSession.of(crawler(tmp_path / "home"))
    for n, states in enumerate((["gone", "known"], ["known", "failed"], [], ["excluded"])):
        await session.recorder.add_url(FrontierUrl(url=f"{URL}{n}", section="", listedBy=URL))
        for state in states:
            await session.recorder.set_state(UrlState(url=f"{URL}{n}", state=state, reason="?"))
    counts = await session.history.run_counts()
    assert {"gone": 1, "failed": 1, "pending": 1, "excluded": 1} == counts


async def test_a_signal_waits_for_its_handlers_and_survives_them(tmp_path: Path) -> None:
    """Whoever wants to know of captures and batches connects to a signal, as to Scrapy's."""
    heard: list[Any] = []

    async def hear(entries: list[Any], at: dt.datetime) -> None:
        heard.append((entries, at))

    def fail(entries: list[Any]) -> None:
        raise ValueError(entries)

    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    sender = crawler(tmp_path).signals
    sender.connect(fail, signals.written)
    sender.connect(hear, signals.written)
    await sender.send_catch_log_async(signals.written, entries=[{"kind": "run"}], at=at)
    assert [([{"kind": "run"}], at)] == heard


@pytest.mark.parametrize("name", ["captured", "page_read", "written"])
def test_each_signal_is_its_own(name: str) -> None:
    others = [getattr(signals, other) for other in signals.__all__ if other != name]
    assert getattr(signals, name) not in others
