"""Originals in files of a home that are not being verified: read where they lie.

The dedupe index says where a record should be, and the record itself whether it is there; only what
cannot be found that way is looked for in the journals, all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, JournalError
from archive.home.journal import read_journal_from
from archive.home.layout import Layout, open_regular
from archive.home.revisits import find_original_by_id
from archive.verify.file import entry_at
from archive.verify.relations import Original

if TYPE_CHECKING:
    from pathlib import Path

    from archive.home.journal import JournalEntry

Wanted = Mapping[str, tuple[str, str]]
"""Record id → payload digest and address that a revisit names with it."""


def looking_elsewhere(
    homes: Collection[Path], verified: Collection[str]
) -> Callable[[Wanted], dict[str, Original]]:
    """:param verified: names of files that are looked at anyway."""

    def look(wanted: Wanted) -> dict[str, Original]:
        found: dict[str, Original] = {}
        for layout in map(Layout, homes):
            found |= _by_index(layout, wanted, verified)
            missing = wanted.keys() - found.keys()
            if missing:
                found |= _by_journals(layout, missing, verified)
        return found

    return look


def _by_index(layout: Layout, wanted: Wanted, verified: Collection[str]) -> dict[str, Original]:
    found: dict[str, Original] = {}
    for record_id, (digest, uri) in wanted.items():
        place = find_original_by_id(layout, record_id, digest, uri)
        if place is None or place[0] in verified:
            continue
        entry = _read(layout, *place)
        if entry is not None and entry.record_id == record_id:
            found[record_id] = _original(entry, f"{place[0]} at byte {place[1]}")
    return found


def _read(layout: Layout, name: str, offset: int) -> JournalEntry | None:
    with contextlib.suppress(OSError, ArchiveError), open_regular(layout.find_warc(name)) as file:
        return entry_at(file, offset)
    return None


def _by_journals(
    layout: Layout, missing: Collection[str], verified: Collection[str]
) -> dict[str, Original]:
    found: dict[str, Original] = {}
    for name, journal in layout.journals():
        if name not in verified:
            for entry in _wanted_entries(journal, missing):
                where = f"{name} at byte {entry.offset}, by its journal"
                found[entry.record_id] = _original(entry, where)
    return found


def _wanted_entries(journal: Path, missing: Collection[str]) -> Iterator[JournalEntry]:
    with contextlib.suppress(JournalError, OSError):
        for entry, _ in read_journal_from(journal, 0):
            if entry.record_id in missing:
                yield entry


def _original(entry: JournalEntry, where: str) -> Original:
    return Original(
        None,
        entry.offset,
        entry.type,
        entry.target_uri,
        entry.date,
        entry.payload_digest,
        entry.body_digest is not None,
        where,
    )
