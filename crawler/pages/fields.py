"""Text → value: printed dates, names under an article, credits, marks in titles. Pure functions."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.items import ArticleAuthor
from crawler.pages.html import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "credit_of",
    "is_date_line",
    "is_name",
    "kind_of_title",
    "parse_api_date",
    "parse_printed_date",
    "split_authors",
    "without_mark",
]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_TIME_FIRST = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>SA|CH)?\s*,?\s*"
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"
)
_DATE_FIRST = re.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>SA|CH)?"
)
_NOON = 12
_EARLIEST_YEAR = 1990


def parse_printed_date(text: str, zone: ZoneInfo = VIETNAM) -> str | None:
    """``17:00, 10/09/2024`` → ``2024-09-10T17:00:00+07:00``; None when it is no such date.

    Also the old ``Thứ Hai, 14/10/2024 17:19 CH``: SA and CH (before and after noon) follow a clock
    of 12 hours or of 24.
    """
    match = _TIME_FIRST.search(text) or _DATE_FIRST.search(text)
    if match is None:
        return None
    hour = int(match["hour"])
    if match["half"] == "CH" and hour < _NOON:
        hour += _NOON
    elif match["half"] == "SA" and hour == _NOON:
        hour = 0
    try:
        moment = dt.datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            hour,
            int(match["minute"]),
            tzinfo=zone,
        )
    except ValueError:
        return None
    return moment.isoformat() if moment.year >= _EARLIEST_YEAR else None


_API_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?(?:\.(\d{1,9}))?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?$"
)


def parse_api_date(text: str, zone: ZoneInfo = VIETNAM) -> str | None:
    """``2024-09-10 17:00:00.0`` (local) or ISO 8601 with an offset → ISO 8601 in ``zone``.

    Milliseconds stay, unless they are zero.
    """
    match = _API_DATE.match(text.strip())
    if match is None:
        return parse_printed_date(text, zone)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = dt.datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
            tzinfo=zone,
        )
        if offset:
            stated = dt.datetime.strptime(offset.replace("Z", "+0000"), "%z").tzinfo
            moment = moment.replace(tzinfo=stated).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


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
_LONGEST_CREDIT = 60


def credit_of(caption: str | None) -> str | None:
    """``X.Y`` of a caption that ends in "Ảnh: X.Y"."""
    match = _CREDIT.search(caption) if caption else None
    if match is None:
        return None
    who = match["who"].rstrip(" .")
    return who if 0 < len(who) <= _LONGEST_CREDIT else None


# ---- the line under the article

_SOURCE = re.compile(
    r"^\(?\s*(?:Theo|Nguồn|Nguồn tin)\s*:?\s+(?P<name>.+?)\s*\)?\s*$", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*[,;&]\s+|\s+và\s+")
_PLACEHOLDERS = frozenset({"", "bút danh", "tác giả", "-", "."})
_TITLE_WORDS = frozenset({
    "bs", "bs.", "bsck1", "bscki", "bsckii", "bác", "báo", "ds", "ds.", "dược", "gs", "gs.",
    "gs.ts", "ks", "ks.", "ls", "ls.", "luật", "nhà", "pgs", "pgs.", "pgs.ts", "pgs.ts.", "sĩ",
    "sư", "ths", "ths.", "thạc", "tiến", "ts", "ts.",
})  # fmt: skip
_MONTH_WORD = re.compile(r"\b(?:tháng|ngày|năm|mùa|xuân|hạ|thu|đông|tết)\b", re.IGNORECASE)
_DAY_OR_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*(?:\d{1,2}\s*[-/.]\s*)?\d{2,4}|\b(?:19|20)\d{2}\b")
_MOST_NAME_WORDS = 7


def is_date_line(text: str) -> bool:
    """True for the line with place or month that stands under a poem: "Tháng 5-2019"."""
    return bool(_DAY_OR_YEAR.search(text)) and (
        bool(_MONTH_WORD.search(text)) or text[-1:].isdigit()
    )


def is_name(text: str) -> bool:
    """True when the line reads like names: every word but titles begins with a capital."""
    bare = re.sub(r"\([^)]*\)", " ", text)
    if not bare.strip() or any(letter.isdigit() for letter in bare):
        return False
    pieces = _SEPARATOR.split(bare)
    for piece in pieces:
        words = [word for word in piece.split() if word.lower() not in _TITLE_WORDS]
        if not words or len(words) > _MOST_NAME_WORDS:
            return False
        if not all(word[0].isupper() or not word[0].isalpha() for word in words):
            return False
    return True


def split_authors(raw: str, role: str | None = None) -> list[ArticleAuthor]:
    """The authors that the line under an article names.

    One line can hold several, a source ("Theo X") instead of a person, or nothing at all.
    """
    line = clean(raw)
    if line.lower().strip("()") in _PLACEHOLDERS:
        return []
    source = _SOURCE.match(line)
    if source:
        return [ArticleAuthor(name=source["name"], nameRaw=raw.strip(), role="source")]
    pieces = [piece.strip() for piece in _SEPARATOR.split(line)]
    if len(pieces) == 1 or not all(is_name(piece) for piece in pieces):
        return [ArticleAuthor(name=line, nameRaw=raw.strip(), role=role)]
    raw_pieces: Sequence[str] = [piece.strip() for piece in _SEPARATOR.split(raw.strip())]
    if len(raw_pieces) != len(pieces):
        raw_pieces = pieces
    return [
        ArticleAuthor(name=name, nameRaw=name_raw, role=role)
        for name, name_raw in zip(pieces, raw_pieces, strict=True)
    ]
