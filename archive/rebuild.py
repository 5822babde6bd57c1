"""Making everything again that is derived from the WARC files: CDXJ, journals, dedupe index.

The journal beside a file is trusted if it covers the file without a gap, from its first byte to its
last. Otherwise, or when asked, the records themselves are read, every byte of them checked, and the
journal is made again as well; the one it replaces is kept as ``.bad``. WARC files are only read.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from archive.errors import ArchiveError, InvalidRecordError, JournalError, write_error
from archive.index import sorted_cdxj
from archive.journal import JournalEntry, read_journal, read_journal_from
from archive.layout import Layout, fsync_directory
from archive.lock import ArchiveLock
from archive.members import MemberWalk
from archive.reader import read_record
from archive.rebuild_dedupe import compare_dedupe, remake_dedupe
from archive.recover import entry_from_member
from archive.revisit import DedupeIndex
from archive.salvage import salvage_layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archive.model import SalvageReport

__all__ = ["Difference", "FileIndex", "IndexRun", "index_archive"]

Source = Literal["journal", "records"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived file that does not say what the WARC files say."""

    path: Path
    what: str
    """What is wrong with it, or was until now."""

    kept_as: Path | None = None
    """Where the one that was replaced has been set aside."""


@dataclass(frozen=True, slots=True)
class FileIndex:
    """What was found of one WARC file, and what its index was made from."""

    warc_filename: str
    source: Source
    records: int
    lines: int
    """Lines of its CDXJ."""

    differences: tuple[Difference, ...] = ()
    problem: str | None = None
    """Why nothing of this file's could be made or compared: what, at which byte, what to do."""


class IndexRun:
    """Iterates over the WARC files, each with its :class:`FileIndex`; the dedupe index last."""

    def __init__(
        self,
        layout: Layout,
        names: Sequence[str] | None,
        *,
        from_records: bool,
        check: bool,
        fsync: Callable[[int], None],
    ) -> None:
        self._layout = layout
        self._names = names
        self._from_records = from_records
        self._check = check
        self._fsync = fsync
        self.salvaged: list[SalvageReport] = []
        """Files that a dead writer had left open and that were put in order first."""

        self.left_open: list[str] = []
        """Files that need ``khobao archive salvage`` and were not looked at (only with *check*)."""

        self.dedupe: list[Difference] = []
        """What is wrong with the dedupe index, or was; known when all files are done."""

    def __iter__(self) -> Iterator[FileIndex]:
        layout = self._layout
        if self._check:
            self.left_open = [path.name for path in layout.open_files()]
        elif layout.open_files():
            with contextlib.closing(DedupeIndex(layout)) as dedupe:
                self.salvaged = salvage_layout(layout, dedupe, fsync=self._fsync)
        changed = []
        for name in self._names if self._names is not None else _all_names(layout):
            report = self._file(name)
            if any(difference.path == layout.journal(name) for difference in report.differences):
                changed.append(name)
            yield report
        self.dedupe = self._dedupe(changed)

    def _file(self, name: str) -> FileIndex:
        layout = self._layout
        path = layout.warc / name
        if not path.exists():
            advice = "its journal or index is still here: restore the file from a copy"
            return FileIndex(name, "records", 0, 0, problem=f"{path}: the file is gone; {advice}.")
        try:
            with tempfile.TemporaryDirectory(prefix="khobao-index-") as scratch:
                return self._index(name, Path(scratch))
        except InvalidRecordError as exc:
            return FileIndex(name, "records", 0, 0, problem=str(exc))
        except OSError as exc:
            raise write_error(path, exc) from exc

    def _index(self, name: str, scratch: Path) -> FileIndex:
        """:param scratch: for what is only compared."""
        layout = self._layout
        journal = layout.journal(name)
        wrong = _journal_fault(layout, name)
        source: Source = "records" if self._from_records or wrong else "journal"
        differences = []
        if source == "records":
            made = (scratch if self._check else layout.warc) / f"{journal.name}.partial"
            with contextlib.ExitStack() as undo:
                undo.callback(made.unlink, missing_ok=True)
                found = _write_journal(layout.warc / name, journal, made, self._fsync)
                wrong = wrong or found
                kept_as = None
                if wrong and not self._check:
                    undo.pop_all()
                    kept_as = _replace(made, journal, self._fsync)
                if wrong:
                    differences.append(Difference(journal, wrong, kept_as))
                if self._check:
                    undo.pop_all()
                    journal = made
        lines, wrong = self._cdxj(name, journal, scratch)
        if wrong:
            differences.append(Difference(layout.cdxj(name), wrong))
        with journal.open("rb") as file:
            records = sum(1 for _ in file)
        return FileIndex(name, source, records, lines, tuple(differences))

    def _cdxj(self, name: str, journal: Path, scratch: Path) -> tuple[int, str | None]:
        """Number of lines, and how the index that is there differs. It is written unless equal."""
        target = self._layout.cdxj(name)
        directory = scratch if self._check else target.parent
        partial = directory / f"{target.name}.partial"
        count = 0
        with partial.open("wb") as file:
            for line in sorted_cdxj(journal, name, directory):
                file.write(line)
                count += 1
            file.flush()
            self._fsync(file.fileno())
        wrong = _compare_lines(partial, target)
        if wrong and not self._check:
            partial.rename(target)
            fsync_directory(target.parent, self._fsync)
        else:
            partial.unlink()
        return count, wrong

    def _dedupe(self, changed: Sequence[str]) -> list[Difference]:
        """:param changed: files whose journal has become, or would become, another."""
        layout = self._layout
        wrong = compare_dedupe(layout)
        if not self._check:
            everything = self._from_records and self._names is None
            remake_dedupe(layout, anew=everything or wrong is not None, changed=changed)
        return [Difference(layout.dedupe, wrong)] if wrong else []


@contextlib.contextmanager
def index_archive(
    home: Path,
    names: Sequence[str] | None = None,
    *,
    from_records: bool = False,
    check: bool = False,
    fsync: Callable[[int], None] = os.fsync,
) -> Iterator[IndexRun]:
    """Make CDXJ, and journals and dedupe index where need be, as long as the block lasts.

    :param names: bare names of WARC files; all files of the home if not given.
    :param from_records: do not trust the journals: read the records.
    :param check: change nothing, only compare.
    :raises ArchiveLockedError: a crawl writes to this home.
    :raises WarcWriteError: the disk refuses.
    """
    layout = Layout(home)
    try:
        layout.make()
        lock = ArchiveLock(layout.lock)
    except OSError as exc:
        raise write_error(layout.home, exc) from exc
    try:
        yield IndexRun(layout, names, from_records=from_records, check=check, fsync=fsync)
    finally:
        lock.release()


def _all_names(layout: Layout) -> list[str]:
    """Closed WARC files, and those of which only a journal or an index is left."""
    being_written = {path.name.removesuffix(".open") for path in layout.open_files()}
    names = {path.name for path in layout.warc.glob("*.warc.gz")}
    names |= {name for name, _ in layout.journals()}
    names |= {f"{path.stem}.warc.gz" for path in layout.index.glob("*.cdxj")}
    return sorted(names - being_written)


def _journal_fault(layout: Layout, name: str) -> str | None:
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
        if entry.offset != end:
            raise ValueError(f"it names a record at byte {entry.offset}, the last ended at {end}")
        position, end, count = after, entry.offset + entry.length, count + 1
        first, last = first or entry, entry
    size = (layout.warc / name).stat().st_size
    if position != journal.stat().st_size:
        raise ValueError(f"its last line is torn at byte {position}")
    if end != size:
        raise ValueError(f"its {count} records end at byte {end}, the file at byte {size}")
    for entry in filter(None, (first, last)):
        if read_record(layout.home, name, entry.offset).record_id != entry.record_id:
            raise ValueError(f"the record at byte {entry.offset} is not the one it names")


def _write_journal(warc: Path, old: Path, target: Path, fsync: Callable[[int], None]) -> str | None:
    """Journal the records that are there; returns how *old* differs from that.

    What *old* says of a record is kept if it is true; records it does not know are marked as
    recovered.

    :raises InvalidRecordError: a record is damaged; nothing may be concluded from the file.
    """
    wrong = None
    known = _entries_by_offset(old)
    with target.open("wb") as file:
        for made in _read_entries(warc):
            entry = known(made.offset)
            if entry is None or replace(entry, recovered=True) != made:
                wrong = wrong or f"what it says of the record at byte {made.offset} is not so"
                entry = made
            file.write(entry.to_line())
        file.flush()
        fsync(file.fileno())
        if not wrong and file.tell() != old.stat().st_size:
            wrong = "it names more records than the file holds"
    return wrong


def _read_entries(warc: Path) -> Iterator[JournalEntry]:
    with warc.open("rb") as file:
        walk = MemberWalk(file)
        for member in walk:
            try:
                yield entry_from_member(warc, member)
            except ValueError as exc:
                raise InvalidRecordError(warc, member.offset, str(exc)) from exc
        if walk.reason or not walk.whole_end:
            raise InvalidRecordError(warc, walk.whole_end, walk.reason or "there is no record")


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


def _replace(made: Path, journal: Path, fsync: Callable[[int], None]) -> Path | None:
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


def _compare_lines(made: Path, found: Path) -> str | None:
    """How *found* differs from *made*."""
    if not found.exists():
        return "it was missing"
    with made.open("rb") as right, found.open("rb") as other:
        number = _first_difference(right, other)
    return f"line {number} is not as it should be" if number else None


def _first_difference(right: BinaryIO, other: BinaryIO) -> int | None:
    pairs: Iterable[tuple[bytes | None, bytes | None]] = zip_longest(right, other)
    return next((n for n, (a, b) in enumerate(pairs, 1) if a != b), None)
