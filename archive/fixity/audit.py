"""Audit: what is listed is hashed, longest-unverified first, and repaired from the other side."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import itertools
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import (
    ArchiveLockedError,
    CopyContradictionError,
    CopyError,
    RecordNotFoundError,
    write_error,
)
from archive.fixity.copy_manifests import put_manifests
from archive.fixity.history import Event, History, Side
from archive.home.layout import Layout, fsync_directory
from archive.home.lock import ArchiveLock
from archive.home.manifest import ClosedFile, ManifestEntry, known_files, listed_entries
from archive.home.sums import FileSums, sha256_of, sums_of
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.fixity.copy import SecondCopy

_log = logging.getLogger(__name__)

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(slots=True)
class AuditResult:
    """What one audit has done."""

    verified: int = 0
    copied: int = 0
    bytes: int = 0
    """Of masters and copies that were hashed."""

    repaired: list[Event] = field(default_factory=list)
    lost: list[Event] = field(default_factory=list)
    """Damaged or missing, and not repaired."""

    left: int = 0
    """Files that the budget did not reach."""

    copy_error: str | None = None
    contradictions: list[str] = field(default_factory=list)
    """What the copy has otherwise than the manifests say; it was not written over."""


def copy_missing(layout: Layout, copy: SecondCopy, history: History) -> int:
    """Copy what was closed and is not in the copy yet; returns how many files.

    The target is asked for its names: the log may tell of copies in another one. Nothing that it
    has is written over; what is wrong there is for :class:`Audit` to say.

    :raises CopyContradictionError: the copy is not of this home's past. What it lacked was copied.
    :raises CopyError: the target does not work; what was done is noted.
    """
    count = 0
    there = copy.names()
    for entry in known_files(layout).values():
        name = entry.warc_filename
        if name not in there:
            count += _copy(layout, copy, history, entry)
    put_manifests(layout, copy)
    return count


def _copy(layout: Layout, copy: SecondCopy, history: History, entry: ClosedFile) -> bool:
    """Whether it could be copied: a rotten master must not become a copy."""
    name, sums = entry.warc_filename, entry.sums
    try:
        if sums_of(layout, layout.warc / name, name) != sums:
            return False
    except FileNotFoundError:
        return False
    copy.put_file(layout, name, sums)
    history.add(name, "copy", "copied", entry.sha256, copy.name)
    return True


class Audit:
    """One pass over masters and copies. Whatever it has done is in the log at once, so that it may
    be ended at any moment.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        copy: SecondCopy | None = None,
        clock: Callable[[], dt.datetime] = utc_now,
        report: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """:param report: is given the name of each file before it is read."""
        self._layout = layout
        self._copy = copy
        self._clock = clock
        self._report = report
        self._history = History(layout, clock)
        self.result = AuditResult()

    def run(self, budget: dt.timedelta | None = None) -> AuditResult:
        """Verify until all is done or *budget* is used up; one file at least is looked at.

        :raises ArchiveLockedError: another audit is at work on this home.
        """
        lock = _audit_lock(self._layout)
        try:
            end = self._clock() + budget if budget is not None else None
            waiting = self.queue()
            self.result.left = len(waiting)
            for entry in waiting:
                if self.result.verified and end is not None and self._clock() >= end:
                    break
                self._report(entry.warc_filename)
                self._audit_file(entry)
                self.result.left -= 1
            if self._copy is not None and self.result.copy_error is None:
                with self._noting_copy_errors():
                    put_manifests(self._layout, self._copy)
        finally:
            lock.release()
        return self.result

    def queue(self) -> list[ManifestEntry]:
        """What is listed, longest-unverified first."""
        sides: tuple[Side, ...] = ("master",) if self._copy is None else ("master", "copy")

        def last(entry: ManifestEntry) -> dt.datetime:
            name = entry.warc_filename
            return min(self._history.last_good(name, side) or _NEVER for side in sides)

        return sorted(listed_entries(self._layout).values(), key=lambda e: (last(e), e.number))

    def _audit_file(self, entry: ManifestEntry) -> None:
        master_is_good = self._check_master(entry)
        copy_is_good: bool | None = None
        if self._copy is not None and self.result.copy_error is None:
            with self._noting_copy_errors():
                copy_is_good = self._check_copy(entry, self._copy)
        if not master_is_good and copy_is_good:
            assert self._copy is not None
            with self._noting_copy_errors():
                self._repair_master(entry, self._copy)
        elif master_is_good and copy_is_good is False:
            assert self._copy is not None
            with self._noting_copy_errors():
                self._repair_copy(entry, self._copy)
        self.result.verified += 1

    def _check_master(self, entry: ManifestEntry) -> bool:
        name = entry.warc_filename
        found, error = None, ""
        try:
            # A file that is being closed is listed a moment before it has its name.
            path = self._layout.find_warc(name)
            if path.is_symlink() or self._layout.journal(name).is_symlink():
                error = "it is a link: whoever can write to where it leads can alter the archive"
            else:
                found = sums_of(self._layout, path, name)
        except (FileNotFoundError, RecordNotFoundError):
            pass
        except OSError as exc:  # a bad sector, most often: the very thing copies are for
            error = f"it cannot be read: {exc.strerror or exc}"
        return self._check(entry, "master", found, error)

    def _check_copy(self, entry: ManifestEntry, copy: SecondCopy) -> bool | None:
        """None: it was never copied, and now it is."""
        found = copy.sums(self._layout, entry.warc_filename)
        if found is None and not self._history.knows(entry.warc_filename, "copy"):
            self.result.copied += _copy(self._layout, copy, self._history, entry)
            return None
        return self._check(entry, "copy", found)

    def _check(
        self, entry: ManifestEntry, side: Side, found: FileSums | None, error: str = ""
    ) -> bool:
        name = entry.warc_filename
        if found is not None:
            self.result.bytes += found.size + found.journal_size
        if found == entry.sums:
            self._history.add(name, side, "verified", entry.sha256)
            return True
        where = self._copy.name if side == "copy" and self._copy is not None else "the home"
        if error:
            event = self._history.add(name, side, "damaged", "", error)
        elif found is None:
            event = self._history.add(name, side, "missing", "", f"file or journal, in {where}")
        else:
            event = self._history.add(name, side, "damaged", found.sha256, _what(entry, found))
        self.result.lost.append(event)
        return False

    def _repair_master(self, entry: ManifestEntry, copy: SecondCopy) -> None:
        """Both files from the copy, which has just been found right. The damaged are kept, too."""
        for name, sha256 in (
            (entry.warc_filename, entry.sha256),
            (self._layout.journal(entry.warc_filename).name, entry.journal_sha256),
        ):
            if self._hash(name) != sha256:
                try:
                    self._restore(name, sha256, copy)
                except OSError as exc:
                    raise write_error(self._layout.warc / name, exc) from exc
        self._note_repair(entry, "master", f"from {copy.name}")

    def _hash(self, name: str) -> str | None:
        path = self._layout.warc / name
        try:
            return None if path.is_symlink() else sha256_of(path)[1]
        except OSError:  # missing or unreadable
            return None

    def _restore(self, name: str, sha256: str, copy: SecondCopy) -> None:
        path = self._layout.warc / name
        partial = path.with_name(name + ".partial")
        try:
            found = copy.fetch(name, partial)
            if found != sha256:
                raise CopyError(copy.name, f"warc/{name} hashes to {found} now, not to {sha256}")
            self._quarantine(path)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        fsync_directory(path.parent)

    def _rotten(self) -> str:
        """Suffix of what is replaced."""
        return f".rotten-{self._clock():%Y%m%d%H%M%S}"

    def _quarantine(self, path: Path) -> None:
        """A second name for what is about to lose its first: never a moment without the file."""
        stamp = path.name + self._rotten()
        for number in itertools.count():
            quarantine = path.with_name(f"{stamp}-{number}" if number else stamp)
            try:
                os.link(path, quarantine, follow_symlinks=False)
            except FileExistsError:
                continue
            except FileNotFoundError:  # it was missing altogether
                return
            except OSError as exc:
                if exc.errno not in _NO_LINKS:
                    raise
                path.rename(quarantine)  # a file system without links
            return

    def _repair_copy(self, entry: ManifestEntry, copy: SecondCopy) -> None:
        copy.put_file(self._layout, entry.warc_filename, entry.sums, set_aside=self._rotten())
        self._note_repair(entry, "copy", "from the master")

    def _note_repair(self, entry: ManifestEntry, side: Side, detail: str) -> None:
        name = entry.warc_filename
        event = self._history.add(name, side, "repaired", entry.sha256, detail)
        self.result.repaired.append(event)
        self.result.lost = [e for e in self.result.lost if (e.file, e.side) != (name, side)]

    @contextlib.contextmanager
    def _noting_copy_errors(self) -> Iterator[None]:
        """A copy that is away hinders nothing but itself; it is not asked again in this pass."""
        try:
            yield
        except CopyContradictionError as exc:
            self.result.contradictions.append(exc.reason)
        except CopyError as exc:
            self.result.copy_error = str(exc)


def _what(entry: ManifestEntry, found: FileSums) -> str:
    wrong = []
    if (found.size, found.sha256) != (entry.size, entry.sha256):
        wrong.append(
            f"it has {found.size} bytes and the SHA-256 {found.sha256},"
            f" not {entry.size} bytes and {entry.sha256}"
        )
    if (found.journal_size, found.journal_sha256) != (entry.journal_size, entry.journal_sha256):
        wrong.append(f"the journal hashes to {found.journal_sha256}, not {entry.journal_sha256}")
    return "; ".join(wrong)


def _audit_lock(layout: Layout) -> ArchiveLock:
    layout.make()
    path = layout.state / "fixity.lock"
    try:
        return ArchiveLock(path)
    except ArchiveLockedError as exc:
        raise ArchiveLockedError(path, exc.holder or "another fixity run") from exc
