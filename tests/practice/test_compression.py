"""Text comes compressed to those who accept it, and its version goes by a weak name then."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest

from practice.client import PracticeProcess


@pytest.fixture
def listing(site: PracticeProcess) -> str:
    category = site.truth("sections")[0]["categoryId"]
    call = f"saArticleCateId={category}&first=0&pageSize=5&jsonCallback=cb"
    return f"/sc_service/api/article/list?{call}"


def test_the_best_coding_that_the_client_accepts(
    client: Any, article_path: str, listing: str
) -> None:
    plain = client.get(listing)
    assert not plain.values(b"Content-Encoding")
    for accepted, coding, undo in (
        ("gzip, deflate, br", b"br", brotli.decompress),
        ("gzip", b"gzip", gzip.decompress),
    ):
        heard = client.get(listing, f"Accept-Encoding: {accepted}")
        assert heard.values(b"Content-Encoding") == [coding]
        assert undo(heard.body) == plain.body
        assert heard.values(b"ETag") == [b"W/" + plain.values(b"ETag")[0]]
        assert heard.values(b"Vary") == plain.values(b"Vary") == [b"Accept-Encoding"]
    assert client.get(article_path, "Accept-Encoding: gzip").values(b"Content-Encoding")


def test_pictures_and_short_answers_are_left_as_they_are(
    client: Any, site: PracticeProcess
) -> None:
    picture = next(image["url"] for each in site.truth("articles") for image in each["images"])
    for path in (picture.partition("baodaklak.vn")[2], "/robots.txt"):
        assert not client.get(path, "Accept-Encoding: gzip").values(b"Content-Encoding")


def test_a_compressed_version_is_confirmed_by_its_weak_name(
    client: Any, article_path: str, listing: str
) -> None:
    for path in (article_path, listing):
        (tag,) = client.get(path, "Accept-Encoding: gzip").values(b"ETag")
        again = client.get(path, "Accept-Encoding: gzip", f"If-None-Match: {tag.decode()}")
        assert again.status == 304
        assert not again.values(b"Content-Encoding")
