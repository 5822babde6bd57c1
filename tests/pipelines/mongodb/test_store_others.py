"""Videos, comments, announcements, quarantine, captures, runs: in a real MongoDB."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import Comment, CommentThread, NewsArticle, VideoTeaser
from pipelines.mongodb.history import MongoDBHistory
from pipelines.mongodb.schema import from_document

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo
MakeArticle = Callable[..., NewsArticle]
PAGE = "https://baodaklak.vn/video/202603/video-le-hoi-0320b48/"


@pytest.fixture
def teaser(make_article: MakeArticle) -> VideoTeaser:
    return VideoTeaser(
        headline="Lễ hội cồng chiêng",
        description="Lời dẫn của ô xem trước",
        thumbnailUrl="https://baodaklak.vn/file/t.jpg",
        url=PAGE,
        foundOn="https://baodaklak.vn/",
        source="teaser",
        provenance=make_article(minute=1).provenance,
    )


@pytest.fixture
def page(make_article: MakeArticle) -> VideoTeaser:
    return VideoTeaser(
        headline="Lễ hội cồng chiêng Tây Nguyên",
        url=PAGE,
        videoId="8a10c0e291e840650191ea91aaaaaaaa",
        contentUrl="https://baodaklak.vn/file/v.mp4",
        datePublished="2026-03-01T09:00:00+07:00",
        foundOn=PAGE,
        source="page",
        provenance=make_article(minute=2).provenance,
    )


def body_video(make_article: MakeArticle, **fields: Any) -> VideoTeaser:
    article = make_article()
    values = {
        "headline": article.headline,
        "url": article.url,
        "articleId": article.articleId,
        "source": "body",
        "provenance": article.provenance,
    }
    return VideoTeaser(**values | fields)


async def test_a_video_comes_back_as_it_went_in(
    store: Store, database: Database[dict[str, Any]], page: VideoTeaser
) -> None:
    assert await store.upsert_video(page) == "new"
    [document] = database["videos"].find()
    assert from_document(document) == page


@pytest.mark.parametrize(
    ("order", "together"),
    list(itertools.product(itertools.permutations([0, 1, 2]), [True, False])),
)
async def test_teaser_and_page_end_as_one_document(  # noqa: PLR0917  # fixtures
    store: Store,
    database: Database[dict[str, Any]],
    teaser: VideoTeaser,
    page: VideoTeaser,
    order: tuple[int, ...],
    together: bool,
) -> None:
    """Whoever comes first, in one batch or several: the document says what the page says."""
    later_teaser = attrs.evolve(teaser, headline="Ô xem trước đã sửa", duration="PT1M30S")
    items = [(teaser, page, later_teaser)[i] for i in order]
    if together:
        await asyncio.gather(*(store.upsert_video(item) for item in items))
    else:
        for item in items:
            await store.upsert_video(item)

    [document] = database["videos"].find()
    assert document["_id"] == page.videoId
    assert document["headline"] == page.headline
    assert ("description" in document) == (page.description is not None)
    assert "duration" not in document
    assert document["contentUrl"] == page.contentUrl
    assert document["source"] == "page"
    assert document["foundOn"] == items[0].foundOn
    assert from_document(document, VideoTeaser).provenance == page.provenance
    assert document["urls"] == [PAGE]
    assert document["firstSeen"] <= document["lastSeen"]


async def test_every_article_that_leads_to_a_video_is_kept_whoever_comes_first(
    store: Store,
    database: Database[dict[str, Any]],
    make_article: MakeArticle,
    teaser: VideoTeaser,
    page: VideoTeaser,
) -> None:
    articles = [f"https://baodaklak.vn/xa-hoi/202603/bai-{n}-000000{n}/" for n in (1, 2)]
    own = attrs.evolve(page, isPartOf=[page.url])
    items = [own, *(attrs.evolve(teaser, isPartOf=[article]) for article in articles)]
    for order in itertools.permutations(items):
        database["videos"].delete_many({})
        verdicts = [await store.upsert_video(item) for item in order]
        assert verdicts == ["new", "updated", "updated"]
        assert [await store.upsert_video(item) for item in order] == ["unchanged"] * 3
        [document] = database["videos"].find()
        assert document["isPartOf"] == sorted([page.url, *articles])
        assert document["source"] == "page"


async def test_a_second_run_changes_nothing_but_last_seen_of_videos(
    store: Store,
    database: Database[dict[str, Any]],
    teaser: VideoTeaser,
    page: VideoTeaser,
    make_article: MakeArticle,
) -> None:
    player = body_video(make_article, videoId="b" * 32)
    for item in (teaser, page, player):
        await store.upsert_video(item)
    before = list(database["videos"].find({}, {"lastSeen": 0}).sort("_id"))

    later = make_article(minute=40, run_id="run-2").provenance
    for item in (teaser, page, player):
        again = attrs.evolve(item, provenance=later)
        assert await store.upsert_video(again) == "unchanged"

    assert list(database["videos"].find({}, {"lastSeen": 0}).sort("_id")) == before
    assert {v["lastSeen"].minute for v in database["videos"].find()} == {40}


async def test_a_video_page_with_two_addresses_is_one_video(
    store: Store, database: Database[dict[str, Any]], teaser: VideoTeaser, page: VideoTeaser
) -> None:
    other = "https://baodaklak.vn/multimedia/202603/video-le-hoi-0320b48/"
    await store.upsert_video(page)
    assert await store.upsert_video(attrs.evolve(teaser, url=other)) == "new"
    assert await store.upsert_video(attrs.evolve(page, url=other)) == "updated"
    [document] = database["videos"].find()
    assert document["urls"] == [PAGE, other]


async def test_players_of_one_article_are_videos_of_their_own(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    players = [
        body_video(make_article, videoId="1" * 32),
        body_video(make_article, videoId="2" * 32),
        body_video(make_article, contentUrl="https://baodaklak.vn/file/x.mp4"),
    ]
    assert await asyncio.gather(*(store.upsert_video(p) for p in players)) == ["new"] * 3
    assert database["videos"].count_documents({"articleId": make_article().articleId}) == 3


def thread(make_article: MakeArticle, *texts: str) -> CommentThread:
    article = make_article()
    return CommentThread(
        articleId=str(article.articleId),
        url=article.url,
        comments=[
            Comment(
                commentId=str(n), author="Bạn đọc", text=text, dateCreated="2026-03-03T08:00:00Z"
            )
            for n, text in enumerate(texts)
        ],
        provenance=article.provenance,
    )


async def test_comments_live_in_their_article(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    assert await store.upsert_comments(thread(make_article, "Hay quá")) == "orphaned"
    assert store.counts["orphaned_comments"] == 1
    comments_stored, article_stored = await asyncio.gather(
        store.upsert_comments(thread(make_article, "Hay quá")),
        store.upsert_article(make_article()),
    )
    assert (comments_stored, article_stored) == ("stored", "new")
    before = database["articles"].find_one()
    assert before is not None
    assert before["comments"][0]["text"] == "Hay quá"
    assert before["comments"][0]["dateCreated"] == dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
    assert before["commentsProvenance"]["runId"] == "run-1"

    assert await store.upsert_comments(thread(make_article, "Hay quá")) == "unchanged"
    assert database["articles"].find_one() == before
    # A new text of the article keeps its comments, a new comment is no new version.
    await store.upsert_article(make_article(minute=5, headline="Đã sửa"))
    assert await store.upsert_comments(thread(make_article, "Hay quá", "Đồng ý")) == "stored"
    after = database["articles"].find_one()
    assert after is not None
    assert len(after["comments"]) == 2
    assert after["version"] == 2


async def test_a_quarantined_page_and_its_reason(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    article = make_article()
    assert article.canonicalUrl is not None
    await store.announce(
        FrontierUrl(url=article.canonicalUrl, section="thoi-su", listedBy="https://baodaklak.vn/")
    )
    page = QuarantinedPage(
        url=article.canonicalUrl,
        reason="no headline",
        error="ValidationError",
        provenance=article.provenance,
    )
    await store.quarantine(page)
    await store.quarantine(page)
    [document] = database["quarantine"].find()
    assert article.provenance is not None
    assert document["_id"] == article.provenance.warcRecordId
    assert document["runId"] == "run-1"
    [announcement] = database["frontier"].find()
    assert (announcement["state"], announcement["reason"]) == ("quarantined", "no headline")
    # A redirect's target that nobody announced gets no announcement of its own by this.
    await store.quarantine(attrs.evolve(page, url="https://baodaklak.vn/x/", provenance=None))
    assert database["frontier"].count_documents({}) == 1
    assert database["quarantine"].count_documents({}) == 2


async def test_a_state_said_after_quarantine_wins(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    url = "https://baodaklak.vn/thoi-su/202603/x-0000001/"
    await store.announce(FrontierUrl(url=url, section="", listedBy="dòng lệnh"))
    await asyncio.gather(
        store.quarantine(QuarantinedPage(url=url, reason="soft 404", error="SoftNotFoundError")),
        store.set_state(url, "gone", "soft 404"),
    )
    [announcement] = database["frontier"].find()
    assert announcement["state"] == "gone"
    assert announcement["sections"] == []


async def state_counts(store: Store, run_id: str) -> dict[str, int]:
    """As that run counts them, on the connection of the store."""
    store.run_id = run_id
    counts = await MongoDBHistory(store).run_counts()
    assert 0 == counts.pop("videos_stored")
    return counts


async def test_states_of_a_run_sum_to_what_it_met(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    urls = [str(make_article(n).canonicalUrl) for n in range(6)]
    for url in urls:
        await store.announce(FrontierUrl(url=url, section="thoi-su", listedBy="https://x.vn/"))
    await store.upsert_article(make_article(0))
    # Listed once more in another section, when it is stored already: that is no news.
    await store.set_state(urls[0], "known", "stored by an earlier run")
    await store.set_state(urls[1], "known", "stored by an earlier run")
    await store.set_state(urls[2], "failed", "timeout")
    await store.set_state(urls[3], "pending", "limit reached")

    assert await state_counts(store, "run-1") == {
        "new": 1,
        "known": 1,
        "failed": 1,
        "pending": 3,
    }
    assert await MongoDBHistory(store).pending_urls("run-1") == urls[2:]
    assert await MongoDBHistory(store).known_urls(urls, run_id="run-1") == set(urls[:2])
    assert await state_counts(store, "run-2") == {}
    store.run_id = "run-3"
    assert await MongoDBHistory(store).known_urls(urls, run_id="run-2") == set()


async def test_what_a_resumed_run_settled_is_known_in_every_list(
    store: Store, make_article: MakeArticle
) -> None:
    """The first list that shows it makes it an address of the run that resumes."""
    url = str(make_article().canonicalUrl)
    await store.upsert_article(make_article())
    store.run_id = "run-2"
    for section in ("thoi-su", "kinh-te"):
        await store.announce(FrontierUrl(url=url, section=section, listedBy="https://x.vn/"))
        assert await MongoDBHistory(store).known_urls([url], run_id="run-1") == {url}
        await store.set_state(url, "known", "stored by an earlier run")
        await store.flush()


async def test_a_later_run_starts_with_everything_pending(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    url = str(make_article().canonicalUrl)
    await store.upsert_article(make_article())
    store.run_id = "run-2"
    await store.announce(FrontierUrl(url=url, section="thoi-su", listedBy="https://x.vn/"))
    assert await state_counts(store, "run-2") == {"pending": 1}
    # It counts for the run that settled it as well, though another one announced it since.
    assert await state_counts(store, "run-1") == {"new": 1}
    assert await MongoDBHistory(store).known_urls([url]) == {url}


async def test_captures_are_queued_and_may_come_twice(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    document = {
        "_id": "<urn:uuid:1>",
        "url": "https://baodaklak.vn/robots.txt",
        "capturedAt": dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
        "status": None,
        "warcFilename": "a.warc.gz",
        "warcOffset": 0,
        "recordType": "response",
        "runId": "run-1",
    }
    await store.add_capture(document)
    await store.add_capture(document)
    await store.add_capture({"_id": "<urn:uuid:2>", "url": "no file, no offset"})
    await store.flush()
    [stored] = database["captures"].find()
    assert "status" not in stored
    assert store.counts["rejected"] == 1


async def test_a_run_is_saved_as_a_whole(store: Store, database: Database[dict[str, Any]]) -> None:
    started = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    await store.save_run({"_id": "run-1", "startedAt": started, "finishedAt": None})
    await store.save_run(
        {"_id": "run-1", "startedAt": started, "finishedAt": started, "stats": {"a/b.c": 1}}
    )
    [run] = database["runs"].find()
    assert run["stats"] == {"a/b.c": 1}
