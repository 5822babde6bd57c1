"""The words of pages that something in front of the newspaper puts in the way."""

from __future__ import annotations

import re

__all__ = ["ENOUGH_TO_JUDGE", "wall_mark"]

ENOUGH_TO_JUDGE = 20_000
"""Characters; a wall is short, and an article may well be about captchas."""

_MARKS = re.compile(
    r"captcha|cf-chl|cf-challenge|just a moment|checking your browser|attention required"
    r"|access denied|request unsuccessful|incapsula|request rejected|enable (?:javascript|cookies)"
    r"|javascript and cookies|bật (?:javascript|cookie)|không phải (?:là )?(?:robot|người máy)"
    r"|người máy|tường lửa|firewall|too many requests|unusual traffic|truy cập bất thường"
    r"|document\.cookie",
    re.IGNORECASE,
)


def wall_mark(text: str) -> str | None:
    """The words that give a captcha, cookie wall or firewall away."""
    found = _MARKS.search(text, 0, ENOUGH_TO_JUDGE)
    return found[0] if found else None
