"""WARC-Date: one instant, always spelled in the same way."""

from __future__ import annotations

import datetime as dt
import functools


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@functools.lru_cache(maxsize=64)  # three records in a row have the same
def warc_date(instant: dt.datetime) -> str:
    """``2026-03-02T07:05:00.000000Z``: UTC, always with microseconds (WARC 1.1, "WARC-Date")."""
    return (
        instant.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    )
