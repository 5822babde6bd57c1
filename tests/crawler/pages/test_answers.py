"""Answers of the JSON API: listings and comments."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from crawler.frontier import SectionLink
from crawler.pages import (
    CommentsFormatError,
    ListingFormatError,
    read_comments,
    read_listing,
    teasers_of,
)
from crawler.sites import BAODAKLAK

URL = BAODAKLAK.listing_url("C3E963B289462748E05384BA1E7B2847", 14)
SITE = BAODAKLAK.site_id
ROW = {
    "title": "Lớp học  bên suô\u0301i",
    "lead": "Chưa đêm nào tắt đèn. ",
    "pageUrl": "/giao-duc/202409/lop-hoc-ben-suoi-b56121a/",
    "avatar": f"/{SITE}/092024/lop.jpg",
    "publishDate": "2024-09-10 17:00:00.0",
    "objectType": "photo video",
}


def answer(rows: list[Any], **more: Any) -> bytes:
    return f"cb({json.dumps({'response': rows, **more})})".encode()


def test_a_row_becomes_an_announcement() -> None:
    listing = read_listing(URL, answer([ROW], total=1234), BAODAKLAK, "giao-duc")
    assert (listing.total, listing.rows) == (1234, 1)
    (entry,) = listing.entries
    assert entry.url == "https://baodaklak.vn/giao-duc/202409/lop-hoc-ben-suoi-b56121a/"
    assert (entry.headline, entry.description) == ("Lớp học bên suối", "Chưa đêm nào tắt đèn.")
    assert entry.thumbnailUrl == f"https://baodaklak.vn/file/{SITE}/092024/lop.jpg"
    assert entry.datePublished == "2024-09-10T17:00:00+07:00"
    assert entry.datePublishedRaw == "2024-09-10 17:00:00.0"
    assert (entry.objectType, entry.section, entry.listedBy) == ("photo video", "giao-duc", URL)


@pytest.mark.parametrize(
    "body",
    [
        b'cb({"response":[],"total":0})',
        b'/**/ cb({"response":[],"total":"0"});\r\n',
        b'jQuery331_17({"response":[],"total":0}) ',
        b'{"response":[],"total":0}',
        b'\xef\xbb\xbf{"response":null,"total":0}',
    ],
)
def test_every_wrapping(body: bytes) -> None:
    listing = read_listing(URL, body, BAODAKLAK, "giao-duc")
    assert (listing.entries, listing.total, listing.rows) == ([], 0, 0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"<html><body>502</body></html>", "HTML"),
        (b"cb(", "neither JSON nor JSONP"),
        (b'cb({"response":[', "neither JSON nor JSONP"),
        (b'cb({"error":"x"})', "no 'response'"),
        (b'cb({"response":{}})', "no list"),
        (b'cb({"response":[1]})', "no list"),
        (b"cb(7)", "no list"),
        (b"cb(" + b"[" * 100_000 + b")", "neither JSON nor JSONP"),
    ],
)
def test_what_is_no_answer_is_named(body: bytes, message: str) -> None:
    with pytest.raises(ListingFormatError, match=message) as caught:
        read_listing(URL, body, BAODAKLAK, "giao-duc")
    assert str(caught.value).startswith(URL)


def test_rows_that_announce_nothing_are_counted() -> None:
    rows = [
        {**ROW, "pageUrl": "https://khac.example/giao-duc/202409/x-b56121a/"},
        {**ROW, "pageUrl": "/giao-duc/"},
        {**ROW, "pageUrl": None},
        {**ROW, "pageUrl": 7},
        {},
        {"pageUrl": "//www.baodaklak.vn/channel/3481/201104/x-1989582", "avatar": ""},
    ]
    listing = read_listing(URL, answer(rows), BAODAKLAK, "giao-duc")
    assert (listing.total, listing.rows) == (None, 6)
    (entry,) = listing.entries
    assert entry.url == "https://baodaklak.vn/channel/3481/201104/x-1989582/"
    assert (entry.headline, entry.thumbnailUrl, entry.datePublished) == (None, None, None)


def test_articles_of_a_topic_spell_the_date_in_their_own_way() -> None:
    row = {**ROW, "publis_date": "2024-09-10T17:00:00+07:00"}
    del row["publishDate"]
    listing = read_listing(URL, answer([row]), BAODAKLAK, SectionLink(name="x", url="x", slug="s"))
    assert listing.entries[0].datePublished == "2024-09-10T17:00:00+07:00"
    assert listing.entries[0].section == "s"


def test_videos_of_a_listing() -> None:
    rows = [
        ROW,
        {**ROW, "pageUrl": "/giao-duc/202409/a-0000001/", "objectType": "photo"},
        {**ROW, "pageUrl": "/giao-duc/202409/b-0000002/", "objectType": "", "title": "(Video) B"},
        {**ROW, "pageUrl": "/video/202409/c-0000003/", "objectType": None, "title": "C"},
        {**ROW, "pageUrl": "/video/202409/d-0000004/", "title": "(Infographic) D"},
    ]
    listing = read_listing(URL, answer(rows), BAODAKLAK, "video")
    teasers = teasers_of(listing.entries, "https://baodaklak.vn/video/")
    assert [teaser.headline for teaser in teasers] == ["Lớp học bên suối", "B", "C"]
    assert {teaser.foundOn for teaser in teasers} == {"https://baodaklak.vn/video/"}
    assert {teaser.videoId for teaser in teasers} == {None}


COMMENTS = BAODAKLAK.comments_url("8a10c0e291e840650191ea91fb56121a")
REMARK = {
    "id": "c1",
    "parentId": 0,
    "username": " Bạn  đọc ",
    "avatar": "",
    "content": "Hay<br/>quá &amp; đu\u0301ng <b>lắm</b>! 1 < 2",
    "createDate": "2012-10-24 15:47:04.694",
}


@pytest.mark.parametrize("wrap", [answer, lambda rows: f"cb({json.dumps(rows)});".encode()])
def test_comments(wrap: Any) -> None:
    body = wrap([REMARK, {**REMARK, "id": 2, "parentId": "c1", "createDate": "5 phút trước"}])
    thread = read_comments(COMMENTS, body, "8a10", "https://baodaklak.vn/x/")
    assert (thread.articleId, thread.url) == ("8a10", "https://baodaklak.vn/x/")
    first, second = thread.comments
    assert (first.commentId, first.parentId, first.author) == ("c1", None, "Bạn đọc")
    assert first.text == "Hay\nquá & đúng lắm! 1 < 2"
    assert first.dateCreated == "2012-10-24T15:47:04.694+07:00"
    assert (second.commentId, second.parentId) == ("2", "c1")
    assert (second.dateCreated, second.dateCreatedRaw) == (None, "5 phút trước")


def test_comments_of_five_minutes_ago_are_counted_from_the_capture() -> None:
    body = answer([{**REMARK, "createDate": "5 phút trước"}, {**REMARK, "createDate": "Hôm qua"}])
    captured = dt.datetime(2026, 3, 15, 3, 47, tzinfo=dt.UTC)
    thread = read_comments(COMMENTS, body, "8a10", "https://baodaklak.vn/x/", captured_at=captured)
    dates = [(comment.dateCreated, comment.dateCreatedRaw) for comment in thread.comments]
    assert dates == [
        ("2026-03-15T10:42:00+07:00", "5 phút trước"),
        ("2026-03-14T00:00:00+07:00", "Hôm qua"),
    ]


@pytest.mark.parametrize("body", [b"", b"<html>", b'cb({"response":[{"content":"x"}]})'])
def test_what_are_no_comments_is_named(body: bytes) -> None:
    with pytest.raises(CommentsFormatError):
        read_comments(COMMENTS, body, "8a10", "https://baodaklak.vn/x/")
