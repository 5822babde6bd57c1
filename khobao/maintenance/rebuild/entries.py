"""A run's ledger, batch by batch, and what its entries name, read again. Runs in any process."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import ArchiveError, read_record
from crawler.pages import ListingHint
from khobao.maintenance.reextract.reading import (
    PageRead,
    Place,
    read_page_at,
    read_teasers_at,
    read_thread_at,
)
from pipelines.mongodb.ledger import READ_AS_PAGES, read_part

if TYPE_CHECKING:
    from crawler.items import CommentThread, VideoTeaser
    from khobao.maintenance.rebuild.runs import Run
    from pipelines.mongodb.ledger_entries import Entry

CHUNK_READINGS = 25
CHUNK_ENTRIES = 500
_NEED_READING = READ_AS_PAGES | {"page", "quarantined", "video", "teaser", "comments"}
_ENDINGS = frozenset({"finished", "end"})


@dataclasses.dataclass(slots=True)
class Batch:
    """What the store wrote together."""

    run_id: str
    at: dt.datetime
    entries: list[Entry] = dataclasses.field(default_factory=list)

    @property
    def readings(self) -> int:
        return sum(entry["kind"] in _NEED_READING for entry in self.entries)


@dataclasses.dataclass(slots=True)
class Readings:
    """What the entries of a chunk of batches name, by record."""

    pages: dict[str, PageRead] = dataclasses.field(default_factory=dict)
    teasers: dict[str, list[VideoTeaser]] = dataclasses.field(default_factory=dict)
    threads: dict[str, CommentThread] = dataclasses.field(default_factory=dict)
    errors: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    """(record, reason) of what cannot be read."""


def batches(home: Path, run: Run, ending: dict[str, Entry]) -> Iterator[Batch]:
    """As the store wrote them.

    :param ending: gets the entries that end the ledger, by kind, once they have been met.
    :raises ArchiveError: a part cannot be read. :raises ValueError: it is no ledger.
    """
    for name, offset in run.parts:
        batch: Batch | None = None
        for entry in read_part(read_record(home, name, offset).body):
            if entry["kind"] == "batch":
                if batch is not None:
                    yield batch
                batch = Batch(run.id, dt.datetime.fromisoformat(entry["at"]))
            elif entry["kind"] in _ENDINGS:
                ending[entry["kind"]] = entry
            elif batch is not None:
                batch.entries.append(entry)
        if batch is not None:  # a batch never goes on in the next part
            yield batch


def chunked_batches(found: Iterator[Batch]) -> Iterator[list[Batch]]:
    """So many at once that a process has something to do, and the memory stays small."""
    chunk: list[Batch] = []
    readings = entries = 0
    for batch in found:
        chunk.append(batch)
        readings += batch.readings
        entries += len(batch.entries)
        if readings >= CHUNK_READINGS or entries >= CHUNK_ENTRIES:
            yield chunk
            chunk, readings, entries = [], 0, 0
    if chunk:
        yield chunk


def read_batches(home: Path, chunk: list[Batch]) -> Readings:
    """Read all records that the entries name, each once."""
    readings = Readings()
    for batch in chunk:
        for entry in batch.entries:
            if entry["kind"] not in _NEED_READING:
                continue
            try:
                _read(home, batch.run_id, entry, readings)
            except (ArchiveError, OSError) as exc:
                readings.errors.append((entry["record"], str(exc)))
    return readings


def _read(home: Path, run_id: str, entry: Entry, readings: Readings) -> None:
    record = entry["record"]
    place = _place(entry, run_id)
    match entry["kind"]:
        case "teaser":
            if record not in readings.teasers:
                readings.teasers[record] = read_teasers_at(home, place)
        case "comments":
            thread = read_thread_at(home, place, entry["articleId"], entry["url"])
            if thread is not None and thread.comments:  # a crawl hands on no empty ones
                readings.threads[record] = thread
        case _:
            known = readings.pages.get(record)
            # A video's entry does not say what an article's parser is told: that comes before it.
            if known is None or (place.cross_check_share and not known.place.cross_check_share):
                page = readings.pages[record] = read_page_at(home, place)
                if page.error is not None:
                    readings.errors.append((record, page.error))


def _place(entry: Entry, run_id: str) -> Place:
    listed: dict[str, Any] | None = entry.get("listed")
    return Place(
        entry["file"],
        entry["offset"],
        run_id,
        listed=ListingHint(**listed) if listed else None,
        cross_check_share=entry.get("opinionShare"),
        # A crawl that asks for no opinions lets nobody fill in either.
        with_generic=entry["kind"] != "quarantine" or "opinionShare" in entry,
    )
