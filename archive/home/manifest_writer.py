"""Appending to the chain of manifests, and never to one that contradicts itself.

A broken chain is evidence. Whatever is closed meanwhile is listed beside it, in
``fixity/unchained.jsonl``, until a person has decided what holds (``khobao archive fixity run``).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.home.chain import ChainProblem, check_head, read_chain
from archive.home.layout import Layout, create_file, fsync_directory
from archive.home.manifest import (
    CHAIN_START,
    UNCHAINED,
    ClosedFile,
    ManifestEntry,
    line_hash,
    listed_entries,
    manifest_days,
    read_head,
    read_unchained,
)
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.home.sums import FileSums

_SEE = "`khobao archive fixity status` says all that is wrong"


class ManifestWriter:
    """Lists closed files. Only whoever holds the archive's lock may have one.

    Opening it reads all manifests once; a line that is appended costs the same however many there
    are.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        fsync: Callable[[int], None] = os.fsync,
        may_begin: bool = False,
    ) -> None:
        """:param may_begin: a person has said that the chain begins anew, though files are closed.

        :raises OSError: the manifests cannot be read.
        """
        self._layout = layout
        self._fsync = fsync
        self._listed: set[str] = set()
        self._hashes: dict[int, str] = {}
        self._last = -1
        self._day: Path | None = None
        self._day_size = 0
        self.problem: str | None = None
        """Why nothing is appended to the chain, for a person; None: it is whole."""

        self._heal()
        self._unchained = {entry.warc_filename for entry in read_unchained(layout)}
        self.problem = self._read() or (None if may_begin else self._missing())

    def is_known(self, warc_filename: str) -> bool:
        """Whether the file is listed, in the chain or beside it."""
        return warc_filename in self._listed or warc_filename in self._unchained

    def unlisted(self) -> list[str]:
        """Closed files that nothing lists: brought in by hand, or their lines were removed."""
        found = (path.name for path in self._layout.closed_files())
        return [name for name in found if not self.is_known(name)]

    def append(
        self,
        warc_filename: str,
        sums: FileSums,
        *,
        registered: bool = False,
        imported: dict[str, Any] | None = None,
        closed_at: dt.datetime | None = None,
    ) -> None:
        """List a file, durably. One that is listed already stays as it was listed, whatever it
        hashes to now: the first word counts.

        A chain that contradicts itself is left as it is; the file is listed beside it.
        """
        if self.is_known(warc_filename):
            self._renew_head()
            return
        closed_at = closed_at or utc_now()
        self.append_file(
            ClosedFile.of(warc_filename, sums, closed_at, registered=registered, imported=imported)
        )

    def append_file(self, file: ClosedFile) -> None:
        """:meth:`append` of a file that is not listed yet."""
        self.problem = self.problem or self._changed_meanwhile()
        if self.problem is not None:
            self._append_line(self._layout.fixity / UNCHAINED, file.to_line())
            self._unchained.add(file.warc_filename)
            return
        entry = ManifestEntry(
            number=self._last + 1,
            previous=self._hashes.get(self._last, CHAIN_START),
            warc_filename=file.warc_filename,
            size=file.size,
            sha256=file.sha256,
            journal_size=file.journal_size,
            journal_sha256=file.journal_sha256,
            closed_at=file.closed_at,
            registered=file.registered,
            imported=file.imported,
        )
        line = entry.to_line()
        day = self._day_file(entry)
        self._day_size = self._append_line(day, line)
        self._day = day
        self._last = entry.number
        self._hashes[self._last] = line_hash(line)
        self._listed.add(entry.warc_filename)
        self._write_head()

    def chain_the_unchained(self) -> list[str]:
        """Append what was listed beside the chain, in its order; returns the names.

        What the chain lists by now, and differently, stays where it is: which of the two is right
        is for a person to say.
        """
        if self.problem is not None or not self._unchained:
            return []
        listed, chained, left = listed_entries(self._layout), [], []
        for file in read_unchained(self._layout):
            name = file.warc_filename
            if name not in listed:
                self.append_file(file)
                chained.append(name)
            elif listed[name].sums != file.sums and name not in chained:
                left.append(file)
        path = self._layout.fixity / UNCHAINED
        if left:
            _replace(path, b"".join(file.to_line() for file in left), self._fsync)
        else:
            path.unlink(missing_ok=True)
            fsync_directory(path.parent, self._fsync)
        self._unchained = {file.warc_filename for file in left}
        return chained

    def _heal(self) -> None:
        """Take away what a crash left of a line: it acknowledged nothing."""
        days = manifest_days(self._layout)
        for path in [*days[-1:], self._layout.fixity / UNCHAINED]:
            if not path.exists():
                continue
            data = path.read_bytes()
            whole = data.rfind(b"\n") + 1
            if not whole:
                path.unlink()
            elif whole < len(data):
                os.truncate(path, whole)

    def _read(self) -> str | None:
        chain = read_chain(self._layout)
        self._listed = set(chain.sums)
        self._hashes, self._last = chain.hashes, chain.last
        self._day = chain.day
        self._day_size = chain.day.stat().st_size if chain.day is not None else 0
        return next(map(_words, chain.problems), None)

    def _missing(self) -> str | None:
        """Manifests that are gone altogether."""
        if self._last >= 0:
            return None
        if not (found := self.unlisted()):
            return None
        return (
            f"{self._layout.fixity} has no manifest, though {len(found)} files are closed"
            f" ({found[0]}, …); {_SEE}"
        )

    def _changed_meanwhile(self) -> str | None:
        """Whether somebody else has written there since we last did."""
        days = manifest_days(self._layout)
        size = self._day.stat().st_size if self._day is not None and self._day.exists() else 0
        if (days[-1] if days else None) != self._day or size != self._day_size:
            return f"{self._layout.fixity} was changed while this run was writing to it; {_SEE}"
        return next(map(_words, check_head(self._layout, self._hashes, self._last)), None)

    def _day_file(self, entry: ManifestEntry) -> Path:
        """Today's; or the last there is, should the clock have gone back."""
        today = self._layout.fixity / f"{entry.closed_at[:10]}.jsonl"
        return max(today, self._day) if self._day is not None else today

    def _append_line(self, path: Path, line: bytes) -> int:
        """:returns: size of the file then."""
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(path, flags, 0o644)
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(fd, view) :]
            self._fsync(fd)
            size = os.fstat(fd).st_size
        finally:
            os.close(fd)
        if is_new:
            fsync_directory(path.parent, self._fsync)
            fsync_directory(path.parent.parent, self._fsync)
        return size

    def _renew_head(self) -> None:
        """A crash may have come between line and head."""
        has_line = self.problem is None and self._last >= 0
        if has_line and read_head(self._layout) != (self._last, self._hashes[self._last]):
            self._write_head()

    def _write_head(self) -> None:
        head = {"number": self._last, "sha256": self._hashes[self._last]}
        _replace(self._layout.fixity / "head.json", json.dumps(head).encode() + b"\n", self._fsync)


def _words(problem: ChainProblem) -> str:
    return f"{problem}; {_SEE}"


def _replace(path: Path, data: bytes, fsync: Callable[[int], None]) -> None:
    partial = path.with_name(path.name + ".partial")
    with create_file(partial) as file:
        file.write(data)
        file.flush()
        fsync(file.fileno())
    partial.rename(path)
    fsync_directory(path.parent, fsync)
