"""Title marks and picture credits. Pure functions."""

from __future__ import annotations

import re

# ---- titles

_MARKS = {
    "video": "video",
    "clip": "video",
    "infographic": "infographic",
    "infographics": "infographic",
    "e-magazine": "emagazine",
    "emagazine": "emagazine",
}
_MARK = re.compile(
    r"^\s*[(\[]\s*(" + "|".join(sorted(_MARKS, key=len, reverse=True)) + r")\s*[)\]]\s*[:\-]?\s*",
    re.IGNORECASE,
)


def kind_of_title(title: str) -> str | None:
    """``video``, ``infographic`` or ``emagazine`` when the title is marked as one."""
    match = _MARK.match(title)
    return _MARKS[match[1].lower()] if match else None


def without_mark(title: str) -> str:
    """The title without "(Video)" and the like before it."""
    return _MARK.sub("", title, count=1)


# ---- captions

_CREDIT = re.compile(r"(?:^|[\s(.,;:-])Ảnh\s*:\s*(?P<who>[^()]+?)\s*\)?\s*$")
_MAX_CREDIT_CHARS = 60


def credit_of(caption: str | None) -> str | None:
    """``X.Y`` of a caption that ends in "Ảnh: X.Y"."""
    match = _CREDIT.search(caption) if caption else None
    if match is None:
        return None
    who = match["who"].rstrip(" .")
    return who if 0 < len(who) <= _MAX_CREDIT_CHARS else None
