"""Directories and file names of the archive in a data home."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from archive.errors import RecordNotFoundError, write_error
from archive.home.lock import ArchiveLock, writer_of

OPEN_SUFFIX = ".open"
IMPORTING_SUFFIX = ".importing"
"""Of another program's file while it is brought in."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._]+")
_JOURNAL_SUFFIX = ".journal"
_OUR_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.warc\.gz")
WARC_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~+=@,-]*\.warc(\.gz)?")
"""Of other programs' files as well: no such name leads out of their directory."""

_PARTS = re.compile(r"(.*?\.warc(?:\.gz)?)((?:\..*)?)", re.DOTALL)
_MAX_NAME = 180
"""Characters: what lies beside a file has longer names, and 255 are allowed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The archive's directories under *home*."""

    home: Path

    @property
    def warc(self) -> Path:
        return self.home / "warc"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def fixity(self) -> Path:
        return self.home / "fixity"

    @property
    def lock(self) -> Path:
        return self.state / "archive.lock"

    @property
    def dedupe(self) -> Path:
        return self.state / "dedupe.sqlite"

    def make(self) -> None:
        for directory in (self.warc, self.index, self.state, self.fixity):
            directory.mkdir(parents=True, exist_ok=True)

    def hold(self) -> ArchiveLock:
        """The archive's lock, and the directories made: nobody else writes until it is released.

        :raises ArchiveLockedError: somebody writes already.
        :raises WarcWriteError: the disk refuses.
        """
        try:
            self.make()
            return ArchiveLock(self.lock)
        except OSError as exc:
            raise write_error(self.home, exc) from exc

    def journal(self, name: str) -> Path:
        return self.warc / f"{name}.journal"

    def cdxj(self, name: str) -> Path:
        return self.index / f"{name.removesuffix('.warc.gz')}.cdxj"

    def importing(self, name: str) -> Path:
        return self.warc / (name + IMPORTING_SUFFIX)

    def journals(self) -> Iterator[tuple[str, Path]]:
        """Name of the WARC file and path of its journal, oldest first.

        Not of a file that is being imported, or that a killed import left.
        """
        importing = {warc_part(path.name)[0] for path in self.importing_files()}
        for path in sorted(self._named(_JOURNAL_SUFFIX)):
            name = path.name.removesuffix(_JOURNAL_SUFFIX)
            if name not in importing:
                yield name, path

    def _named(self, suffix: str) -> Iterator[Path]:
        """What has the name of a WARC file with *suffix* behind it."""
        for path in self.warc.glob(f"*.warc*{suffix}"):
            warc, rest = warc_part(path.name)
            if warc and rest == suffix:
                yield path

    def closed_files(self) -> list[Path]:
        """Closed WARC files, by name. Pipes and their like are left out: to read one would never
        end. ``archive verify`` names them.
        """
        found = self._named("")
        return sorted(path for path in found if path.is_file() or path.is_dir())

    def irregular_files(self) -> list[Path]:
        """Links, pipes and directories under the name of a closed WARC file."""
        return sorted(path for path in self._named("") if not is_regular(path))

    def open_files(self) -> list[Path]:
        """Files that their writer has not closed: being written now, or left by a crash.

        Only regular files with names of ours: a link or a pipe that somebody put there is none.
        """
        return sorted(
            path
            for path in self.warc.glob(f"*.warc.gz{OPEN_SUFFIX}")
            if _OUR_NAME.fullmatch(path.name.removesuffix(OPEN_SUFFIX)) and is_regular(path)
        )

    def importing_files(self) -> list[Path]:
        """Files that are being imported, or that a killed import left."""
        found = self._named(IMPORTING_SUFFIX)
        return sorted(
            path
            for path in found
            if is_regular(path) and not os.path.lexists(self.warc / warc_part(path.name)[0])
        )

    def abandoned_files(self) -> list[Path]:
        """Those of :meth:`open_files` and :meth:`importing_files` whose writer is dead: salvage has
        to put them in order.
        """
        found = self.open_files() + self.importing_files()
        if not found or writer_of(self.lock) is not None:
            return []
        # A writer may have opened or closed files while we looked.
        return [path for path in found if path.exists()]

    def find_warc(self, name: str) -> Path:
        """Path of a WARC file, whether closed or still being written.

        :param name: a bare name; a path would lead out of the archive and is refused.
        """
        name = name.removesuffix(OPEN_SUFFIX)
        if WARC_NAME.fullmatch(name):
            for path in (self.warc / name, self.warc / (name + OPEN_SUFFIX), self.warc / name):
                # The closed name is tried twice: the file may be renamed between two looks.
                if path.is_file():  # reading from a pipe would never end
                    return path
        raise RecordNotFoundError(f"{self.warc}: there is no WARC file {name!r}.")


def warc_name(prefix: str, created: dt.datetime, serial: int, host: str) -> str:
    """``PREFIX-YYYYMMDDhhmmssSSS-SERIAL-HOST.warc.gz``; what matters also stands in warcinfo."""
    stamp = f"{created:%Y%m%d%H%M%S}{created.microsecond // 1000:03}"
    host = _NOT_IN_NAMES.sub("_", host) or "localhost"
    prefix = _NOT_IN_NAMES.sub("_", prefix).lstrip(".")
    return f"{prefix or 'khobao'}-{stamp}-{serial:05}-{host}.warc.gz"


def name_fault(name: str) -> str | None:
    """Why a file of this name cannot lie in ``warc/``; None: it can."""
    if len(name) > _MAX_NAME:
        return f"its name has more than {_MAX_NAME} characters"
    if not name.endswith((".warc", ".warc.gz")):
        return "its name does not end in .warc or .warc.gz"
    if not WARC_NAME.fullmatch(name) or warc_part(name) != (name, ""):
        return "its name has more than letters, digits and ._~+=@,- in it, or .warc twice"
    return None


def warc_part(name: str) -> tuple[str, str]:
    """The WARC file that a name in ``warc/`` belongs to, and what follows: ``.journal``. The name
    is empty if it belongs to none.
    """
    match = _PARTS.fullmatch(name)
    return (match[1], match[2]) if match else ("", name)


def warc_of_cdxj(name: str) -> str:
    """The WARC file that an index belongs to: the other way round than :meth:`Layout.cdxj`."""
    stem = name.removesuffix(".cdxj")
    return stem if stem.endswith(".warc") else f"{stem}.warc.gz"


def is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def open_regular(path: Path) -> FileIO:
    """For reading, without a buffer. Opening a pipe that somebody put there would wait for ever.

    :raises OSError: it cannot be read, or is no regular file.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return FileIO(fd)


def create_file(path: Path) -> BinaryIO:
    """A new file for writing in place of whatever has this name; a link there is not followed."""
    path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.fdopen(os.open(path, flags, 0o644), "w+b")


def fsync_directory(directory: Path, fsync: Callable[[int], None] = os.fsync) -> None:
    """Make names durable: a file whose directory was not flushed can be gone after power loss."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fsync(fd)
    finally:
        with contextlib.suppress(OSError):
            os.close(fd)
