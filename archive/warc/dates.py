"""WARC-Date: one instant, always spelled in the same way."""

from __future__ import annotations

import datetime as dt
import functools
import re

_WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_DIGITS = re.compile(r"\d{14}")
_COARSE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@functools.lru_cache(maxsize=64)  # three records in a row have the same
def warc_date(instant: dt.datetime) -> str:
    """``2026-03-02T07:05:00.000000Z``: UTC, always with microseconds (WARC 1.1, "WARC-Date")."""
    return (
        instant.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    )


def parse_warc_date(text: str) -> dt.datetime:
    """The instant of a WARC-Date of any program: whole, as coarse as a year (WARC 1.1), or of 14
    digits, as ARC files and early WARC files have it. What is not said is the first there is.

    :raises ValueError: it is none, or names no zone.
    """
    if _DIGITS.fullmatch(text):
        return dt.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    if coarse := _COARSE.fullmatch(text):
        year, month, day = (int(part or 1) for part in coarse.groups())
        return dt.datetime(year, month, day, tzinfo=dt.UTC)
    parsed = dt.datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"WARC-Date {text!r} has no zone")
    return parsed


def whole_date(text: str) -> str:
    """A WARC-Date to the second at least, in UTC; one that is so already as it is.

    :raises ValueError: see :func:`parse_warc_date`.
    """
    instant = parse_warc_date(text)
    if _WHOLE.fullmatch(text):
        return text
    return f"{instant.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}Z"
