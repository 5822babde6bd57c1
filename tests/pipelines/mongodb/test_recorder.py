"""What a crawl notes lands in MongoDB in the order it was noted, or ends the crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scrapy.utils.test import get_crawler

from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.items import Comment, CommentThread
from pipelines.mongodb.recorder import MongoDBRecorder
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymongo.database import Database
    from scrapy.statscollectors import StatsCollector

    from crawler.items import NewsArticle
    from pipelines.mongodb.errors import DatabaseError

pytestmark = pytest.mark.mongo

URL = "https://baodaklak.vn/thoi-su/202603/x-0000001/"


@pytest.fixture
def stats() -> StatsCollector:
    collector = get_crawler().stats
    assert collector is not None
    return collector


def fails(error: DatabaseError) -> None:
    raise AssertionError(error)


def counted(stats: StatsCollector) -> dict[str, Any]:
    return {k: v for k, v in stats.get_stats().items() if k.startswith(("items/", "validate/"))}


async def test_many_notes_are_kept_and_a_state_comes_after_its_address(
    store: Store, database: Database[dict[str, Any]], stats: StatsCollector
) -> None:
    recorder = MongoDBRecorder(store, stats, fails)
    for n in range(1_500):
        await recorder.add_url(FrontierUrl(url=f"{URL}{n}", section="thoi-su", listedBy=URL))
        await recorder.set_state(UrlState(url=f"{URL}{n}", state="failed", reason=str(n)))
    await recorder.drain()

    frontier = database["frontier"]
    assert 1_500 == frontier.count_documents({"state": "failed", "sections": "thoi-su"})
    assert {"items/frontier/stored": 1_500, "items/url_states/failed": 1_500} == counted(stats)


async def test_a_quarantined_page_and_comments(
    store: Store,
    database: Database[dict[str, Any]],
    stats: StatsCollector,
    make_article: Callable[..., NewsArticle],
) -> None:
    article = make_article()
    await store.upsert_article(article)
    recorder = MongoDBRecorder(store, stats, fails)
    await recorder.add_url(FrontierUrl(url=URL, section="", listedBy=URL))
    await recorder.quarantine(QuarantinedPage(url=URL, reason="trống", error="EmptyPageError"))
    await recorder.add_comments(
        CommentThread(
            articleId=str(article.articleId),
            url=article.url,
            comments=[Comment(commentId="1", text="Hay  quá", dateCreated="vừa xong")],
            provenance=article.provenance,
        )
    )
    await recorder.drain()

    assert "quarantined" == (database["frontier"].find_one({"_id": URL}) or {})["state"]
    (comment,) = (database["articles"].find_one() or {})["comments"]
    assert ("Hay quá", None) == (comment["text"], comment.get("dateCreated"))
    assert {
        "items/frontier/stored": 1,
        "items/quarantine/stored": 1,
        "items/comments/stored": 1,
        "validate/unreadable_dates": 1,
    } == counted(stats)


async def test_what_is_no_state_is_dropped_by_name(
    store: Store, database: Database[dict[str, Any]], stats: StatsCollector
) -> None:
    recorder = MongoDBRecorder(store, stats, fails)
    await recorder.set_state(UrlState(url=URL, state="mất tích", reason="?"))
    await recorder.drain()
    assert 0 == database["frontier"].count_documents({})
    assert {"validate/dropped/bad_state": 1} == counted(stats)


async def test_without_a_database_the_crawl_is_told(stats: StatsCollector) -> None:
    told: list[DatabaseError] = []
    recorder = MongoDBRecorder(Store("mongodb://127.0.0.1/"), stats, told.append)
    await recorder.add_url(FrontierUrl(url=URL, section="", listedBy=URL))
    await recorder.drain()
    (error,) = told
    assert "not connected" in str(error)
    assert {} == counted(stats)
