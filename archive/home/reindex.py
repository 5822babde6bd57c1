"""Reindexing: CDXJ, journals and dedupe index made again from the WARC files.

The journal beside a file is trusted if it covers the file without a gap, from its first byte to its
last. Otherwise, or when asked, the records themselves are read, every byte of them checked, and the
journal is made again as well; the one it replaces is kept as ``.bad``. WARC files are only read.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from archive.errors import InvalidRecordError, write_error
from archive.home.cdxj import sorted_cdxj
from archive.home.layout import Layout, fsync_directory, warc_of_cdxj, warc_part
from archive.home.manifest_writer import ManifestWriter
from archive.home.reindex_dedupe import compare_dedupe, remake_dedupe
from archive.home.reindex_journal import first_lost, journal_fault, replace_journal, write_journal
from archive.home.revisits import DedupeIndex
from archive.home.salvage import salvage_layout

if TYPE_CHECKING:
    from archive.home.model import SalvageReport

Source = Literal["journal", "records"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived file that does not say what the WARC files say."""

    path: Path
    what: str
    """What is wrong with it, or was until now."""

    kept_as: Path | None = None
    """Where the one that was replaced has been quarantined."""


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
            self.left_open = [
                path.name for path in (*layout.open_files(), *layout.importing_files())
            ]
        elif layout.open_files() or layout.importing_files():
            with contextlib.closing(DedupeIndex(layout)) as dedupe:
                manifests = ManifestWriter(layout, fsync=self._fsync)
                self.salvaged = salvage_layout(layout, dedupe, manifests, fsync=self._fsync)
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
        wrong = journal_fault(layout, name)
        source: Source = "records" if self._from_records or wrong else "journal"
        differences = []
        if source == "records":
            made = (scratch if self._check else layout.warc) / f"{journal.name}.partial"
            with contextlib.ExitStack() as undo:
                undo.callback(made.unlink, missing_ok=True)
                found = write_journal(layout, name, made, self._fsync)
                wrong = wrong or found
                if wrong and (lost := first_lost(journal, made)):
                    raise InvalidRecordError(
                        layout.warc / name,
                        lost.offset,
                        f"the journal acknowledges the record {lost.record_id} here, and the file"
                        " does not hold it any more",
                    )
                kept_as = None
                if wrong and not self._check:
                    undo.pop_all()
                    kept_as = replace_journal(made, journal, self._fsync)
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
    with layout.hold():
        yield IndexRun(layout, names, from_records=from_records, check=check, fsync=fsync)


def _all_names(layout: Layout) -> list[str]:
    """Closed WARC files, and those of which only a journal or an index is left."""
    being_written = {path.name.removesuffix(".open") for path in layout.open_files()}
    being_written |= {warc_part(path.name)[0] for path in layout.importing_files()}
    names = {path.name for path in layout.closed_files()}
    names |= {name for name, _ in layout.journals()}
    names |= {warc_of_cdxj(path.name) for path in layout.index.glob("*.cdxj")}
    return sorted(names - being_written)


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
