"""Dates as items hold them: ISO 8601 with an offset."""

from __future__ import annotations

import datetime as dt


def parse_date(value: str) -> dt.datetime:
    """In UTC. :raises ValueError: it is no such date, or has no offset."""
    date = dt.datetime.fromisoformat(value)
    if date.tzinfo is None:
        raise ValueError(f"{value!r} has no offset")
    return date.astimezone(dt.UTC)
