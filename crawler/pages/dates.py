"""Dates: every form in which the newspaper writes a moment or a day. Pure functions.

What says no zone means Vietnam's. What cannot be read is None, never a guess and never an error.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_EARLIEST_YEAR = 1990
"""The newspaper is not on the web before; "01/01/0001" and 1970 stand for "no date"."""

_NOON = 12

# ---- printed: day and clock

_CLOCK = (
    r"(?<!\d)(?P<hour>\d{1,2})\s?[:hg]\s?(?P<minute>\d{2})(?::\d{2})?(?!\d)"
    r"(?:\s*(?P<half>SA|CH|AM|PM)\b)?"
)
_DAY = r"(?<!\d)(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?!\d)"
_PRINTED = (
    re.compile(rf"{_CLOCK}\s*[,|\-–]?\s*(?:ngày\s+)?{_DAY}", re.IGNORECASE),
    re.compile(rf"{_DAY}\s*[,|\-–]?\s*(?:lúc\s+)?{_CLOCK}", re.IGNORECASE),
)


def parse_printed_date(text: str, zone: ZoneInfo = VIETNAM) -> str | None:
    """``17:00, 10/09/2024`` → ``2024-09-10T17:00:00+07:00``; None when it is no such date.

    Also the old ``Thứ Hai, 14/10/2024 17:19 CH``: SA and CH (before and after noon) follow a clock
    of 12 hours or of 24; 12 SA is midnight.
    """
    match = next((match for form in _PRINTED if (match := form.search(text))), None)
    if match is None:
        return None
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    try:
        moment = dt.datetime(year, month, day, _hour(match), int(match["minute"]), tzinfo=zone)
    except ValueError:
        return None
    return moment.isoformat() if year >= _EARLIEST_YEAR else None


def _hour(match: re.Match[str]) -> int:
    hour, half = int(match["hour"]), (match["half"] or "").upper()
    if half in {"CH", "PM"} and hour < _NOON:
        return hour + _NOON
    if half in {"SA", "AM"} and hour == _NOON:
        return 0
    return hour


# ---- the JSON API

_API_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?(?:\.(\d{1,9}))?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)


def parse_api_date(text: str, zone: ZoneInfo = VIETNAM) -> str | None:
    """``2024-09-10 17:00:00.0`` (local) or ISO 8601 with an offset → ISO 8601 in ``zone``.

    Milliseconds stay, unless they are zero. Dates as they are printed are read, too.
    """
    match = _API_DATE.fullmatch(text.strip())
    if match is None:
        return parse_printed_date(text, zone)
    *numbers, fraction, offset = match.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    microsecond = int((fraction or "").ljust(6, "0")[:6])
    try:
        moment = dt.datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone)
        if offset:
            stated = dt.datetime.strptime(offset.replace("Z", "+0000"), "%z").tzinfo
            moment = moment.replace(tzinfo=stated).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    if moment.year < _EARLIEST_YEAR:
        return None
    # Fractions finer than a millisecond are cut, as MongoDB would.
    return moment.isoformat(timespec="milliseconds" if moment.microsecond >= 1000 else "seconds")  # noqa: PLR2004


# ---- relative to when the page was captured

_NOW = re.compile(r"(?:vừa|mới) (?:gửi|xong|đăng|mới|viết)|vừa|vừa mới đây|bây giờ|ngay bây giờ")
_AGO = re.compile(
    r"(?P<since>cách đây )?(?:khoảng )?(?P<count>\d{1,4}|một|nửa) ?"
    r"(?P<unit>giây|phút|giờ|tiếng|ngày|tuần|tháng|năm)(?P<ago> trước)?"
)
_DAY_BY_NAME = re.compile(
    r"(?:(?:lúc )?(?P<before>\d{1,2}[:h]\d{2}),? )?(?P<name>hôm nay|hôm qua|hôm kia)"
    r"(?:,? (?:lúc )?(?P<after>\d{1,2}[:h]\d{2}))?"
)
_DAYS_AGO = {"hôm nay": 0, "hôm qua": 1, "hôm kia": 2}
_MONTHS_A_YEAR = 12


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0)


def _months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same day of an earlier month, or that month's last one."""
    year, month = divmod(moment.year * _MONTHS_A_YEAR + moment.month - 1 - months, _MONTHS_A_YEAR)
    first = _midnight(moment).replace(year=year, month=month + 1, day=1)
    next_first = (first + dt.timedelta(days=31)).replace(day=1)
    return first.replace(day=min(moment.day, (next_first - dt.timedelta(days=1)).day))


_BEFORE: dict[str, Callable[[dt.datetime, int], dt.datetime]] = {
    "giây": lambda now, count: now - dt.timedelta(seconds=count),
    "phút": lambda now, count: (now - dt.timedelta(minutes=count)).replace(second=0),
    "giờ": lambda now, count: (now - dt.timedelta(hours=count)).replace(minute=0, second=0),
    "ngày": lambda now, count: _midnight(now - dt.timedelta(days=count)),
    "tuần": lambda now, count: _midnight(now - dt.timedelta(weeks=count)),
    "tháng": _months_before,
    "năm": lambda now, count: _months_before(now, count * _MONTHS_A_YEAR),
}
_BEFORE["tiếng"] = _BEFORE["giờ"]


def parse_relative_date(
    text: str, captured_at: dt.datetime, zone: ZoneInfo = VIETNAM
) -> str | None:
    """The moment of "5 phút trước", "Hôm qua" or "Vừa gửi", read at ``captured_at`` (with a zone).

    As precise as the words, cut to their unit: "2 giờ trước" at 10:47 is 08:00, "3 ngày trước" is
    the midnight that day began with.
    """
    words = " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(" .()")
    try:
        now = captured_at.astimezone(zone).replace(microsecond=0)
        moment = _relative(words, now)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat() if moment and moment.year >= _EARLIEST_YEAR else None


def _relative(words: str, now: dt.datetime) -> dt.datetime | None:
    if _NOW.fullmatch(words):
        return now
    if match := _DAY_BY_NAME.fullmatch(words):
        day = _midnight(now) - dt.timedelta(days=_DAYS_AGO[match["name"]])
        clock = match["before"] or match["after"]
        hour, minute = map(int, re.split("[:h]", clock)) if clock else (0, 0)
        return day.replace(hour=hour, minute=minute)
    match = _AGO.fullmatch(words)
    if match is None or not (match["since"] or match["ago"]):
        return None
    if match["count"] == "nửa":
        half_hour = match["unit"] in {"giờ", "tiếng"}
        return _BEFORE["phút"](now, 30) if half_hour else None
    count = 1 if match["count"] == "một" else int(match["count"])
    return _BEFORE[match["unit"]](now, count)


# ---- comments


def parse_comment_date(
    text: str, zone: ZoneInfo = VIETNAM, captured_at: dt.datetime | None = None
) -> str | None:
    """When a reader wrote: a date of the API, or, with the time of capture, a relative one."""
    date = parse_api_date(text, zone)
    if date is None and captured_at is not None:
        return parse_relative_date(text, captured_at, zone)
    return date
