"""What a crawl is asked for: the same from ``khobao crawl`` and from ``scrapy crawl -a``."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.errors import UsageError

Media = Literal["none", "page", "all"]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The newspaper's, in which days begin."""

_SECTION = re.compile(r"[^\W_][\w'’.-]*(/[\w'’.-]+)*")
_YES = {"1", "true", "yes"}
_OTHERS = {"_job"}
"""Arguments that others give every spider: scrapyd names its job."""


@dataclasses.dataclass(frozen=True, slots=True)
class CrawlOptions:
    """Each already checked."""

    urls: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    """Slugs without outer slashes: ``thoi-su``, ``thoi-su/chuyen-de``. Empty: all."""

    since: dt.date | None = None
    until: dt.date | None = None
    """First and last day of publication, both included, in the newspaper's zone."""

    full: bool = False
    limit: int | None = None
    """Articles (or videos) to fetch at most."""

    media: Media = "page"
    resume: str | None = None
    """Id of the run to go on with."""

    site: str = "baodaklak"

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"since {self.since} is after until {self.until}; swap the two dates")

    @classmethod
    def parse(cls, arguments: dict[str, Any], prefix: str = "") -> CrawlOptions:
        """:param arguments: values as strings, or already of their type; ``section`` and ``url``
            are as good as ``sections`` and ``urls``.
        :param prefix: how names begin where they were written: ``--`` on the command line.
        :raises UsageError: an unknown name, or a value that is none.
        """
        known = {field.name for field in dataclasses.fields(cls)} | {"section", "url"}
        if unknown := sorted(set(arguments) - known - _OTHERS):
            raise UsageError(
                f"unknown spider argument {unknown[0]!r}; there are: {', '.join(sorted(known))}"
            )
        get = arguments.get
        sections = (*_words(get("sections")), *_words(get("section")))
        slugs = [parse_section(text, f"{prefix}section") for text in sections]
        return cls(
            urls=(*_words(get("urls")), *_words(get("url"))),
            sections=tuple(dict.fromkeys(slugs)),
            since=_day(get("since"), f"{prefix}since"),
            until=_day(get("until"), f"{prefix}until"),
            full=str(get("full", "")).lower() in _YES,
            limit=_count(get("limit"), f"{prefix}limit"),
            media=parse_media(str(get("media") or "page"), f"{prefix}media"),
            resume=get("resume") or None,
            site=str(get("site") or "baodaklak"),
        )

    def as_document(self) -> dict[str, Any]:
        """For the run's record, and for resuming it; only what differs from the default."""
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in self.as_arguments().items()
        }

    def as_arguments(self) -> dict[str, Any]:
        """What :meth:`parse` makes the same of; only what differs from the default."""
        found = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = list(value) if isinstance(value, tuple) else value
        return found

    def wants_day(self, published: str | None) -> bool:
        """True unless the ISO 8601 date lies outside since … until. No date: fetch and see."""
        if published is None or (self.since is None and self.until is None):
            return True
        day = _day_of(published)
        return not (self.since and day < self.since) and not (self.until and day > self.until)

    def is_before_since(self, published: str | None) -> bool:
        if published is None or self.since is None:
            return False
        return _day_of(published) < self.since


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How the newspaper is reached, each already checked."""

    delay: float = 1.0
    """Seconds between two requests to one host."""

    resolve: tuple[str, ...] = ()
    """``HOST:PORT:ADDR[:PORT]``, as :class:`crawler.resolve.ResolveRule` reads them."""

    ca_file: Path | None = None
    timeout: float | None = None
    """Seconds without a byte; None: as the settings say. So with the next two."""

    max_time: float | None = None
    """Seconds for one exchange, and one more for each :attr:`speed_limit` bytes that came."""

    speed_limit: float | None = None
    """Bytes a second."""

    def as_settings(self) -> dict[str, float]:
        """The limits that were given, under the names of the settings."""
        limits = {
            "DOWNLOAD_TIMEOUT": self.timeout,
            "DOWNLOAD_TOTAL_TIMEOUT": self.max_time,
            "DOWNLOAD_SLOWEST_RATE": self.speed_limit,
        }
        return {name: value for name, value in limits.items() if value is not None}


def parse_day(text: str, option: str) -> dt.date:
    """``2024-09-30`` or ``30/09/2024``, as written in Vietnam.

    :param option: its name where it was written, for the refusal.
    """
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise UsageError(f"{option} {text!r} is no date; write 2024-09-30 or 30/09/2024")


def start_of_day(day: dt.date) -> dt.datetime:
    """In the newspaper's zone."""
    return dt.datetime.combine(day, dt.time(), ZONE)


def parse_section(text: str, option: str) -> str:
    """A slug from what people paste: ``thoi-su``, ``/thoi-su/`` or the section's address."""
    path = urlsplit(text).path if "://" in text else text
    slug = path.strip().strip("/")
    if not _SECTION.fullmatch(slug):
        raise UsageError(
            f"{option} {text!r} is no section; write its path: thoi-su, kinh-te/cong-nghiep"
        )
    return slug


def parse_media(name: str, option: str) -> Media:
    if name not in get_args(Media):
        raise UsageError(f"{option} {name!r} is not understood; write none, page or all")
    return cast("Media", name)


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(word for word in value.replace(",", " ").split() if word)
    return tuple(value)


def _day(value: Any, option: str) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    return parse_day(str(value), option)


def _count(value: Any, option: str) -> int | None:
    if value is None:
        return None
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"{option} {value!r} is no whole number from 1 up")
    return number


def _day_of(published: str) -> dt.date:
    return dt.datetime.fromisoformat(published).astimezone(ZONE).date()
