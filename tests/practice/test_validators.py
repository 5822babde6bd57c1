"""ETag, Last-Modified and 304, on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from practice.client import PracticeProcess

API = "/sc_service/api/article/list?saArticleCateId={}&first=0&pageSize=5&jsonCallback=cb"


@pytest.fixture(scope="module")
def everything() -> Iterator[PracticeProcess]:
    with PracticeProcess("--articles", "60", "--validators", "all") as running:
        yield running


@pytest.fixture(scope="module")
def get(everything: PracticeProcess, raw_client: Any) -> Callable[..., Any]:
    answer: Callable[..., Any] = raw_client(everything).get
    return answer


@pytest.fixture(scope="module")
def picture(site: PracticeProcess) -> str:
    return next(urlsplit(a["images"][0]["url"]).path for a in site.truth("articles") if a["images"])


def test_files_alone_can_have_validators(
    raw_client: Callable[[PracticeProcess], Any], article_path: str, picture: str
) -> None:
    with PracticeProcess("--articles", "60", "--validators", "static") as site:
        client = raw_client(site)
        category = site.truth("sections")[0]["categoryId"]
        for target in ("/robots.txt", picture):
            heard = client.get(target)
            (etag,), (modified,) = heard.values(b"ETag"), heard.values(b"Last-Modified")
            again = client.get(target, f"If-None-Match: {etag.decode()}")
            assert (again.status, again.body) == (304, b"")
            assert (again.values(b"ETag"), again.values(b"Last-Modified")) == ([etag], [modified])
            assert client.get(target, 'If-None-Match: "khac"').status == 200
        for target in ("/", article_path, API.format(category)):
            heard = client.get(target, "If-None-Match: *")
            assert (heard.status, heard.values(b"ETag")) == (200, [])


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("If-None-Match: {etag}",), 304),
        (("If-None-Match: W/{etag}",), 304),
        (('If-None-Match: "khac", {etag}',), 304),
        (("If-None-Match: *",), 304),
        (('If-None-Match: "khac"',), 200),
        (("If-None-Match: bua",), 200),
        (("If-Modified-Since: {modified}",), 304),
        (("If-Modified-Since: Fri, 01 Jan 2027 00:00:00 GMT",), 304),
        (("If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT",), 200),
        (("If-Modified-Since: hom qua",), 200),
        (("If-Modified-Since: Fri, 01 Jan 2027 00:00:00",), 200),
        (('If-None-Match: "khac"', "If-Modified-Since: {modified}"), 200),
        (("If-None-Match: {etag}", "If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT"), 304),
    ],
)
def test_when_it_is_304(client: Any, picture: str, lines: tuple[str, ...], status: int) -> None:
    heard = client.get(picture)
    values = {
        "etag": heard.values(b"ETag")[0].decode(),
        "modified": heard.values(b"Last-Modified")[0].decode(),
    }
    assert client.get(picture, *(line.format(**values) for line in lines)).status == status


def test_an_articles_validator_lasts_until_an_edit(
    everything: PracticeProcess, get: Callable[..., Any]
) -> None:
    paths = [urlsplit(article["url"]).path for article in everything.truth("articles")]
    before = {path: get(path) for path in paths}
    tags = {path: heard.values(b"ETag")[0].decode() for path, heard in before.items()}
    assert all(tag.startswith('W/"') for tag in tags.values())
    assert get(paths[0]).body != before[paths[0]].body
    assert {get(path, f"If-None-Match: {tag}").status for path, tag in tags.items()} == {304}
    old = {article["url"]: article for article in everything.truth("articles")}
    everything.control("POST", "/clock", {"advance": 2 * 24 * 3600})
    new = {article["url"]: article for article in everything.truth("articles")}
    statuses = {
        url: get(urlsplit(url).path, f"If-None-Match: {tags[urlsplit(url).path]}").status
        for url in old
        if url in new
    }
    edited = {url for url in statuses if old[url] != new[url]}
    assert edited
    assert {url for url, status in statuses.items() if status == 200} == edited


def test_an_api_call_has_a_validator_of_its_bytes(
    everything: PracticeProcess, get: Callable[..., Any]
) -> None:
    target = API.format(everything.truth("sections")[0]["categoryId"])
    (etag,) = get(target).values(b"ETag")
    assert get(target, f"If-None-Match: {etag.decode()}").status == 304
    assert get(target.replace("cb", "x"), f"If-None-Match: {etag.decode()}").status == 200


def test_none_is_none(raw_client: Any) -> None:
    with PracticeProcess("--articles", "20", "--validators", "none") as running:
        heard = raw_client(running).get("/robots.txt", "If-None-Match: *")
    assert (heard.status, heard.values(b"ETag")) == (200, [])
