"""Topics of the JSON API and the articles of one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.pages import ListingFormatError, Topic, read_topic_articles, read_topics
from crawler.sites import BAODAKLAK, PHUYEN, SiteProfile
from practice.world import World

URL = BAODAKLAK.topics_url()
FILES = "https://baodaklak.vn/file"
ID = "8a10c0e291e84065018ff0b77c4219af"
PAGE = f"https://baodaklak.vn/su-kien/?topicId={ID}&title=M%C3%B9a+l%C5%A9+2024"
ROW = {"id": ID, "title": "Mùa lu\u0303  2024", "lead": "Nước lên. ", "description": " Cả mùa."}
NOT_TOLD = {"lead": None, "description": None, "thumbnailUrl": None}


def answer(rows: list[Any], **more: Any) -> bytes:
    return f"cb({json.dumps({'response': rows, **more})})".encode()


def topic(**more: str | None) -> Topic:
    told: dict[str, Any] = {
        "topicId": ID,
        "name": "Mùa lũ 2024",
        "url": PAGE,
        "lead": "Nước lên.",
        "description": "Cả mùa.",
    }
    return Topic(**{**told, **more})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW, topic()),
        ({**ROW, "urlImage": "lu.jpg"}, topic(thumbnailUrl=f"{FILES}/topicAvatar/lu.jpg")),
        (
            {**ROW, "urlImage": "/2024/lu.jpg"},
            topic(thumbnailUrl=f"{FILES}/topicAvatar/2024/lu.jpg"),
        ),
        ({**ROW, "urlImage": "/file/x/lu.jpg"}, topic(thumbnailUrl=f"{FILES}/x/lu.jpg")),
        ({**ROW, "urlImage": "//baodaklak.vn/file/lu.jpg"}, topic(thumbnailUrl=f"{FILES}/lu.jpg")),
        ({**ROW, "urlImage": "/file/default.jpg"}, topic()),
        ({**ROW, "urlImage": ""}, topic()),
        ({**ROW, "urlImage": 7, "lead": None, "description": ["x"]}, topic(**NOT_TOLD)),
        ({"id": ID, "title": "Mùa lũ 2024", "lead": "\xa0", "description": ""}, topic(**NOT_TOLD)),
        (
            {**ROW, "id": 17},
            topic(topicId="17", url=PAGE.replace(ID, "17")),
        ),
        (
            {**ROW, "title": "Rừng & nước: “1+1”?"},
            topic(
                name="Rừng & nước: “1+1”?",
                url=PAGE.partition("title=")[0]
                + "title=R%E1%BB%ABng+%26+n%C6%B0%E1%BB%9Bc%3A+%E2%80%9C1%2B1%E2%80%9D%3F",
            ),
        ),
    ],
)
def test_a_row_becomes_a_topic(row: dict[str, Any], expected: Topic) -> None:
    listing = read_topics(URL, answer([row], total="31"), BAODAKLAK)
    assert listing.topics == [expected]
    assert (listing.total, listing.rows) == (31, 1)


def test_rows_without_a_title_are_counted() -> None:
    listing = read_topics(URL, answer([{}, {"title": " "}, {"title": None}, ROW]), BAODAKLAK)
    assert ([found.topicId for found in listing.topics], listing.total) == ([ID], None)
    assert listing.rows == 4


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"<html><body>502</body></html>", "HTML"),
        (b'cb({"error":"x"})', "no 'response'"),
        (b'cb({"response":[1]})', "no list"),
        (answer([{"title": "Mùa lũ"}]), r"without 'id', only \['title'\]"),
        (answer([{**ROW, "id": ""}]), "without 'id'"),
        (answer([{**ROW, "id": True}]), "without 'id'"),
    ],
)
def test_what_is_no_answer_is_named(body: bytes, message: str) -> None:
    with pytest.raises(ListingFormatError, match=message) as caught:
        read_topics(URL, body, BAODAKLAK)
    assert str(caught.value).startswith(URL)


def test_articles_of_a_topic() -> None:
    url = BAODAKLAK.topic_articles_url(ID, 60)
    row = {
        "title": "Đêm giữ đê",
        "pageUrl": "/xa-hoi/202409/dem-giu-de-b56121a/",
        "avatar": "/s/092024/de.jpg",
        "topicTitle": "Mùa lũ 2024",
        "publis_date": "2024-09-10 17:00:00.0",
    }
    listing = read_topic_articles(url, answer([row, {}], total=62), BAODAKLAK, topic())
    assert (listing.total, listing.rows) == (62, 2)
    (entry,) = listing.entries
    assert entry.url == "https://baodaklak.vn/xa-hoi/202409/dem-giu-de-b56121a/"
    assert (entry.headline, entry.description) == ("Đêm giữ đê", None)
    assert entry.datePublished == "2024-09-10T17:00:00+07:00"
    assert entry.datePublishedRaw == "2024-09-10 17:00:00.0"
    assert entry.thumbnailUrl == f"{FILES}/s/092024/de.jpg"
    assert (entry.section, entry.listedBy) == (f"su-kien/{ID}", url)


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        (BAODAKLAK.topics_url(), "/sc_service/api/topic/list", {"first": "0", "pageSize": "14"}),
        (
            BAODAKLAK.topics_url(14, 8),
            "/sc_service/api/topic/list",
            {"first": "14", "pageSize": "8"},
        ),
        (
            BAODAKLAK.topic_articles_url("a1"),
            "/sc_service/api/topic/article/list",
            {"saTopicId": "a1", "first": "0", "pageSize": "60"},
        ),
        (
            BAODAKLAK.topic_articles_url("a&1", 200, 200),
            "/sc_service/api/topic/article/list",
            {"saTopicId": "a&1", "first": "200", "pageSize": "200"},
        ),
        (PHUYEN.topics_url(), "/service/api/topic/list", {"first": "0", "pageSize": "14"}),
    ],
)
def test_calls(url: str, path: str, query: dict[str, str]) -> None:
    site = PHUYEN if path.startswith("/service") else BAODAKLAK
    parts = urlsplit(url)
    assert (parts.hostname, parts.path) == (site.host, path)
    expected = {**query, "scUnitMapId": site.site_id, "jsonCallback": "cb"}
    assert parse_qs(parts.query) == {name: [value] for name, value in expected.items()}
    assert site.refuses(url) is None


@pytest.mark.parametrize("profile", [BAODAKLAK, PHUYEN], ids=lambda profile: profile.key)
def test_every_topic_of_the_practice_newspaper(profile: SiteProfile) -> None:
    world = World(seed=5, articles=250, template="mixed")

    def body_of(url: str) -> bytes:
        parts = urlsplit(url)
        return world.respond(parts.netloc, parts.path, parts.query, fetch_number=1).body

    topics: list[Topic] = []
    while True:
        url = profile.topics_url(len(topics), 5)
        page = read_topics(url, body_of(url), profile)
        assert not {found.topicId for found in page.topics} & {found.topicId for found in topics}
        topics += page.topics
        if not page.rows:
            break
    assert len(topics) == page.total
    truths = world.truth_sections(profile.key)
    sections = {truth["name"]: truth for truth in truths if truth["parentId"] is None}
    announced = 0
    for found in topics:
        category = sections[found.name.removeprefix("Chuyên đề ")]["categoryId"]
        url = profile.topic_articles_url(found.topicId, 0, 200)
        entries = read_topic_articles(url, body_of(url), profile, found).entries
        listed = profile.listing_url(category, 0, 200)
        expected = read_topic_articles(listed, body_of(listed), profile, found).entries
        assert [(e.url, e.datePublished) for e in entries] == [
            (e.url, e.datePublished) for e in expected
        ]
        assert all(entry.datePublished for entry in entries)
        announced += len(entries)
    assert announced >= 60
