"""What a run's pages look like, noted as they are read, and judged when the run is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.monitoring import (
    Baseline,
    Example,
    Refusal,
    Sheet,
    alarm_as_document,
    alarm_as_text,
    judge_sheet,
)
from crawler.pages.features import listing_traits, menu_traits, section_traits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from crawler.items import SectionLink, VideoTeaser
    from crawler.monitoring import Alarm
    from crawler.pages import ArticleReading, Listing, SectionListing, UnreadablePage

__all__ = ["PageWatch"]


class PageWatch:
    """One per run."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self.alarms: list[Alarm] = []

    def read(self, reading: ArticleReading, url: str, record: str) -> None:
        """An article, read by a page class or, failing that, by the generic extractor."""
        if reading.refusal is not None:
            self.refused(reading.refusal, url, record)
        elif reading.traits is not None:
            self.sheet.add(reading.traits, Example(url, record))

    def refused(self, page: UnreadablePage, url: str, record: str) -> None:
        self.sheet.refuse(Refusal(page.error, page.field, page.selector), Example(url, record))

    def menu(self, body: bytes, sections: Sequence[SectionLink], url: str, record: str) -> None:
        self.sheet.add(menu_traits(body, sections), Example(url, record))

    def section(
        self,
        body: bytes,
        page: SectionListing,
        section: str,
        teasers: Sequence[VideoTeaser],
        example: Example,
    ) -> None:
        self.sheet.add(section_traits(body, page, section, teasers), example)

    def listing(self, listing: Listing, section: str, url: str, record: str) -> None:
        self.sheet.add(listing_traits(listing, section), Example(url, record))

    def judge(self, history: Iterable[Mapping[str, Any]], started: dt.datetime) -> list[Alarm]:
        """Compare with *history*, the documents of earlier runs, the last one first."""
        baseline = Baseline.of_runs(history)
        self.alarms = judge_sheet(self.sheet, baseline, weekday=started.weekday())
        return self.alarms

    def texts(self, home: Path) -> list[str]:
        return [alarm_as_text(alarm, home) for alarm in self.alarms]

    def documents(self, home: Path) -> list[dict[str, Any]]:
        return [alarm_as_document(alarm, home) for alarm in self.alarms]
