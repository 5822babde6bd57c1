"""Same article, same video? The tables of the one rule."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.identity import (
    article_key,
    find_article,
    find_videos,
    hashed,
    is_better_source,
    video_key,
)
from crawler.items import NewsArticle, VideoTeaser

HERE = "https://baodaklak.vn/thoi-su/202603/tin-1/"
THERE = "https://baodaklak.vn/kinh-te/202603/tin-1/"
MEDIA = "https://baodaklak.vn/file/a.mp4"
FRAME = "https://www.youtube.com/embed/x"
BY_HERE, BY_THERE = hashed("url", HERE), hashed("url", THERE)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "url:e3b0c44298fc1c149afbf4c8996fb924"),
        ("Đắk Lắk", "url:7d8725c799aff51c14a23fd35e8e4178"),
    ],
)
def test_a_hash_stays_what_it_is(text: str, key: str) -> None:
    assert hashed("url", text) == key


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"articleId": "8a1", "canonicalUrl": THERE}, "8a1"),
        ({"canonicalUrl": THERE}, BY_THERE),
        ({}, BY_HERE),
        ({"articleId": ""}, BY_HERE),
    ],
)
def test_key_of_an_article(fields: dict[str, Any], key: str) -> None:
    assert article_key(NewsArticle(url=HERE, **fields)) == key


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"source": "page", "videoId": "8a1"}, "8a1"),
        ({"source": "page"}, BY_HERE),
        ({"source": "page", "contentUrl": MEDIA}, BY_HERE),
        ({"source": "teaser"}, BY_HERE),
        ({"source": "teaser", "contentUrl": MEDIA}, BY_HERE),
        ({"source": "body", "videoId": "m1", "contentUrl": MEDIA}, "m1"),
        ({"source": "body", "contentUrl": MEDIA, "embedUrl": FRAME}, hashed("media", MEDIA)),
        ({"source": "body", "embedUrl": FRAME}, hashed("media", FRAME)),
        ({"source": "body"}, hashed("media", HERE)),
    ],
)
def test_key_of_a_video(fields: dict[str, Any], key: str) -> None:
    assert video_key(VideoTeaser(url=HERE, **fields)) == key


@pytest.mark.parametrize(
    ("arrived", "content_hash", "found"),
    [
        ({"_id": "8a1", "articleId": "8a1", "canonicalUrl": "elsewhere"}, "other", "8a1"),
        ({"_id": "url:x", "canonicalUrl": HERE}, "other", "8a1"),
        ({"_id": "8a2", "articleId": "8a2", "canonicalUrl": HERE}, "other", None),
        ({"_id": "8a2", "articleId": "8a2", "canonicalUrl": HERE}, "same", "8a1"),
        ({"_id": "8a2", "articleId": "8a2", "canonicalUrl": THERE}, "other", BY_THERE),
        ({"_id": "8a2", "articleId": "8a2", "canonicalUrl": "elsewhere"}, "same", None),
    ],
)
def test_the_stored_article(arrived: dict[str, Any], content_hash: str, found: str | None) -> None:
    stored = {
        "8a1": {"_id": "8a1", "contentHash": "same"},
        BY_THERE: {"_id": BY_THERE, "contentHash": "same"},
    }

    article = find_article(arrived, content_hash, stored, {HERE: "8a1", THERE: BY_THERE})

    assert (article and article["_id"]) == found


@pytest.mark.parametrize(
    ("arrived", "found"),
    [
        ({"_id": BY_HERE, "url": HERE, "source": "teaser"}, ["8a1", BY_HERE]),
        ({"_id": "8a1", "url": HERE, "source": "page"}, ["8a1", BY_HERE]),
        ({"_id": "8a1", "url": "elsewhere", "source": "page"}, ["8a1"]),
        ({"_id": "8a2", "url": HERE, "source": "page"}, ["8a1", BY_HERE]),
        ({"_id": "m1", "url": HERE, "source": "body"}, []),
        ({"_id": "8a1", "url": THERE, "source": "body"}, ["8a1"]),
        ({"_id": BY_THERE, "url": THERE, "source": "teaser"}, []),
    ],
)
def test_the_stored_documents_of_a_video(arrived: dict[str, Any], found: list[str]) -> None:
    stored: dict[str, dict[str, Any]] = {each: {"_id": each} for each in (BY_HERE, "8a1")}

    videos = find_videos(arrived, stored, {HERE: {BY_HERE, "8a1"}})

    assert [each["_id"] for each in videos] == found


@pytest.mark.parametrize(
    ("source", "stored", "is_better"),
    [
        ("page", "teaser", True),
        ("page", "body", True),
        ("body", "teaser", True),
        ("page", "page", False),
        ("teaser", "teaser", False),
        ("teaser", "page", False),
        ("body", "page", False),
    ],
)
def test_the_better_source(source: str, stored: str, is_better: bool) -> None:
    assert is_better_source({"source": source}, {"source": stored}) is is_better
