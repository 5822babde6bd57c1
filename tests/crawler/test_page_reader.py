"""Pages read in another process are the pages read in this one."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal

import pytest

from crawler.items import NewsArticle
from crawler.page_reader import PageReader
from crawler.pages import ArticleReading, UnreadablePage
from practice.world import World

NOW = dt.datetime(2026, 6, 15, tzinfo=dt.UTC)
WORLD = World(seed=2, articles=40)
PAGES = [
    (article["url"], WORLD.respond("baodaklak.vn", article["url"][20:], "", fetch_number=1).body)
    for article in WORLD.truth_articles()
]


async def read(reader: PageReader, url: str, body: bytes) -> ArticleReading | UnreadablePage:
    return await reader.read(
        url,
        body,
        declared_encoding="utf-8",
        captured_at=NOW,
        site="baodaklak",
        with_resources=True,
    )


@pytest.mark.slow
async def test_both_ways_give_the_same_items() -> None:
    here, there = PageReader(0), PageReader(1)
    try:
        for url, body in PAGES[:12]:
            mine, theirs = await read(here, url, body), await read(there, url, body)
            assert isinstance(mine, ArticleReading)
            assert isinstance(mine.article, NewsArticle)
            assert mine == theirs
        wall = b"<html><title>captcha</title><body>captcha</body></html>"
        assert await read(here, "https://baodaklak.vn/x/", wall) == await read(
            there, "https://baodaklak.vn/x/", wall
        )
    finally:
        there.close()


@pytest.mark.slow
async def test_a_reading_process_that_dies_costs_no_page() -> None:
    others = set(multiprocessing.active_children())
    reader = PageReader(1)
    await read(reader, *PAGES[0])
    (child,) = set(multiprocessing.active_children()) - others
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert isinstance(await read(reader, *PAGES[1]), ArticleReading)
    assert isinstance(await read(reader, *PAGES[2]), ArticleReading)
