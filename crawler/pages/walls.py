"""Walls, and notices that a page is gone: the words of what stands in an article's place."""

from __future__ import annotations

import re

MAX_WALL_CHARS = 20_000
"""Characters; a wall is short, and an article may well be about captchas."""

NOT_FOUND = re.compile(
    r"\b404\b|not found|không tìm thấy|không tồn tại|đã bị xóa|đã bị gỡ", re.IGNORECASE
)
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
    found = _MARKS.search(text, 0, MAX_WALL_CHARS)
    return found[0] if found else None


def is_cookie_wall(mark: str) -> bool:
    """Whether the words ask for cookies or scripts, of everybody and at any time: waiting, which
    helps against a wall for those who come too often, does not.
    """
    return bool(_COOKIES.search(mark))


_COOKIES = re.compile(r"cookie|javascript", re.IGNORECASE)
