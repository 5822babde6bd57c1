"""Reindexing of a journal: is it right, and how it is made again from the records."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from archive.errors import ArchiveError, InvalidRecordError, JournalError
from archive.home.imported_records import imported_records
from archive.home.imports import faults_at_import, is_imported, listed_import
from archive.home.journal import JournalEntry, read_journal, read_journal_from
from archive.home.layout import Layout, fsync_directory
from archive.home.reader import read_record
from archive.home.recover import entry_from_member
from archive.warc.members import MemberWalk


def journal_fault(layout: Layout, name: str) -> str | None:
    """Why the journal cannot stand for its file; None: it covers it from end to end."""
    try:
        _check_journal(layout, name)
    except FileNotFoundError:
        return "it was missing"
    except JournalError as exc:
        return f"at byte {exc.position}: {exc.reason}"
    except ArchiveError:
        return "it names a record that the file does not hold"
    except ValueError as exc:
        return str(exc)
    return None


def _check_journal(layout: Layout, name: str) -> None:
    """The first and the last record are looked up, those between are not read.

    :raises ValueError: it does not cover the file.
    """
    journal = layout.journal(name)
    position = end = count = 0
    first = last = None
    for entry, after in read_journal_from(journal, 0):
        # Between the records of other programs there may be what is none.
        if entry.offset < end or (entry.offset != end and not entry.imported):
            raise ValueError(f"it names a record at byte {entry.offset}, the last ended at {end}")
        position, end, count = after, entry.offset + entry.length, count + 1
        first, last = first or entry, entry
    size = (layout.warc / name).stat().st_size
    if position != journal.stat().st_size:
        raise ValueError(f"its last line is torn at byte {position}")
    if end > size or (end != size and not (last and last.imported)):
        raise ValueError(f"its {count} records end at byte {end}, the file at byte {size}")
    for entry in filter(None, (first, last)):
        if read_record(layout.home, name, entry.offset).record_id != entry.record_id:
            raise ValueError(f"the record at byte {entry.offset} is not the one it names")


def write_journal(
    layout: Layout, name: str, target: Path, fsync: Callable[[int], None]
) -> str | None:
    """Journal the records that are there; returns how the journal there is differs from that.

    What it has of a record stays if it is true; records it does not know are marked as
    recovered. But if a manifest of fixity knows the journal that is made, no mark is needed: it has
    been proven to be the one that its writer wrote.

    :raises InvalidRecordError: a record is damaged; nothing may be concluded from the file. Of an
        imported one it is passed over, if it was so when the file was imported.
    """
    wrong = None
    old = layout.journal(name)
    known = _entries_by_offset(old)
    unmarked = hashlib.sha256()
    with target.open("wb") as file:
        for made in _read_entries(layout, name):
            entry = known(made.offset)
            if entry is None or replace(entry, recovered=True) != made:
                wrong = wrong or f"what it says of the record at byte {made.offset} is not so"
                entry = made
            file.write(entry.to_line())
            unmarked.update(replace(entry, recovered=None).to_line())
        file.flush()
        fsync(file.fileno())
        if not wrong and file.tell() != old.stat().st_size:
            wrong = "it names more records than the file holds"
    if wrong and unmarked.hexdigest() in _known_to_fixity(layout.warc / name):
        _remove_marks(target, fsync)
    return wrong


def first_lost(old: Path, made: Path) -> JournalEntry | None:
    """The first record that *old* acknowledges and the file, journalled as *made*, does not hold.

    A line of *old* that is merely garbled is none: at its place stands a record that no other line
    names. Holds a number for each record in memory.
    """
    there = {entry.offset: hash(entry.record_id) for entry in read_journal(made)}
    records = set(there.values())
    named = {hash(entry.record_id) for entry in _readable(old)}
    for entry in _readable(old):
        at_its_place = there.get(entry.offset)
        if hash(entry.record_id) not in records and (at_its_place is None or at_its_place in named):
            return entry
    return None


def _known_to_fixity(warc: Path) -> set[str]:
    """SHA-256 of this file's journal in the daily manifests, as far as they can be read."""
    found = set()
    for manifest in (warc.parent.parent / "fixity").glob("*.jsonl"):
        with contextlib.suppress(OSError), manifest.open("rb") as file:
            for line in file:
                if warc.name.encode() not in line:
                    continue
                with contextlib.suppress(ValueError, AttributeError):
                    entry = json.loads(line)
                    if entry.get("file") == warc.name:
                        found.add(str(entry.get("journalSha256")))
    return found


def _remove_marks(journal: Path, fsync: Callable[[int], None]) -> None:
    bare = journal.with_name(f"{journal.name}-bare")
    with bare.open("wb") as file:
        for entry in read_journal(journal):
            file.write(replace(entry, recovered=None).to_line())
        file.flush()
        fsync(file.fileno())
    bare.rename(journal)


def _read_entries(layout: Layout, name: str) -> Iterator[JournalEntry]:
    if is_imported(layout, name):
        return _read_imported(layout, name)
    return _read_ours(layout.warc / name)


def _read_ours(warc: Path) -> Iterator[JournalEntry]:
    with warc.open("rb") as file:
        walk = MemberWalk(file)
        for member in walk:
            try:
                yield entry_from_member(warc, member)
            except ValueError as exc:
                raise InvalidRecordError(warc, member.offset, str(exc)) from exc
        if walk.reason or not walk.whole_end:
            raise InvalidRecordError(warc, walk.whole_end, walk.reason or "there is no record")


def _read_imported(layout: Layout, name: str) -> Iterator[JournalEntry]:
    warc = layout.warc / name
    was_damaged = faults_at_import(listed_import(layout, name) or {})
    for entry in imported_records(warc):
        if isinstance(entry, JournalEntry):
            yield replace(entry, recovered=True)
        elif not was_damaged:
            raise InvalidRecordError(warc, entry.offset, entry.reason)


def _entries_by_offset(journal: Path) -> Callable[[int], JournalEntry | None]:
    """A look-up for offsets that only grow, so that a journal of any size needs no memory."""
    entries = _readable(journal)
    waiting = next(entries, None)

    def look_up(offset: int) -> JournalEntry | None:
        nonlocal waiting
        while waiting is not None and waiting.offset < offset:
            waiting = next(entries, None)
        return waiting if waiting is not None and waiting.offset == offset else None

    return look_up


def _readable(journal: Path) -> Iterator[JournalEntry]:
    with contextlib.suppress(FileNotFoundError, JournalError):
        yield from read_journal(journal)


def replace_journal(made: Path, journal: Path, fsync: Callable[[int], None]) -> Path | None:
    """Put the new journal in the old one's place; returns where the old one is now."""
    kept_as = None
    if journal.exists():
        numbers = iter(range(2, 1_000_000))
        kept_as = journal.with_name(f"{journal.name}.bad")
        while kept_as.exists():
            kept_as = journal.with_name(f"{journal.name}.bad-{next(numbers)}")
        journal.rename(kept_as)
    made.rename(journal)
    fsync_directory(journal.parent, fsync)
    return kept_as
