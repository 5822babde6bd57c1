"""Page monitor: what a run's pages look like, noted as they are read, judged at its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.monitoring import (
    Alarm,
    Baseline,
    Example,
    ExtractionError,
    FieldCoverage,
    alarm_as_document,
    alarm_as_text,
    find_alarms,
)
from crawler.pages.features import listing_features, menu_features, section_features

if TYPE_CHECKING:
    from crawler.frontier import SectionLink
    from crawler.items import VideoTeaser
    from crawler.pages import ArticleReading, Document, Listing, SectionListing, UnreadablePage


class PageMonitor:
    """One per run."""

    def __init__(self) -> None:
        self.coverage = FieldCoverage()
        self.alarms: list[Alarm] = []

    def read(self, reading: ArticleReading, url: str, record: str) -> None:
        """An article, read by a page class or, failing that, by the generic extractor."""
        if reading.extraction_error is not None:
            self.failed(reading.extraction_error, url, record)
        elif reading.features is not None:
            self.coverage.add(reading.features, Example(url, record))

    def failed(self, page: UnreadablePage, url: str, record: str) -> None:
        self.coverage.add_error(
            ExtractionError(page.error, page.field, page.selector), Example(url, record)
        )

    def menu(self, page: Document, sections: Sequence[SectionLink], record: str) -> None:
        self.coverage.add(menu_features(page, sections), Example(page.url, record))

    def section(
        self,
        page: Document,
        listing: SectionListing,
        section: str,
        teasers: Sequence[VideoTeaser],
        record: str,
    ) -> None:
        self.coverage.add(
            section_features(page, listing, section, teasers), Example(page.url, record)
        )

    def listing(self, listing: Listing, section: str, url: str, record: str) -> None:
        self.coverage.add(listing_features(listing, section), Example(url, record))

    def judge(self, history: Iterable[Mapping[str, Any]], started: dt.datetime) -> list[Alarm]:
        """Compare with *history*, the documents of earlier runs, the last one first."""
        baseline = Baseline.of_runs(history)
        self.alarms = find_alarms(self.coverage, baseline, weekday=started.weekday())
        return self.alarms

    def texts(self, home: Path) -> list[str]:
        return [alarm_as_text(alarm, home) for alarm in self.alarms]

    def documents(self, home: Path) -> list[dict[str, Any]]:
        return [alarm_as_document(alarm, home) for alarm in self.alarms]
