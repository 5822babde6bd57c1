"""Retry-After, in any spelling; and who is left alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.capture.flags import RESOURCE_META
from crawler.middlewares.backoff import (
    BackoffMiddleware,
    HostLeftAloneError,
    retry_after_seconds,
)
from crawler.session.crawl_session import CrawlSession
from crawler.spiders.sections import SectionsSpider

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 3 ", 3.0),
        ("Mon, 23 Nov 2026 08:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0.0),
        ("+7", 7.0),
        ("1.5", 1.5),
        ("120 seconds", 120.0),
        ("9" * 400, float("inf")),
        ("2026-11-23T08:00:30Z", 30.0),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Mon, 31 Feb 2026 00:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_seconds_or_a_date_and_nothing_else(value: str, seconds: float | None) -> None:
    assert seconds == retry_after_seconds(value, NOW)


@pytest.mark.parametrize(
    ("headers", "tries"), [({}, 3), ({"Retry-After": "0"}, 7), ({"Retry-After": "soon"}, 3)]
)
def test_a_page_refused_until_a_moment_is_asked_for_again_more_often(
    headers: dict[str, str], tries: int
) -> None:
    """A limit of requests a second is met by whichever page comes then, now and again."""
    settings = {"RETRY_TIMES": 2, "BACKOFF_MAX_SECONDS": 300, "BACKOFF_BLOCKED_AFTER": 10}
    crawler = get_crawler(SectionsSpider, settings)
    spider = SectionsSpider.from_crawler(crawler)
    middleware = BackoffMiddleware.from_crawler(crawler)
    request: Request | None = Request("https://baodaklak.vn/")
    asked = 0
    while request is not None:
        asked += 1
        response = Response(request.url, status=429, headers=headers)
        middleware.process_response(request, response)
        request = get_retry_request(request, spider=spider)
    assert asked == tries


async def test_a_host_of_others_that_refuses_is_left_alone_and_the_crawl_goes_on(
    tmp_path: Path,
) -> None:
    settings = {"KHOBAO_HOME": tmp_path, "BACKOFF_BLOCKED_AFTER": 3}
    crawler = get_crawler(SectionsSpider, settings)
    session, backoff = CrawlSession.of(crawler), BackoffMiddleware.from_crawler(crawler)
    request = Request("https://maxcdn.bootstrapcdn.com/a.css", meta={RESOURCE_META: "css"})
    for _ in range(3):
        await backoff.process_request(request)
        backoff.process_response(request, Response(request.url, status=403))
    assert session.outcome.failure is None
    assert "it was left alone from then on" in session.outcome.warnings[0]
    with pytest.raises(HostLeftAloneError):
        await backoff.process_request(request)
