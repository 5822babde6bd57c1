"""Salvage: putting in order what a writer left that did not come to its end.

Whole records are kept, all of them; those the journal does not know yet are journalled now. What
follows the last whole record is quarantined in a ``.tail`` file and never thrown away. What was
found is written down first (``.salvage.json``), so that every step can be interrupted and done
again with the same result: nothing that is put in order can make the next salvage forget an alarm.
"""

from __future__ import annotations

import contextlib
import filecmp
import glob
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.errors import index_error, write_error
from archive.home.imports import finish_imports
from archive.home.journal import JournalEntry, read_whole_lines
from archive.home.layout import OPEN_SUFFIX, Layout, create_file, fsync_directory
from archive.home.manifest import ClosedFile, known_files
from archive.home.manifest_writer import ManifestWriter
from archive.home.model import SalvageReport
from archive.home.recover import entry_from_member
from archive.home.revisits import DedupeIndex
from archive.home.salvage_history import read_history, write_history
from archive.home.sums import sha256_of
from archive.home.warc_file import finish_file
from archive.warc.members import Member, MemberWalk

_FIELDS_BYTES = 4096

_log = logging.getLogger(__name__)


def abandoned_files(home: Path) -> list[Path]:
    """The files that a dead writer left ``.open``, or a dead import ``.importing``; none while a
    writer lives. Changes nothing.
    """
    return Layout(home).abandoned_files()


def salvage(home: Path, *, fsync: Callable[[int], None] = os.fsync) -> list[SalvageReport]:
    """Close every file that a dead writer left ``.open``; a home without any is left as it is.

    :raises ArchiveLockedError: the writer is not dead.
    :raises WarcWriteError: the disk refuses.
    """
    layout = Layout(home)
    if not layout.open_files() and not layout.importing_files():
        return []
    with layout.hold(), contextlib.closing(DedupeIndex(layout)) as dedupe:
        manifests = ManifestWriter(layout, fsync=fsync)
        return salvage_layout(layout, dedupe, manifests, fsync=fsync)


def salvage_layout(
    layout: Layout,
    dedupe: DedupeIndex,
    manifests: ManifestWriter,
    *,
    fsync: Callable[[int], None],
) -> list[SalvageReport]:
    """:func:`salvage` for a caller that holds the lock. It brings the dedupe index up to date, and
    finishes or undoes what a killed import left.
    """
    reports = []
    try:
        finish_imports(layout, manifests.is_known, fsync)
    except OSError as exc:
        raise write_error(layout.warc, exc) from exc
    for path in layout.open_files():
        try:
            report = _salvage_file(layout, path, manifests, fsync)
            dedupe.forget(report.warc_filename)  # its journal may be another one now
        except OSError as exc:
            raise write_error(path, exc) from exc
        except sqlite3.Error as exc:
            raise index_error(layout.dedupe, exc) from exc
        _log.log(logging.ERROR if report.is_alarm else logging.WARNING, "%s", report)
        reports.append(report)
    try:
        dedupe.catch_up()
    except sqlite3.Error as exc:
        raise index_error(layout.dedupe, exc) from exc
    return reports


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in a file and its journal, before anything is changed."""

    entries: list[JournalEntry]
    whole_end: int
    reason: str | None
    lost: tuple[str, ...]
    is_journal_right: bool
    """The journal says just this already."""


def _salvage_file(
    layout: Layout, path: Path, manifests: ManifestWriter, fsync: Callable[[int], None]
) -> SalvageReport:
    name = path.name.removesuffix(OPEN_SUFFIX)
    journal = layout.journal(name)
    if manifests.is_known(name) and (listed := known_files(layout).get(name)) is not None:
        return _finish_listed(layout, path, listed, manifests, fsync)
    found = _look(path, journal)
    report = _report(layout, name, path.stat().st_size, found)
    earlier = read_history(layout, name)
    if earlier and _goes_on(earlier[-1], report):
        report = earlier[-1]  # killed half-way: what it found then is what happened
    else:
        write_history(layout, name, [*earlier, report], fsync)
    tail_bytes = path.stat().st_size - found.whole_end
    if tail_bytes:
        assert report.tail_filename is not None
        _quarantine_tail(path, found.whole_end, layout.warc / report.tail_filename, fsync)
    if not found.is_journal_right:
        _rewrite_journal(journal, found.entries, keep_old=bool(found.lost), fsync=fsync)
    for partial in layout.warc.glob(f"{glob.escape(name)}.*.partial"):
        partial.unlink()  # copies that an earlier salvage did not finish; what they copied is there
    if found.entries:
        finish_file(layout, name, manifests, fsync)
    else:
        path.unlink()  # nothing in it, or all of it in the tail
        journal.unlink(missing_ok=True)
    fsync_directory(layout.warc, fsync)
    return report


def _finish_listed(
    layout: Layout,
    path: Path,
    listed: ClosedFile,
    manifests: ManifestWriter,
    fsync: Callable[[int], None],
) -> SalvageReport:
    """Its writer had come as far as the manifest; only the name was missing.

    What stands behind the end that the manifest knows is quarantined. Should the rest be other
    bytes by now, nothing of it is cut: a copy may have the right ones, and a shortened file would
    be taken for the truth.
    """
    name, journal = listed.warc_filename, layout.journal(listed.warc_filename)
    found = _look(path, journal)
    tail_bytes = max(0, path.stat().st_size - listed.size)
    reason = "the file had ended before" if tail_bytes else None
    if not _is_as_listed(path, journal, listed):
        reason = "it is not what the manifest says of it: `khobao archive fixity run`"
    report = SalvageReport(
        name,
        len(found.entries),
        0,
        found.lost,
        path.stat().st_size - tail_bytes,
        tail_bytes,
        _free_tail_name(layout, name, tail_bytes) if tail_bytes else None,
        reason,
    )
    earlier = read_history(layout, name)
    if earlier and _goes_on(earlier[-1], report):
        report = earlier[-1]  # killed half-way: what it found then is what happened
    else:
        write_history(layout, name, [*earlier, report], fsync)
    if report.tail_filename is not None and tail_bytes:
        _quarantine_tail(path, listed.size, layout.warc / report.tail_filename, fsync)
    if journal.exists():
        finish_file(layout, name, manifests, fsync, listed.sums)
    else:  # no index without a journal; a copy or `khobao archive index` brings both back
        path.rename(layout.warc / name)
        fsync_directory(layout.warc, fsync)
    return report


def _is_as_listed(path: Path, journal: Path, listed: ClosedFile) -> bool:
    if not journal.exists() or sha256_of(journal) != (listed.journal_size, listed.journal_sha256):
        return False
    return sha256_of(path, listed.size) == (listed.size, listed.sha256)


def _look(path: Path, journal: Path) -> _Found:
    acknowledged, is_whole = _acknowledged(journal)
    known = {entry.offset: entry for entry in acknowledged}
    entries, whole_end, reason = _walk(path, known)
    found = {entry.record_id for entry in entries}
    lost = tuple(dict.fromkeys(e.record_id for e in acknowledged if e.record_id not in found))
    return _Found(entries, whole_end, reason, lost, is_whole and entries == acknowledged)


def _report(layout: Layout, name: str, size: int, found: _Found) -> SalvageReport:
    tail_bytes = size - found.whole_end
    return SalvageReport(
        name,
        len(found.entries),
        sum(entry.recovered is not None for entry in found.entries),
        found.lost,
        found.whole_end,
        tail_bytes,
        _free_tail_name(layout, name, tail_bytes) if tail_bytes else None,
        found.reason,
    )


def _goes_on(earlier: SalvageReport, now: SalvageReport) -> bool:
    """Whether what is found now is what *earlier* had found, done in part: the same records."""
    return (
        (earlier.records_kept, earlier.tail_offset) == (now.records_kept, now.tail_offset)
        and now.tail_bytes in {0, earlier.tail_bytes}
        and set(now.lost_record_ids) <= set(earlier.lost_record_ids)
    )


def _free_tail_name(layout: Layout, name: str, size: int) -> str:
    """Nothing that was quarantined is ever overwritten, unless it may be the same bytes."""
    number = 1
    while True:
        tail = f"{name}.tail" if number == 1 else f"{name}.{number}.tail"
        path = layout.warc / tail
        if not os.path.lexists(path) or path.lstat().st_size == size:
            return tail
        number += 1


def _acknowledged(journal: Path) -> tuple[list[JournalEntry], bool]:
    """What the journal acknowledges; False if there is more in it, or less, than whole lines."""
    try:
        entries, damaged = read_whole_lines(journal)
    except FileNotFoundError:
        return [], False
    if damaged:
        _log.warning("%s: %d lines are no journal lines", journal, damaged)
    return entries, not damaged


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


def _quarantine_tail(path: Path, whole_end: int, tail: Path, fsync: Callable[[int], None]) -> None:
    partial = tail.with_name(tail.name + ".partial")
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(fd, "r+b") as file:
        file.seek(whole_end)
        with create_file(partial) as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            fsync(copy.fileno())
        _place(partial, tail)
        fsync_directory(tail.parent, fsync)
        file.truncate(whole_end)
        fsync(file.fileno())


def _place(partial: Path, target: Path) -> None:
    """Give *partial* its name, or another if that one is taken by other bytes."""
    stem, suffix = target.name.removesuffix(target.suffix), target.suffix
    number = 1
    while os.path.lexists(target) and not filecmp.cmp(partial, target, shallow=False):
        number += 1
        target = target.with_name(f"{stem}.{number}{suffix}")
    partial.rename(target)


def _rewrite_journal(
    journal: Path, entries: list[JournalEntry], *, keep_old: bool, fsync: Callable[[int], None]
) -> None:
    if keep_old:
        # A copy: should the salvage be killed now, the next one must still find the old journal.
        bad = journal.with_name(journal.name + ".bad")
        copied = bad.with_name(bad.name + ".partial")
        with create_file(copied) as copy, journal.open("rb") as old:
            shutil.copyfileobj(old, copy)
            copy.flush()
            fsync(copy.fileno())
        _place(copied, bad)
    partial = journal.with_name(journal.name + ".partial")
    with create_file(partial) as file:
        file.writelines(entry.to_line() for entry in entries)
        file.flush()
        fsync(file.fileno())
    partial.rename(journal)
    fsync_directory(journal.parent, fsync)
