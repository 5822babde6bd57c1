"""A spider's arguments, as ``scrapy crawl -a name=value`` and ``khobao crawl`` give them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crawler.errors import UsageError

__all__ = ["MEDIA", "SpiderArguments"]

MEDIA = ("none", "page", "all")
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class SpiderArguments:
    """:attr:`since` and :attr:`until` are days in the newspaper's zone, inclusive."""

    urls: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    full: bool = False
    limit: int | None = None
    media: str = "page"
    resume: str | None = None
    site: str = "baodaklak"

    @classmethod
    def parse(cls, arguments: dict[str, Any]) -> SpiderArguments:
        """:param arguments: values as strings, or already of their type.
        :raises UsageError: an unknown name, or a value that is none.
        """
        known = {field.name for field in dataclasses.fields(cls)} | {"section", "url"}
        if unknown := sorted(set(arguments) - known):
            raise UsageError(
                f"unknown spider argument {unknown[0]!r}; there are: {', '.join(sorted(known))}"
            )
        sections = _words(arguments.get("sections")) + _words(arguments.get("section"))
        parsed = cls(
            urls=_words(arguments.get("urls")) + _words(arguments.get("url")),
            sections=tuple(section.strip("/") for section in sections),
            since=_day("since", arguments.get("since")),
            until=_day("until", arguments.get("until")),
            full=str(arguments.get("full", "")).lower() in {"1", "true", "yes"},
            limit=_count("limit", arguments.get("limit")),
            media=str(arguments.get("media") or "page"),
            resume=arguments.get("resume") or None,
            site=str(arguments.get("site") or "baodaklak"),
        )
        if parsed.media not in MEDIA:
            raise UsageError(f"media {parsed.media!r}: expected one of {', '.join(MEDIA)}")
        if parsed.since and parsed.until and parsed.since > parsed.until:
            raise UsageError(f"since {parsed.since} lies after until {parsed.until}")
        return parsed

    def as_document(self) -> dict[str, Any]:
        """For the run's record, and for resuming it; only what differs from the default."""
        document = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                document[field.name] = list(value) if isinstance(value, tuple) else value
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in document.items()
        }

    def wants_day(self, published: str | None) -> bool:
        """True unless the ISO 8601 date lies outside since … until. No date: fetch and see."""
        if published is None or (self.since is None and self.until is None):
            return True
        day = dt.datetime.fromisoformat(published).astimezone(_ZONE).date()
        return not (self.since and day < self.since) and not (self.until and day > self.until)

    def is_before_since(self, published: str | None) -> bool:
        if published is None or self.since is None:
            return False
        return dt.datetime.fromisoformat(published).astimezone(_ZONE).date() < self.since


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(word for word in value.replace(",", " ").split() if word)
    return tuple(value)


def _day(name: str, value: Any) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{name} {value!r} is no date; expected YYYY-MM-DD") from None


def _count(name: str, value: Any) -> int | None:
    if value is None:
        return None
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"{name} {value!r}: expected a whole number from 1 up")
    return number
