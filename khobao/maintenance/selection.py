"""Which archived records belong to a day, a run, a section or an article.

Days, runs and points in time are found in the WARC files and journals alone. For an article the
page objects say what its page needs to be shown again; the archive knows nothing of that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive import (
    ArchivedRecord,
    ContentDecodingError,
    IndexEntry,
    InvalidRecordError,
    RecordTooLargeError,
    UnresolvedRevisitError,
    captures,
    iter_records,
    read_record,
)
from archive.export import PageText, Place
from archive.home.imports import is_imported_journal
from archive.home.layout import Layout
from archive.warc.dates import warc_date
from crawler.options import start_of_day
from crawler.pages import (
    ArticleReading,
    Document,
    PageError,
    css_resources,
    read_article,
    read_page,
)
from crawler.sites import profile_for, profile_for_resource

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry

_PAGE_TYPES = ("text/html", "application/xhtml+xml")


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """First instant of the newspaper's day, and of the next."""
    return start_of_day(day), start_of_day(day + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class TimeAndRun:
    """``--day``, ``--since`` and ``--run``: all that are given must hold."""

    start: str | None = None
    """WARC-Date; these all have one form, so that their order is that of their letters."""

    end: str | None = None
    files: frozenset[str] | None = None
    """WARC files of the run: every run writes files of its own and says so in warcinfo."""

    @classmethod
    def of(
        cls, home: Path, *, day: dt.date | None, since: dt.date | None, run: str | None
    ) -> TimeAndRun:
        starts = [day_bounds(each)[0] for each in (day, since) if each]
        return cls(
            start=warc_date(max(starts)) if starts else None,
            end=warc_date(day_bounds(day)[1]) if day else None,
            files=frozenset(_files_of_run(home, run)) if run else None,
        )

    def __call__(self, warc_filename: str, entry: JournalEntry) -> bool:
        return self.holds(warc_filename, entry.date)

    def holds(self, warc_filename: str, date: str) -> bool:
        return (
            (self.start is None or date >= self.start)
            and (self.end is None or date < self.end)
            and (self.files is None or warc_filename in self.files)
        )


def _files_of_run(home: Path, run: str) -> Iterator[str]:
    layout = Layout(home)
    for path in layout.closed_files():
        try:
            _, info = next(iter_records(path, home=home))
        except InvalidRecordError:
            if is_imported_journal(layout.journal(path.name)):
                continue  # damaged when it came; what it says of runs nobody can read
            raise
        fields = info.raw_block().decode("utf-8", "replace").splitlines()
        if info.type == "warcinfo" and f"isPartOf: {run}" in fields:
            yield path.name


def describe_page(record: ArchivedRecord) -> PageText | None:
    """Title and text of an archived article, the title of another page; None for anything else."""
    body = _html(record)
    url = record.target_uri or ""
    if body is None:
        return None
    profile = profile_for(url)
    page = Document(url, body)
    if profile is not None and profile.article_key(url):
        try:
            article, _ = read_article(
                url, page, declared_encoding=None, captured_at=record.warc_date, profile=profile
            )
        except PageError:
            pass
        else:
            parts = (article.headline, article.description, article.articleBody)
            return PageText(article.headline, "\n\n".join(filter(None, parts)), is_main=True)
    root = page.root
    title = root.findtext(".//title") if root is not None else None
    return PageText(" ".join((title or "").split()) or None, None, is_main=False)


def _html(record: ArchivedRecord) -> bytes | None:
    """The decoded body of a page; None for what is no page or cannot be decoded."""
    content_type = next(
        (value for name, value in record.http_headers if name.lower() == b"content-type"), b""
    )
    if not content_type.strip().lower().startswith(tuple(each.encode() for each in _PAGE_TYPES)):
        return None
    try:
        return record.body
    except (ContentDecodingError, RecordTooLargeError, UnresolvedRevisitError):
        return None  # of another program's revisit the original may be anywhere


class PageSearch:
    """Captures of pages with the comment call and all that is needed to show them again."""

    def __init__(self, home: Path, keep: TimeAndRun) -> None:
        self._home, self._keep = home, keep
        self._captures: dict[str, list[IndexEntry]] = {}
        self._needed: dict[tuple[str, int], list[str]] = {}

    def places(self, urls: Iterable[str]) -> Iterator[Place]:
        """Every capture of the pages *urls* that is wanted, then what each of them needs."""
        seen: set[Place] = set()
        for url in dict.fromkeys(urls):
            for page in self._of(url):
                if self._is_wanted(page):
                    for place in self._with_needs(page):
                        if place not in seen:
                            seen.add(place)
                            yield place

    def _is_wanted(self, page: IndexEntry) -> bool:
        # The index has whole seconds; no bound lies within one.
        date = warc_date(page.captured_at)
        return self._keep.holds(page.warc_filename, date)

    def _with_needs(self, page: IndexEntry) -> Iterator[Place]:
        """The page, then what it names, then what the stylesheets among that name, each once."""
        queue, seen = [page], {page}
        while queue:
            entry = queue.pop()
            yield Place(entry.warc_filename, entry.offset, entry.length)
            for url in self._needs_of(entry):
                nearest = self._nearest(url, page.captured_at)
                if nearest is not None and nearest not in seen:
                    seen.add(nearest)
                    queue.append(nearest)

    def _nearest(self, url: str, at: dt.datetime) -> IndexEntry | None:
        """A capture that shows something if there is one, else what was answered instead."""
        found = self._of(url)
        shown = [entry for entry in found if (entry.status or "").startswith("2")]
        return min(shown or found, key=lambda e: abs(e.captured_at - at), default=None)

    def _of(self, url: str) -> list[IndexEntry]:
        if url not in self._captures:
            closed = self._home / "warc"
            self._captures[url] = [
                entry
                for entry in captures(self._home, url)
                if (closed / entry.warc_filename).exists()
            ]
        return self._captures[url]

    def _needs_of(self, entry: IndexEntry) -> list[str]:
        place = (entry.warc_filename, entry.offset)
        if place not in self._needed:
            self._needed[place] = self._read_needs(entry)
        return self._needed[place]

    def _read_needs(self, entry: IndexEntry) -> list[str]:
        profile = profile_for_resource(entry.url)
        mimes = {*_PAGE_TYPES, "text/css", "warc/revisit"}
        if profile is None or entry.status != "200" or entry.mime not in mimes:
            return []
        record = read_record(self._home, entry.warc_filename, entry.offset)
        if (body := _html(record)) is not None:
            return _page_needs(entry.url, body, record.warc_date)
        if record.http is None or b"text/css" not in _content_type(record):
            return []
        try:
            return [url for url, _ in css_resources(entry.url, record.body, profile)]
        except (ContentDecodingError, RecordTooLargeError):
            return []


def _page_needs(url: str, body: bytes, captured_at: dt.datetime) -> list[str]:
    if (profile := profile_for(url)) is None:
        return []
    reading = read_page(
        url,
        body,
        declared_encoding=None,
        captured_at=captured_at,
        profile=profile,
        with_resources=True,
    )
    if not isinstance(reading, ArticleReading):
        return []
    needed = [url for url, _ in reading.resources]
    if reading.article.articleId:
        needed.append(profile.comments_url(reading.article.articleId))
    return needed


def _content_type(record: ArchivedRecord) -> bytes:
    return next((v for name, v in record.http_headers if name.lower() == b"content-type"), b"")
