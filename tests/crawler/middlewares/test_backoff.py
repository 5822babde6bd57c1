"""Retry-After, in any spelling."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.middlewares.backoff import retry_after_seconds

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
