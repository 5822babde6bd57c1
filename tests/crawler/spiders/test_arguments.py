"""Spider arguments: the same from `scrapy crawl -a` and from `khobao crawl`."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.errors import UsageError
from crawler.spiders.arguments import SpiderArguments


def test_strings_and_values_mean_the_same() -> None:
    typed = SpiderArguments.parse(
        {"sections": ("thoi-su", "xa-hoi"), "since": dt.date(2026, 1, 2), "full": True, "limit": 5}
    )
    text = SpiderArguments.parse(
        {"section": "/thoi-su/,xa-hoi", "since": "2026-01-02", "full": "true", "limit": "5"}
    )
    assert typed == text
    assert text.as_document() == {
        "sections": ["thoi-su", "xa-hoi"],
        "since": "2026-01-02",
        "full": True,
        "limit": 5,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sction": "thoi-su"}, "unknown spider argument 'sction'"),
        ({"since": "hôm qua"}, "since 'hôm qua' is no date"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "lies after"),
        ({"limit": "0"}, "limit '0'"),
        ({"media": "some"}, "media 'some'"),
    ],
)
def test_bad_arguments_are_refused_in_words(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        SpiderArguments.parse(arguments)


def test_days_are_the_newspapers() -> None:
    """17:30 UTC is already the next day in Vietnam."""
    arguments = SpiderArguments.parse({"since": "2026-03-02", "until": "2026-03-02"})
    assert arguments.wants_day("2026-03-01T17:30:00+00:00")
    assert not arguments.wants_day("2026-03-02T17:30:00+00:00")
    assert arguments.wants_day(None)
    assert arguments.is_before_since("2026-03-01T23:59:00+07:00")
