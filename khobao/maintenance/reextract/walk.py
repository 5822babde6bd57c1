"""Which records of an archive are pages that a crawl read, oldest first; by the journals alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from archive import ArchiveError, captures, read_record
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
        run_id = None
        for entry in read_journal(journal):
            if entry.type not in _TYPES or not may_be_page(entry.target_uri):
                continue
            if since is not None and dt.datetime.fromisoformat(entry.date) < since:
                continue
            run_id = run_of_file(home, name) if run_id is None else run_id
            yield Place(name, entry.offset, run_id, entry.target_uri or "")


def pages_of_url(home: Path, url: str) -> Iterator[Place]:
    for found in captures(home, url):
        run_id = run_of_file(home, found.warc_filename)
        yield Place(found.warc_filename, found.offset, run_id, found.url)


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
