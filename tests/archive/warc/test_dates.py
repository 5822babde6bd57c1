"""Dates as other programs write them."""

from __future__ import annotations

import datetime as dt

import pytest

from archive.warc.dates import parse_warc_date, whole_date


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2016", "2016-01-01T00:00:00Z"),
        ("2016-11", "2016-11-01T00:00:00Z"),
        ("2016-11-30", "2016-11-30T00:00:00Z"),
        ("2016-11-30T07:05Z", "2016-11-30T07:05:00Z"),
        ("2016-11-30T07:05:06Z", "2016-11-30T07:05:06Z"),
        ("2016-11-30T07:05:06.123456789Z", "2016-11-30T07:05:06.123456789Z"),
        ("20161130070506", "2016-11-30T07:05:06Z"),
        ("2016-11-30T14:05:06+07:00", "2016-11-30T07:05:06Z"),
    ],
)
def test_a_date_is_made_whole(text: str, whole: str) -> None:
    assert whole == whole_date(text)
    assert parse_warc_date(text) == dt.datetime.fromisoformat(whole)


@pytest.mark.parametrize("text", ["", "2016-13", "20161301000000", "2016-11-30T07:05:06", "nay"])
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whoever says it, says it in own words
        whole_date(text)
