"""Retry-After, in any spelling."""

from __future__ import annotations

import datetime as dt

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.middlewares.backoff import BackoffMiddleware, retry_after_seconds
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
