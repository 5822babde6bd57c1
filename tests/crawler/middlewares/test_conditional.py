"""What is asked with conditions, and what becomes of the answers; over a real archive."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from archive import CaptureEvent
from crawler.capture.flags import BODY_CAPPED_FLAG, NOT_MODIFIED_FLAG, UNCONDITIONAL_FLAG
from crawler.middlewares.conditional import ConditionalMiddleware
from crawler.session.crawl_session import CrawlSession
from crawler.spiders.sections import SectionsSpider

URL = "https://baodaklak.vn/bai-abc1234/"
TEXT = b"<html>" + "Cà phê".encode() * 20
HTML = b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
ETAG = b'ETag: "v1"\r\nLast-Modified: Mon, 02 Mar 2026 07:00:00 GMT\r\n'
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'


class Crawl:
    """A middleware and the archive it asks; every exchange here is made by hand."""

    def __init__(self, home: Path, **settings: Any) -> None:
        values: dict[str, Any] = {
            "KHOBAO_HOME": home,
            "KHOBAO_OPERATOR": "x",
            "USER_AGENT": "x",
            "CONDITIONAL_ENABLED": True,
            "CONDITIONAL_MAX_AGE_DAYS": 30,
            "ARCHIVE_BODY_MEMORY_BYTES": 1 << 20,
            "ARCHIVE_FILE_MAX_BYTES": 1 << 30,
            "ARCHIVE_FILE_MAX_AGE_SECONDS": 3600,
            "ARCHIVE_MIN_FREE_BYTES": 0,
        }
        crawler = get_crawler(SectionsSpider, values | settings)
        crawler.spider = SectionsSpider.from_crawler(crawler)
        self.session = CrawlSession.of(crawler)
        self.session.archive.open()
        self.middleware = ConditionalMiddleware.from_crawler(crawler)
        self.crawler = crawler

    def archive(self, response: bytes, *, age_days: float = 1, url: str = URL) -> None:
        started = dt.datetime.now(dt.UTC) - dt.timedelta(days=age_days)
        event = CaptureEvent(url, started, b"GET / HTTP/1.1\r\n\r\n", response)
        self.session.archive.submit(event).result()

    def ask(self, request: Request) -> Request:
        asyncio.run(self.middleware.process_request(request))
        return request

    def answer(self, request: Request, wire: bytes = NOT_MODIFIED) -> Response | Request:
        """The tee archives first; then the middleware sees it."""
        conditions = b"".join(b"%b: %b\r\n" % pair for pair in conditions_of(request).items())
        event = CaptureEvent(
            URL,
            dt.datetime.now(dt.UTC),
            b"GET / HTTP/1.1\r\n" + conditions + b"\r\n",
            wire,
            not_modified_of=self.session.captures.conditions.get(request),
        )
        ref = self.session.archive.submit(event).result()
        asyncio.run(self._captured(request, ref))
        return asyncio.run(
            self.middleware.process_response(request, Response(URL, status=304, flags=["x"]))
        )

    async def _captured(self, request: Request, ref: Any) -> None:
        await self.session.captures.add(
            request,
            ref,
            url=URL,
            fetch_result="complete",
            response_class="not-modified",
            truncated=None,
            status=304,
            length=0,
        )


def conditions_of(request: Request) -> dict[bytes, bytes]:
    names = (b"If-None-Match", b"If-Modified-Since")
    return {name: value for name in names if (value := request.headers.get(name)) is not None}


def page(body: bytes = TEXT, head: bytes = HTML + ETAG) -> bytes:
    packed = gzip.compress(body, mtime=0)
    return b"HTTP/1.1 200 OK\r\nX-Twice: 1\r\n%bX-Twice: 2\r\nContent-Length: %d\r\n\r\n%b" % (
        head,
        len(packed),
        packed,
    )


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Crawl]]:
    """A crawl after an earlier one that has archived *response*."""
    made: list[Crawl] = []

    def make(response: bytes | None = None, *, age_days: float = 1, **settings: Any) -> Crawl:
        if response is not None:
            earlier = Crawl(tmp_path)
            earlier.archive(response, age_days=age_days)
            earlier.session.archive.close()
        made.append(Crawl(tmp_path, **settings))
        return made[-1]

    yield make
    for crawl in made:
        crawl.session.archive.close()


def test_both_validators_go_out(make: Callable[..., Crawl]) -> None:
    request = make(page()).ask(Request(URL + "#fragment"))
    assert conditions_of(request) == {
        b"If-None-Match": b'"v1"',
        b"If-Modified-Since": b"Mon, 02 Mar 2026 07:00:00 GMT",
    }


@pytest.mark.parametrize(
    ("response", "age_days", "request_"),
    [
        (None, 0, Request(URL)),
        (page(head=HTML), 1, Request(URL)),
        (page(), 31, Request(URL)),
        (page(), 1, Request(URL, method="HEAD")),
        (page(), 1, Request(URL + "?khac")),
        (page(), 1, Request(URL, flags=[UNCONDITIONAL_FLAG])),
        (page().replace(b"200 OK", b"404 No"), 1, Request(URL)),
    ],
    ids=["nothing", "no validators", "too old", "HEAD", "other address", "in full", "404"],
)
def test_nothing_is_asked(
    make: Callable[..., Crawl], response: bytes | None, age_days: float, request_: Request
) -> None:
    request_.headers[b"If-None-Match"] = '"of the redirect before"'
    assert conditions_of(make(response, age_days=age_days).ask(request_)) == {}


def test_it_can_be_turned_off(make: Callable[..., Crawl]) -> None:
    with pytest.raises(NotConfigured):
        make(CONDITIONAL_ENABLED=False)


@pytest.mark.parametrize("harm", ["gone", "cut", "rotten", "another record"])
def test_what_cannot_be_read_is_fetched_in_full(
    make: Callable[..., Crawl], tmp_path: Path, harm: str
) -> None:
    crawl = make(page())
    (path,) = (tmp_path / "warc").glob("*.warc.gz")
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "rotten":
        path.write_bytes(bytes(b ^ 1 if i % 50 == 0 else b for i, b in enumerate(data)))
    else:
        path.write_bytes(data[len(data) // 2 :] + data)
    assert conditions_of(crawl.ask(Request(URL))) == {}
    assert crawl.crawler.stats.get_value("conditional/unreadable") == 1


def test_a_304_is_the_original_to_all_behind(make: Callable[..., Crawl]) -> None:
    crawl = make(page())
    response = crawl.answer(crawl.ask(Request(URL)))
    assert isinstance(response, Response)
    assert isinstance(response, HtmlResponse)
    assert (response.status, response.body) == (200, TEXT)
    assert b"Content-Encoding" not in response.headers
    assert response.headers.getlist(b"X-Twice") == [b"1", b"2"]
    assert b"Content-Length" not in response.headers
    assert response.flags == ["x", NOT_MODIFIED_FLAG]


@pytest.mark.parametrize(
    ("response", "settings"),
    [
        (page(head=b"Content-Type: image/jpeg\r\n" + ETAG), {}),
        (page(head=b"Content-Type: application/pdf\r\n" + ETAG), {}),
        (page(bytes(range(256)) * 40), {"ARCHIVE_BODY_MEMORY_BYTES": 100}),
    ],
    ids=["image", "pdf", "large"],
)
def test_what_nobody_reads_is_not_loaded(
    make: Callable[..., Crawl], response: bytes, settings: dict[str, Any]
) -> None:
    crawl = make(response, **settings)
    answer = crawl.answer(crawl.ask(Request(URL)))
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (200, b"")
    assert {NOT_MODIFIED_FLAG, BODY_CAPPED_FLAG} <= set(answer.flags)
    assert b"Content-Encoding" not in answer.headers


@pytest.mark.parametrize("conditional", [True, False])
def test_a_304_that_confirms_nothing_is_asked_again_in_full(
    make: Callable[..., Crawl], *, conditional: bool
) -> None:
    crawl = make(page() if conditional else None)
    request = crawl.ask(Request(URL))
    assert bool(conditions_of(request)) is conditional
    for _ in range(2):
        again = crawl.answer(request, NOT_MODIFIED.replace(b"v1", b"v2"))
        assert isinstance(again, Request)
        assert again.flags == [UNCONDITIONAL_FLAG]
        request = crawl.ask(again)
        assert conditions_of(request) == {}
    last = crawl.answer(request)  # it will not listen: a 304 it is
    assert isinstance(last, Response)
    assert last.status == 304
