"""Articles in a real MongoDB: each stored once, whatever its addresses, however often it comes."""

from __future__ import annotations

import asyncio
import copy
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from zyte_common_items import Breadcrumb

from crawler.frontier import FrontierUrl, UrlState
from crawler.items import Agreement, ArticleImage, CrossCheck, NewsArticle, Question
from pipelines.mongodb.errors import DocumentRejectedError
from pipelines.mongodb.history import MongoDBHistory
from pipelines.mongodb.schema import from_document

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo
MakeArticle = Callable[..., NewsArticle]
OTHER_URL = "https://baodaklak.vn/kinh-te/202603/tin-so-1-0000001/"


async def test_an_article_comes_back_as_it_went_in(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    article = make_article()
    assert await store.upsert_article(article) == "new"

    document = database["articles"].find_one()
    assert document is not None
    assert document["_id"] == article.articleId
    assert document["datePublished"].isoformat() == "2026-03-02T07:05:00+00:00"
    assert document["version"] == 1
    assert document["state"] == "published"
    assert document["firstRunId"] == "run-1"
    assert document["firstSeen"] == document["lastSeen"]
    assert document["headlineFolded"] == "tin so 1 tu dak lak"
    assert from_document(document, NewsArticle) == article


async def test_a_second_run_changes_nothing_but_last_seen(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    await store.upsert_article(make_article())
    before = database["articles"].find_one()

    assert await store.upsert_article(make_article(run_id="run-2", minute=30)) == "unchanged"

    after = database["articles"].find_one()
    assert before is not None
    assert after is not None
    assert after.pop("lastSeen") > before.pop("lastSeen")
    assert after == before
    assert database["versions"].count_documents({}) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda a: attrs.evolve(
            a, headline=a.headline.replace("Đắk", unicodedata.normalize("NFD", "Đắk"))
        ),
        lambda a: attrs.evolve(a, articleBody=a.articleBody.replace("hòa", "hoà")),
        lambda a: attrs.evolve(a, headlineRaw="khác", datePublishedRaw="khác", template="b"),
    ],
)
async def test_another_spelling_of_the_same_is_no_change(
    store: Store, make_article: MakeArticle, change: Callable[[NewsArticle], NewsArticle]
) -> None:
    article = make_article(articleBody="Cả buôn hòa chung tiếng chiêng.")
    await store.upsert_article(article)
    assert await store.upsert_article(change(article)) == "unchanged"


CHANGES: list[tuple[str, object]] = [
    ("headline", "Tin đã sửa"),
    ("alternativeHeadline", "Dòng trên"),
    ("description", None),
    ("abstract", "khác"),
    ("articleBody", "Một đoạn khác."),
    ("articleBodyHtml", '<p><a href="https://baodaklak.vn/">x</a></p>'),
    ("datePublished", "2026-03-02T14:06:00+07:00"),
    ("kind", "photo"),
    ("authors", []),
    ("questions", [Question(text="Bao giờ có nước?", author="Y Blô", acceptedAnswer="Mai.")]),
    ("keywords", ["hồ Lắk", "cà phê"]),
    ("images", [ArticleImage(url="https://baodaklak.vn/file/b.jpg")]),
    ("mainImage", None),
    ("relatedLinks", []),
    ("articleSection", "Kinh tế"),
    ("breadcrumbs", [Breadcrumb(name="Kinh tế", url="https://baodaklak.vn/kinh-te/")]),
]


@pytest.mark.parametrize(("name", "value"), CHANGES)
async def test_a_real_change_keeps_the_older_fields(
    store: Store,
    database: Database[dict[str, Any]],
    make_article: MakeArticle,
    name: str,
    value: object,
) -> None:
    older = make_article()
    newer = make_article(run_id="run-2", minute=30, **{name: value})
    await store.upsert_article(older)

    assert await store.upsert_article(newer) == "updated"

    document = database["articles"].find_one()
    version = database["versions"].find_one()
    assert document is not None
    assert version is not None
    assert from_document(document, NewsArticle) == newer
    assert document["version"] == 2
    assert document["firstRunId"] == "run-1"
    assert version["_id"] == f"{older.articleId}/2"
    assert version["changed"] == [name]
    assert version["runId"] == "run-2"
    kept = {**version["older"], "url": older.url, "canonicalUrl": older.canonicalUrl}
    assert from_document(kept, NewsArticle) == older
    assert version["olderProvenance"]["warcRecordId"] == "<urn:uuid:run-1-1-0>"
    assert version["newerProvenance"]["warcRecordId"] == "<urn:uuid:run-2-1-30>"


async def test_versions_hold_a_diff_by_words(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    await store.upsert_article(make_article(headline="Giá cà phê tăng mạnh"))
    await store.upsert_article(make_article(minute=1, headline="Giá cà phê giảm mạnh"))
    version = database["versions"].find_one()
    assert version is not None
    assert version["diff"] == {
        "headline": [
            {"op": "=", "text": "Giá cà phê "},
            {"op": "-", "text": "tăng "},
            {"op": "+", "text": "giảm "},
            {"op": "=", "text": "mạnh"},
        ]
    }


async def test_versions_count_up(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    for minute in range(4):
        await store.upsert_article(make_article(minute=minute, headline=f"Bản {minute}"))
    assert [v["version"] for v in database["versions"].find().sort("version")] == [2, 3, 4]
    assert [v["older"]["headline"] for v in database["versions"].find().sort("version")] == [
        "Bản 0",
        "Bản 1",
        "Bản 2",
    ]


async def test_an_older_capture_read_late_undoes_nothing(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    newer = make_article(minute=30, headline="Bản mới")
    await store.upsert_article(newer)
    assert await store.upsert_article(make_article(minute=0, headline="Bản cũ")) == "unchanged"
    document = database["articles"].find_one()
    assert document is not None
    assert document["headline"] == "Bản mới"


async def test_one_article_under_two_addresses_is_one_document(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    first = make_article()
    other = make_article(
        url=OTHER_URL,
        canonicalUrl=OTHER_URL,
        articleSection="Kinh tế",
        categoryId="x",
        breadcrumbs=[],
        minute=1,
    )
    assert await store.upsert_article(first) == "new"
    assert await store.upsert_article(other) == "duplicate"
    assert await store.upsert_article(copy.deepcopy(other)) == "duplicate"
    assert await store.upsert_article(copy.deepcopy(first)) == "unchanged"

    [document] = database["articles"].find()
    assert document["urls"] == [first.canonicalUrl, OTHER_URL]
    assert document["canonicalUrl"] == first.canonicalUrl
    assert document["articleSection"] == "Thời sự"
    states = {a["_id"]: a["state"] for a in database["frontier"].find()}
    assert states == {first.canonicalUrl: "new", OTHER_URL: "duplicate"}


async def test_a_change_that_comes_by_the_other_address_keeps_the_place(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    await store.upsert_article(make_article())
    changed = make_article(
        url=OTHER_URL, canonicalUrl=OTHER_URL, articleSection="Kinh tế", headline="Sửa", minute=1
    )
    assert await store.upsert_article(changed) == "updated"
    [document] = database["articles"].find()
    assert document["articleSection"] == "Thời sự"
    assert document["headline"] == "Sửa"
    [version] = database["versions"].find()
    assert version["changed"] == ["headline"]


async def test_an_article_without_id_is_found_by_its_address(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    nameless = make_article(articleId=None)
    assert await store.upsert_article(nameless) == "new"
    [document] = database["articles"].find()
    assert document["_id"].startswith("url:")
    assert len(document["_id"]) == 36

    assert await store.upsert_article(make_article(minute=1)) == "unchanged"
    assert await store.upsert_article(make_article(articleId=None, minute=2)) == "unchanged"
    assert database["articles"].count_documents({}) == 1


async def test_a_known_address_with_another_id_and_the_same_text_is_the_same_article(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    await store.upsert_article(make_article())
    assert await store.upsert_article(make_article(articleId="f" * 32, minute=1)) == "unchanged"
    assert database["articles"].count_documents({}) == 1
    # With another text it is another article that took the address over.
    taken_over = make_article(articleId="f" * 32, headline="Tin khác", minute=2)
    assert await store.upsert_article(taken_over) == "new"
    assert database["articles"].count_documents({}) == 2


async def test_reprints_are_kept_and_share_a_cluster(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    original = make_article(1)
    reprint = make_article(2, articleBody=original.articleBody, headline="Đăng lại")
    assert await store.upsert_article(original) == "new"
    assert await store.upsert_article(reprint) == "new"
    assert store.counts["reprints"] == 1
    assert len(database["articles"].distinct("cluster")) == 1
    # Too short to say anything about where it came from.
    await store.upsert_article(make_article(3, articleBody="Ảnh: Y Blô"))
    await store.upsert_article(make_article(4, articleBody="Ảnh: Y Blô"))
    assert store.counts["reprints"] == 1
    assert database["articles"].count_documents({"cluster": {"$exists": False}}) == 2


async def test_all_of_it_within_one_batch(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    """What a batch decides must not depend on where batches happen to be cut."""
    original = make_article(1)
    verdicts = await asyncio.gather(
        store.upsert_article(original),
        store.upsert_article(copy.deepcopy(original)),
        store.upsert_article(make_article(1, url=OTHER_URL, canonicalUrl=OTHER_URL)),
        store.upsert_article(make_article(1, headline="Sửa", minute=1)),
        store.upsert_article(make_article(1, headline="Sửa nữa", minute=2)),
        store.upsert_article(make_article(2, articleBody=original.articleBody)),
        store.upsert_article(make_article(3)),
    )
    assert verdicts == ["new", "unchanged", "duplicate", "updated", "updated", "new", "new"]
    assert store.counts["batches"] == 1
    assert store.counts["reprints"] == 1
    document = database["articles"].find_one({"_id": original.articleId})
    assert document is not None
    assert document["version"] == 3
    assert document["headline"] == "Sửa nữa"
    assert document["urls"] == [original.canonicalUrl, OTHER_URL]
    states = {a["_id"]: a["state"] for a in database["frontier"].find()}
    assert states[str(original.canonicalUrl)] == "updated", "the last one said so"
    assert states[OTHER_URL] == "duplicate"
    assert [v["older"]["headline"] for v in database["versions"].find().sort("version")] == [
        original.headline,
        "Sửa",
    ]


async def test_many_articles_each_get_their_own_verdict(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    articles = [make_article(n) for n in range(1200)]
    await asyncio.gather(*(store.upsert_article(a) for a in articles[::2]))
    verdicts = await asyncio.gather(*(store.upsert_article(a) for a in articles))
    assert verdicts == ["unchanged", "new"] * 600
    assert database["articles"].count_documents({}) == 1200


async def test_a_question_must_ask_something(store: Store, make_article: MakeArticle) -> None:
    with pytest.raises(DocumentRejectedError):
        await store.upsert_article(make_article(questions=[Question(text="")]))


async def test_a_document_that_mongodb_refuses_harms_no_other(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    opinion = Agreement(disagreement=1.5, crossChecks=[])
    results = await asyncio.gather(
        store.upsert_article(make_article(1)),
        store.upsert_article(make_article(2, headline="")),
        store.upsert_article(make_article(3, articleBody="x" * 17_000_000)),
        store.upsert_article(make_article(4, articleBody="\ud800")),
        store.upsert_article(make_article(5)),
        store.upsert_article(make_article(6, agreement=opinion)),
        return_exceptions=True,
    )
    assert results[0] == results[4] == "new"
    assert all(isinstance(results[n], DocumentRejectedError) for n in (1, 2, 3, 5))
    assert "headline breaks its rule" in str(results[1])
    assert sorted(database["frontier"].distinct("_id")) == sorted(
        str(make_article(n).canonicalUrl) for n in (1, 5)
    )


async def test_another_opinion_is_no_other_version(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    for minute, disagreement in ((1, 0.0), (2, 0.75)):
        opinion = Agreement(
            disagreement=disagreement, crossChecks=[CrossCheck(name="listing", headline=0.25)]
        )
        write_result = await store.upsert_article(make_article(minute=minute, agreement=opinion))
        assert write_result == ("new" if minute == 1 else "unchanged")
    assert database["versions"].count_documents({}) == 0
    [stored] = database["articles"].find()
    assert stored["agreement"] == {
        "disagreement": 0.0,
        "crossChecks": [{"name": "listing", "headline": 0.25}],
    }


async def test_an_item_without_provenance_is_refused(
    store: Store, make_article: MakeArticle
) -> None:
    with pytest.raises(ValueError, match="without provenance"):
        await store.upsert_article(make_article(provenance=None))


async def test_gone_and_back_again(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    article = make_article()
    assert article.canonicalUrl is not None
    await store.upsert_article(article)
    await store.set_state(article.canonicalUrl, "gone", "404")
    assert database["articles"].distinct("state") == ["gone"]
    await store.upsert_article(make_article(minute=1, run_id="run-2"))
    assert database["articles"].distinct("state") == ["published"]


async def test_the_state_of_an_announcement_is_what_the_run_did(
    store: Store, database: Database[dict[str, Any]], make_article: MakeArticle
) -> None:
    article = make_article()
    assert article.canonicalUrl is not None
    listing = FrontierUrl(
        url=article.canonicalUrl, section="thoi-su", listedBy="https://baodaklak.vn/x?first=0"
    )
    await store.announce(listing)
    assert database["frontier"].distinct("state") == ["pending"]
    await store.upsert_article(article)
    # A resumed run fetches it again and finds it there; this run brought it all the same.
    await store.upsert_article(make_article(minute=1))
    await store.announce(attrs.evolve(listing, section="kinh-te"))

    [announcement] = database["frontier"].find()
    assert announcement["state"] == "new"
    assert announcement["stateRunId"] == "run-1"
    assert announcement["sections"] == ["thoi-su", "kinh-te"]

    await store.upsert_article(make_article(run_id="run-2", minute=2))
    assert database["frontier"].distinct("state") == ["unchanged"]


async def test_known_urls(store: Store, make_article: MakeArticle) -> None:
    urls = [str(make_article(n).canonicalUrl) for n in range(8)]
    await store.upsert_article(make_article(0))
    for url, state in zip(
        urls[1:], ("known", "failed", "gone", "quarantined", "robots", "pending"), strict=False
    ):
        outcome = UrlState(url=url, state=state, reason="thử")
        await store.set_state(outcome.url, outcome.state, outcome.reason)
    assert await MongoDBHistory(store).known_urls(urls) == set(urls[:2])
    assert await MongoDBHistory(store).known_urls([]) == set()
