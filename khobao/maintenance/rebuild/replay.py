"""Entries of a ledger and what they name → the jobs that the store was given then."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crawler.frontier import FrontierUrl
from crawler.identity import find_videos, has_page
from crawler.items import NewsArticle
from pipelines.checks import as_quarantined
from pipelines.mongodb.articles import ArticleJob, gone_job
from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.captures import capture_job
from pipelines.mongodb.comments import comments_job
from pipelines.mongodb.frontier import announce, set_state
from pipelines.mongodb.names_0_1 import current_capture, current_run
from pipelines.mongodb.quarantine import quarantine_jobs
from pipelines.mongodb.runs import run_job
from pipelines.mongodb.schema import from_document, to_document
from pipelines.mongodb.videos import VideoJob
from pipelines.text.dates import parse_date

if TYPE_CHECKING:
    from crawler.items import VideoTeaser
    from khobao.maintenance.rebuild.entries import Batch, Readings
    from khobao.maintenance.reextract.reading import PageRead
    from pipelines.mongodb.errors import DocumentRejectedError
    from pipelines.mongodb.ledger_entries import Entry
    from pipelines.mongodb.writer import Job

_OF_A_PAGE = frozenset({"quarantined", "gone", "blocked"})
"""States of an address whose page was there and could not be read."""


class Replay:
    """Of one run. Today's parsers may read what those of the run could not, and the other way
    round: then the address gets the state that it would have got.
    """

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._released: set[str] = set()
        """Addresses set aside by the run whose pages can be read today."""

        self.counts: Counter[str] = Counter()
        """Entries by kind, ``released``, ``unreadable``, ``missing``."""

    def jobs(self, batch: Batch, readings: Readings) -> list[Job]:
        return [job for entry in batch.entries for job in self._jobs(entry, batch, readings)]

    def quarantine(self, job: Job, error: DocumentRejectedError, now: dt.datetime) -> list[Job]:
        """As the crawl does with an article that MongoDB refuses."""
        if not isinstance(job, ArticleJob):
            return []
        page = as_quarantined(from_document(job.document, NewsArticle), error)
        return list(quarantine_jobs(page, run_id=self._run_id, now=now))

    def _jobs(self, entry: Entry, batch: Batch, readings: Readings) -> Iterator[Job]:
        self.counts[entry["kind"]] += 1
        now = dt.datetime.fromisoformat(entry["at"]) if "at" in entry else batch.at
        match entry["kind"]:
            case "article" | "page" | "quarantine":
                yield from self._page(entry, readings.pages.get(entry["record"]), now)
            case "quarantined":
                yield from self._page_state(entry, readings.pages.get(entry["record"]), now)
            case "video" | "teaser":
                yield from self._video(entry, readings)
            case "comments":
                thread = readings.threads.get(entry["record"])
                if thread is not None and thread.provenance is not None:
                    yield comments_job(thread, thread.provenance)
            case _:
                yield from self._whole(entry, now)

    def _whole(self, entry: Entry, now: dt.datetime) -> Iterator[Job]:
        """Of an entry that says all itself."""
        match entry["kind"]:
            case "capture":
                yield capture_job(current_capture(entry["document"]))
            case "announcement":
                item = FrontierUrl(**entry["item"])
                operation = announce(item, to_document(item), run_id=self._run_id, now=now)
                yield PlainJob("frontier", operation)
            case "outcome":
                if entry["state"] not in _OF_A_PAGE or entry["url"] not in self._released:
                    yield self._state(entry["url"], entry["state"], entry.get("reason"), now)
            case "gone":
                if entry["url"] not in self._released:
                    yield gone_job(entry["url"])
            case "run":
                yield run_job(current_run(entry["document"]))
            case _:
                self.counts["unknown"] += 1

    def _page(self, entry: Entry, read: PageRead | None, now: dt.datetime) -> Iterator[Job]:
        if read is None or read.error is not None:
            self.counts["unreadable"] += 1
            return
        if read.document is not None and read.fingerprint is not None:
            if entry["kind"] == "quarantine":
                self.counts["released"] += 1
                self._released |= {entry["url"], read.document["canonicalUrl"]}
            provenance = read.document["provenance"]
            seen = parse_date(provenance["capturedAt"])
            yield ArticleJob(read.document, read.fingerprint, seen, run_id=provenance["runId"])
        elif read.quarantined is not None:
            page, state = quarantine_jobs(read.quarantined, run_id=self._run_id, now=now)
            yield page
            if entry["kind"] != "quarantine":
                # No ledger says what became of a "page": it may well have been unreadable then.
                self.counts["unreadable"] += entry["kind"] == "article"
                yield state
                yield self._state(entry["url"], read.state, read.quarantined.reason, now)

    def _page_state(self, entry: Entry, read: PageRead | None, now: dt.datetime) -> Iterator[Job]:
        if read is not None and read.quarantined is not None:
            yield quarantine_jobs(read.quarantined, run_id=self._run_id, now=now)[1]
        elif entry["url"] not in self._released and read is None:
            yield self._state(entry["url"], "quarantined", entry["reason"], now)

    def _video(self, entry: Entry, readings: Readings) -> Iterator[Job]:
        if entry["kind"] == "teaser":
            found = readings.teasers.get(entry["record"], ())
            document = _teaser(found, entry["url"])
        else:
            page = readings.pages.get(entry["record"])
            videos = page.videos if page is not None else ()
            document = _video(videos, entry)
        if document is None:
            self.counts["missing"] += 1
            return
        provenance = document["provenance"]
        seen = parse_date(provenance["capturedAt"])
        yield VideoJob(document, seen, run_id=provenance["runId"])

    def _state(self, url: str, state: str, reason: str | None, now: dt.datetime) -> Job:
        operation = set_state(url, state, reason, run_id=self._run_id, now=now)
        return PlainJob("frontier", operation)


def _video(found: Iterable[Entry], entry: Entry) -> Entry | None:
    """By the one rule; today's parsers may tell another id of it than those of the run."""
    alike = [each for each in found if each["source"] == entry["source"]]
    ids_of_url: dict[str, list[str]] = {}
    for each in filter(has_page, alike):
        ids_of_url.setdefault(each["url"], []).append(each["_id"])
    wanted = {"_id": entry["id"], "url": entry["url"], "source": entry["source"]}
    return next(iter(find_videos(wanted, {each["_id"]: each for each in alike}, ids_of_url)), None)


def _teaser(found: list[VideoTeaser] | tuple[()], url: str) -> Entry | None:
    return next((to_document(teaser) for teaser in found if teaser.url == url), None)
