"""What a crawl stored, against what the practice newspaper knows it published."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from itemadapter import ItemAdapter
from pymongo.database import Database
from support.home import Home
from support.schema_doc import undocumented

from archive import read_record
from crawler.items import Comment
from crawler.pages import read_article, read_comments, read_videos
from crawler.sites import profile_for
from pipelines.clean import clean_item
from pipelines.mongodb.schema import from_document
from practice.client import PracticeProcess

ARTICLES = 5000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("truth"),
]


class Crawled:
    """One full crawl of 5 000 articles, shared by the tests of this module."""

    def __init__(self, site: PracticeProcess, home: Home) -> None:
        self.site, self.home = site, home
        self.result = home.crawl(site, "sections", "--full", timeout=1500)
        self.db: Database[dict[str, Any]]


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home]) -> Iterator[Crawled]:
    with PracticeProcess("--articles", str(ARTICLES)) as site:
        crawled = Crawled(site, homes())
        with crawled.home.database() as crawled.db:
            yield crawled


def as_plain(item: Any) -> dict[str, Any]:
    return ItemAdapter(item).asdict()


def test_the_reports_numbers_add_up(crawled: Crawled) -> None:
    counts = crawled.result["counts"]
    assert 0 == crawled.result["returncode"], crawled.result["stderr"]
    assert ARTICLES == counts["announced"]
    assert counts["announced"] == counts["new"] + counts["duplicate"] + counts["unchanged"]
    assert counts["announced"] == crawled.db.frontier.count_documents({})
    assert ARTICLES == crawled.db.articles.count_documents({})


def test_every_field_of_every_document_is_documented(crawled: Crawled) -> None:
    assert set() == undocumented(crawled.db)


def test_every_field_of_every_article_equals_the_newspapers_own(crawled: Crawled) -> None:
    truth = {article["articleId"]: article for article in crawled.site.truth("articles")}
    stored = {doc["_id"]: as_plain(from_document(doc)) for doc in crawled.db.articles.find()}
    assert set(truth) == set(stored)
    wrong = list(differences(truth, stored))
    assert not wrong, f"{len(wrong)} fields differ, the first: {wrong[:5]}"


def test_every_field_of_every_video_equals_the_newspapers_own(crawled: Crawled) -> None:
    truth = {video_key(video): video for video in crawled.site.truth("videos")}
    stored = {
        video_key(video): video
        for video in (as_plain(from_document(doc)) for doc in crawled.db.videos.find())
        if video["source"] != "teaser"
    }
    assert set(truth) == set(stored)
    # Whoever leads to a video page is part of what the newspaper says of the video.
    pages = {video["url"]: video for video in truth.values() if video["source"] == "page"}
    mentions = 0
    for article in crawled.site.truth("articles"):
        for link in article["relatedLinks"]:
            if link["url"] in pages:
                pages[link["url"]]["isPartOf"].append(article["url"])
                mentions += 1
    assert mentions > ARTICLES / 50
    for video in truth.values():
        video["isPartOf"] = sorted(set(video["isPartOf"]))
    wrong = list(differences(truth, stored))
    assert not wrong, f"{len(wrong)} fields differ, the first: {wrong[:5]}"


def test_articles_and_their_videos_lead_to_one_another(crawled: Crawled) -> None:
    videos = {doc["_id"]: doc for doc in crawled.db.videos.find()}
    shown = 0
    for article in crawled.db.articles.find({"videoIds": {"$ne": []}}):
        for video_id in article["videoIds"]:
            assert article["canonicalUrl"] in videos[video_id]["isPartOf"]
            shown += 1
    assert shown > ARTICLES / 50
    urls = {url for article in crawled.db.articles.find() for url in article["urls"]}
    for video in videos.values():
        assert urls.issuperset(video.get("isPartOf", ()))


def test_every_section_that_lists_an_article_is_known(crawled: Crawled) -> None:
    told = {article["url"]: set(article["sections"]) for article in crawled.site.truth("articles")}
    kept = {doc["_id"]: set(doc["sections"]) for doc in crawled.db.frontier.find()}
    assert told == kept


def test_all_comments_are_there(crawled: Crawled) -> None:
    truth = {told["articleId"]: told["comments"] for told in crawled.site.truth("comments")}
    articles = crawled.db.articles.find({"comments": {"$exists": True}})
    stored = {doc["_id"]: doc["comments"] for doc in articles}
    stored = {
        article_id: [as_plain(from_document(comment, Comment)) for comment in comments]
        for article_id, comments in stored.items()
    }
    assert truth == stored


def test_every_documents_provenance_gives_the_same_document_again(crawled: Crawled) -> None:
    """The record it names is opened, read by today's page class, cleaned: nothing may differ."""
    checked = 0
    for doc in crawled.db.articles.find():
        stored = from_document(doc)
        again, page_class = read_again(crawled.home, doc["provenance"])
        assert page_class == doc["provenance"]["pageClass"]
        again.provenance = stored.provenance
        again.agreement = stored.agreement  # its sources are other pages as well
        assert as_plain(stored) == as_plain(clean_item(again)), doc["_id"]
        checked += 1
    assert ARTICLES == checked


def test_the_witnesses_agree_with_what_was_read(crawled: Crawled) -> None:
    heard: Counter[str] = Counter()
    doubted: list[str] = []
    for doc in crawled.db.articles.find({}, {"agreement": 1}):
        opinion = doc["agreement"]
        heard.update(witness["name"] for witness in opinion["crossChecks"])
        if opinion["disagreement"] >= 0.1:
            doubted.append(doc["_id"])
    # A short text and a CMS lead without a word in common: doubts that are few among thousands.
    assert len(doubted) <= ARTICLES / 100, doubted[:5]
    assert heard["listing"] == heard["openGraph"] == ARTICLES
    assert ARTICLES * 0.03 < heard["trafilatura"] < ARTICLES * 0.08


def test_every_comment_and_video_can_be_made_again_too(crawled: Crawled) -> None:
    for doc in crawled.db.articles.find({"comments": {"$exists": True}}):
        where = doc["commentsProvenance"]
        record = read_record(crawled.home.path, where["warcFilename"], where["warcOffset"])
        thread = read_comments(
            record.target_uri,
            record.body,
            doc["_id"],
            doc["canonicalUrl"],
            captured_at=dt.datetime.fromisoformat(where["capturedAt"]),
        )
        assert len(thread.comments) == len(doc["comments"])
    for doc in crawled.db.videos.find({"source": {"$ne": "teaser"}}):
        again, _ = read_again(crawled.home, doc["provenance"])
        made = [as_plain(clean_item(video)) for video in read_videos(again)]
        stored = as_plain(from_document(doc))
        assert any(all(stored[name] == video[name] for name in SAME) for video in made), doc["_id"]


SAME = ("headline", "description", "url", "contentUrl", "embedUrl", "thumbnailUrl", "duration")


def read_again(home: Home, where: dict[str, Any]) -> tuple[Any, str]:
    record = read_record(home.path, where["warcFilename"], where["warcOffset"])
    assert record.record_id == where["warcRecordId"]
    profile = profile_for(urlsplit(record.target_uri).hostname or "")
    assert profile is not None
    return read_article(
        record.target_uri,
        record.body,
        declared_encoding="utf-8",
        captured_at=dt.datetime.fromisoformat(str(where["capturedAt"])),
        profile=profile,
    )


def video_key(video: dict[str, Any]) -> tuple[str, str | None]:
    return video["url"], video.get("videoId")


def differences(
    truth: dict[Any, dict[str, Any]], stored: dict[Any, dict[str, Any]]
) -> Iterator[tuple[Any, str, Any, Any]]:
    for key, told in truth.items():
        for name, value in told.items():
            if name in {"urls", "reprintOf", "sections", "version"}:  # not fields of an item
                continue
            kept = without_none(stored[key].get(name))
            if without_none(value) != kept:
                yield key, name, value, kept


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_none(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_none(part) for part in value]
    return value
