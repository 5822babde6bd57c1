"""Which records of an archive are pages that a crawl read, oldest first; by the journals alone.

Pages in imported files are none: other programs fetched them, and nobody compared what they keep
with what crossed the wire. They are counted, so that it can be said.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from archive import ArchiveError, captures, read_record
from archive.home.imports import is_imported_journal
from archive.home.journal import read_journal
from archive.home.layout import Layout
from crawler.sites import AddressKind, profile_for
from khobao.maintenance.reextract.reading import Place

T = TypeVar("T")

CHUNK = 25
_TYPES = frozenset({"response", "revisit"})
_KINDS = frozenset({AddressKind.ARTICLE, AddressKind.OTHER})


def pages(home: Path, since: dt.datetime | None = None) -> Iterator[Place]:
    """Places of all records that may be articles, captured at or after *since*."""
    for name, journal in Layout(home).journals():
        if is_imported_journal(journal):
            continue
        run_id = None
        for entry in read_journal(journal):
            if entry.type not in _TYPES or not may_be_page(entry.target_uri):
                continue
            if since is not None and dt.datetime.fromisoformat(entry.date) < since:
                continue
            run_id = run_of_file(home, name) if run_id is None else run_id
            yield Place(name, entry.offset, run_id, entry.target_uri or "")


def pages_of_url(home: Path, url: str) -> Iterator[Place]:
    layout = Layout(home)
    for found in captures(home, url):
        if is_imported_journal(layout.journal(found.warc_filename)):
            continue
        run_id = run_of_file(home, found.warc_filename)
        yield Place(found.warc_filename, found.offset, run_id, found.url)


class Imported(NamedTuple):
    """What lies in imported files and is not read."""

    files: int
    pages: int
    """Captures of addresses at which an article may stand."""

    def __str__(self) -> str:
        return (
            f"{self.files} imported files are not read: {self.pages} captures in them, at addresses"
            " of the newspaper's pages, become no documents (docs/archive.md)"
        )


def imported(home: Path) -> Imported:
    """Counted in the journals."""
    files = pages = 0
    for _, journal in Layout(home).journals():
        if is_imported_journal(journal):
            files += 1
            found = (e for e in read_journal(journal) if e.type in _TYPES)
            pages += sum(may_be_page(entry.target_uri) for entry in found)
    return Imported(files, pages)


def may_be_page(url: str | None) -> bool:
    """Whether an article may stand at this address, as far as its spelling tells."""
    profile = profile_for(url) if url else None
    return url is not None and profile is not None and profile.classify(url) in _KINDS


def run_of_file(home: Path, name: str) -> str:
    """The run that wrote a file (``isPartOf`` of its first record); empty if it does not say."""
    try:
        info = read_record(home, name, 0).raw_block().decode("utf-8", "replace")
    except ArchiveError:
        return ""
    lines = (line.partition(": ") for line in info.splitlines())
    return next((value for field, _, value in lines if field.lower() == "ispartof"), "")


def chunked(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk
