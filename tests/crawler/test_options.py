"""Spider arguments: the same from `scrapy crawl -a` and from `khobao crawl`."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.errors import UsageError
from crawler.options import CrawlOptions, parse_day, parse_section


def test_strings_and_values_mean_the_same() -> None:
    typed = CrawlOptions.parse(
        {"sections": ("thoi-su", "xa-hoi"), "since": dt.date(2026, 1, 2), "full": True, "limit": 5}
    )
    text = CrawlOptions.parse(
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
    ("arguments", "document"),
    [
        ({}, {}),
        ({"since": "30/09/2024"}, {"since": "2024-09-30"}),
        ({"section": "https://baodaklak.vn/thoi-su/"}, {"sections": ["thoi-su"]}),
        ({"section": "thoi-su", "sections": "/thoi-su/"}, {"sections": ["thoi-su"]}),
        ({"full": "0"}, {}),
        ({"full": "yes", "media": "all"}, {"full": True, "media": "all"}),
        ({"limit": 7, "resume": "", "url": "u"}, {"limit": 7, "urls": ["u"]}),
    ],
)
def test_what_is_asked_for(arguments: dict[str, object], document: dict[str, object]) -> None:
    options = CrawlOptions.parse(arguments)

    assert document == options.as_document()
    assert options == CrawlOptions.parse(options.as_arguments())
    assert options == CrawlOptions.parse(document)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sction": "thoi-su"}, "unknown spider argument 'sction'"),
        ({"since": "hôm qua"}, "since 'hôm qua' is no date"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "is after"),
        ({"limit": "0"}, "limit '0'"),
        ({"section": "a//b"}, "section 'a//b' is no section"),
        ({"media": "some"}, "media 'some' is not understood"),
    ],
)
def test_bad_arguments_are_refused_in_words(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        CrawlOptions.parse(arguments)


def test_days_are_the_newspapers() -> None:
    """17:30 UTC is already the next day in Vietnam."""
    arguments = CrawlOptions.parse({"since": "2026-03-02", "until": "2026-03-02"})
    assert arguments.wants_day("2026-03-01T17:30:00+00:00")
    assert not arguments.wants_day("2026-03-02T17:30:00+00:00")
    assert arguments.wants_day(None)
    assert arguments.is_before_since("2026-03-01T23:59:00+07:00")


@pytest.mark.parametrize("text", ["2024-09-30", "30/09/2024", " 30/9/2024 "])
def test_days_in_both_spellings(text: str) -> None:
    assert dt.date(2024, 9, 30) == parse_day(text, "--since")


@pytest.mark.parametrize("text", ["", "yesterday", "31/02/2024", "2024-13-01", "09/30/2024"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UsageError, match=r"--until .* is no date; write 2024-09-30"):
        parse_day(text, "--until")


def test_since_must_not_be_after_until() -> None:
    day = dt.date(2024, 9, 30)

    assert day == CrawlOptions(since=day, until=day).until
    with pytest.raises(UsageError, match="since 2024-09-30 is after until 2024-09-29"):
        CrawlOptions(since=day, until=dt.date(2024, 9, 29))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("thoi-su", "thoi-su"),
        ("/thoi-su/chuyen-de/", "thoi-su/chuyen-de"),
        ("https://baodaklak.vn/multimedia/Infographic/", "multimedia/Infographic"),
        ("trang-tin-dia-phuong/huyen-cu-m'gar", "trang-tin-dia-phuong/huyen-cu-m'gar"),
    ],
)
def test_sections_as_people_write_them(text: str, slug: str) -> None:
    assert slug == parse_section(text, "--section")


@pytest.mark.parametrize("text", ["", "/", "thoi su", "a//b", "../etc", "https://baodaklak.vn/"])
def test_what_is_no_section(text: str) -> None:
    with pytest.raises(UsageError, match="is no section; write its path"):
        parse_section(text, "--section")
