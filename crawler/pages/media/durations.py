"""Durations of recordings, in ISO 8601."""

from __future__ import annotations

import re

_ISO_DURATION = re.compile(r"^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$")
_CLOCK = re.compile(r"^(?:(\d+):)?([0-5]?\d):([0-5]\d)$")


def read_duration(text: str | None) -> str | None:
    """``PT1M30S`` from that form, from ``1:30``, or from ``90``."""
    text = (text or "").strip()
    if not text:
        return None
    if _ISO_DURATION.match(text):
        return text
    clock = _CLOCK.match(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        total = hours * 3600 + minutes * 60 + seconds
    elif text.isdecimal() and text.isascii():
        total = int(text[:9])
    else:
        return None
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    hour_part = f"{hours}H" if hours else ""
    minute_part = f"{minutes}M" if minutes else ""
    second_part = f"{seconds}S" if seconds or not (hours or minutes) else ""
    return f"PT{hour_part}{minute_part}{second_part}"
