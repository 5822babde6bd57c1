"""Putting in order what a writer left that did not come to its end.

Whole records are kept, all of them; those the journal does not know yet are journalled now. What
follows the last whole record is set aside in a ``.tail`` file and never thrown away. Every step can
be interrupted and done again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from typing import TYPE_CHECKING

from archive.errors import JournalError, write_error
from archive.fixity.history import History
from archive.fixity.manifest import listed_entry
from archive.fixity.sums import sums_of
from archive.journal import JournalEntry, read_journal_from
from archive.layout import OPEN_SUFFIX, Layout, fsync_directory
from archive.lock import ArchiveLock
from archive.members import MemberWalk
from archive.model import SalvageReport
from archive.recover import entry_from_member
from archive.revisit import DedupeIndex
from archive.writer import finish_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.fixity.manifest import ManifestEntry
    from archive.members import Member

__all__ = ["salvage", "salvage_layout"]

_FIELDS_BYTES = 4096

_log = logging.getLogger(__name__)


def salvage(home: Path, *, fsync: Callable[[int], None] = os.fsync) -> list[SalvageReport]:
    """Close every file that a dead writer left ``.open``; a home without any is left as it is.

    :raises ArchiveLockedError: the writer is not dead.
    :raises WarcWriteError: the disk refuses.
    """
    layout = Layout(home)
    if not layout.open_files():
        return []
    layout.make()
    lock = ArchiveLock(layout.lock)
    try:
        with contextlib.closing(DedupeIndex(layout)) as dedupe:
            return salvage_layout(layout, dedupe, fsync=fsync)
    finally:
        lock.release()


def salvage_layout(
    layout: Layout, dedupe: DedupeIndex, *, fsync: Callable[[int], None]
) -> list[SalvageReport]:
    """:func:`salvage` for a caller that holds the lock. It brings the dedupe index up to date."""
    reports = []
    for path in layout.open_files():
        try:
            report = _salvage_file(layout, path, fsync)
        except OSError as exc:
            raise write_error(path, exc) from exc
        _log.log(
            logging.ERROR if report.is_alarm else logging.WARNING,
            "%s was not closed: %s",
            report.warc_filename,
            report.in_words(),
        )
        dedupe.forget(report.warc_filename)  # its journal may be another one now
        reports.append(report)
    dedupe.catch_up()
    return reports


def _salvage_file(layout: Layout, path: Path, fsync: Callable[[int], None]) -> SalvageReport:
    name = path.name.removesuffix(OPEN_SUFFIX)
    journal = layout.journal(name)
    known, is_torn = _known_entries(journal)
    if (listed := listed_entry(layout, name)) is not None:
        return _finish_listed(layout, path, listed, known, fsync)
    entries, whole_end, reason = _walk(path, known)
    kept = {entry.record_id for entry in entries}
    lost = tuple(i for i in (entry.record_id for entry in known.values()) if i not in kept)
    recovered = sum(entry.recovered is not None for entry in entries)
    tail_bytes = path.stat().st_size - whole_end
    tail = layout.warc / f"{name}.tail" if tail_bytes else None
    if tail is not None:
        _set_aside(path, whole_end, tail, fsync)
    if recovered or lost or is_torn:
        _rewrite_journal(journal, entries, keep_old=bool(lost), fsync=fsync)
    report = SalvageReport(
        name,
        len(entries),
        recovered,
        lost,
        whole_end,
        tail_bytes,
        tail.name if tail else None,
        reason,
    )
    # Before the file gets its name: a crash in between says it twice, not never.
    History(layout).add(name, "master", "salvaged", detail=report.in_words())
    if entries:
        finish_file(layout, name, fsync)
    else:
        path.unlink()  # nothing in it, or all of it in the tail
        journal.unlink(missing_ok=True)
    fsync_directory(layout.warc, fsync)
    return report


def _finish_listed(
    layout: Layout,
    path: Path,
    listed: ManifestEntry,
    known: dict[int, JournalEntry],
    fsync: Callable[[int], None],
) -> SalvageReport:
    """Its writer had come as far as the manifest; only the name was missing.

    Should the bytes be others by now, nothing of them is cut: they are a fixity matter, and a copy
    may have the right ones.
    """
    name = listed.warc_filename
    reason = None
    try:
        found = sums_of(layout, path, name)
    except FileNotFoundError:
        found = None
    if found != listed.sums:
        reason = "it is not what the manifest says of it: `khobao archive fixity run`"
    report = SalvageReport(name, len(known), 0, (), path.stat().st_size, 0, None, reason)
    History(layout).add(name, "master", "salvaged", detail=report.in_words())
    if layout.journal(name).exists():
        finish_file(layout, name, fsync, listed.sums)
    else:  # no index without a journal; a copy or `khobao archive index` brings both back
        path.rename(layout.warc / name)
    return report


def _known_entries(journal: Path) -> tuple[dict[int, JournalEntry], bool]:
    """What the journal acknowledges, by offset; True if there is more in it than whole lines."""
    known: dict[int, JournalEntry] = {}
    position = 0
    try:
        for entry, after in read_journal_from(journal, 0):
            known[entry.offset] = entry
            position = after
    except FileNotFoundError:
        return {}, True
    except JournalError as exc:
        _log.warning("%s", exc)
    return known, position != journal.stat().st_size


def _walk(path: Path, known: dict[int, JournalEntry]) -> tuple[list[JournalEntry], int, str | None]:
    """All whole records from the start, the end of the last, and why there are no more."""
    entries: list[JournalEntry] = []
    with path.open("rb") as file:
        walk = MemberWalk(file)
        for member in walk:
            entry = known.get(member.offset)
            if entry is None or not _is_described_by(member, entry):
                try:
                    entry = entry_from_member(path, member)
                except ValueError as exc:
                    return entries, member.offset, str(exc)
            entries.append(entry)
        return entries, walk.whole_end, walk.reason


def _is_described_by(member: Member, entry: JournalEntry) -> bool:
    """The walk has checked every byte against the member's checksum; this checks which it is."""
    return (entry.length, entry.record_length) == (
        member.length,
        member.size,
    ) and entry.record_id.encode() in member.data[:_FIELDS_BYTES]


def _set_aside(path: Path, whole_end: int, tail: Path, fsync: Callable[[int], None]) -> None:
    partial = tail.with_name(tail.name + ".partial")
    with path.open("rb+") as file:
        file.seek(whole_end)
        with partial.open("wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            fsync(copy.fileno())
        partial.rename(tail)
        fsync_directory(tail.parent, fsync)
        file.truncate(whole_end)
        fsync(file.fileno())


def _rewrite_journal(
    journal: Path, entries: list[JournalEntry], *, keep_old: bool, fsync: Callable[[int], None]
) -> None:
    partial = journal.with_name(journal.name + ".partial")
    with partial.open("wb") as file:
        file.writelines(entry.to_line() for entry in entries)
        file.flush()
        fsync(file.fileno())
    if keep_old:
        journal.rename(journal.with_name(journal.name + ".bad"))
    partial.rename(journal)
