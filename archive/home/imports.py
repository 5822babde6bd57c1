"""Imports into a home: where a file came from, and what a killed import left.

A file that is brought in is called ``….importing`` until its manifest line is on the disk. So a
killed import is either undone, or needs nothing but the name.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from archive.errors import JournalError
from archive.home.journal import read_journal
from archive.home.layout import IMPORTING_SUFFIX, OPEN_SUFFIX, Layout, fsync_directory
from archive.home.manifest import known_files

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the manifest says of an imported file besides size, SHA-256 and time."""

    source: str
    """Path that it was copied from."""

    software: str
    """Which khobao took it in."""

    records: int
    """Records that were indexed."""

    findings: dict[str, int] = field(default_factory=dict)
    """What was wrong with it then, by kind; empty: nothing."""

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.source,
            "by": self.software,
            "records": self.records,
            "findings": self.findings,
        }


def faults_at_import(imported: dict[str, Any]) -> dict[str, int]:
    """The findings of a manifest's line, as far as they can be read."""
    found = imported.get("findings")
    return found if isinstance(found, dict) else {}


def is_imported(layout: Layout, warc_filename: str) -> bool:
    """Whether another program's file: its journal says so, or the manifest."""
    if is_imported_journal(layout.journal(warc_filename)):
        return True
    return listed_import(layout, warc_filename) is not None


def listed_import(layout: Layout, warc_filename: str) -> dict[str, Any] | None:
    """What a manifest says of an import."""
    listed = known_files(layout).get(warc_filename)
    return listed.imported if listed else None


def is_imported_journal(journal: Path) -> bool:
    """Whether the first line of a journal says that another program wrote the record."""
    with contextlib.suppress(OSError, JournalError):
        return any(entry.imported for entry in islice(read_journal(journal), 1))
    return False


def finish_imports(
    layout: Layout, is_listed: Callable[[str], bool], fsync: Callable[[int], None]
) -> list[str]:
    """Put in order what a killed import left; returns the files that are imported now.

    Only whoever holds the archive's lock may call this.

    :param is_listed: whether a manifest knows the file.
    """
    finished = []
    for path in layout.importing_files():
        name = path.name.removesuffix(IMPORTING_SUFFIX)
        if _is_taken(layout, name):
            _log.warning("%s is no import's: %s is there", path, name)
        elif is_listed(name):
            name_file(layout, name, fsync)
            finished.append(name)
            _log.warning("%s: an import was killed; it is complete now", name)
        else:
            undo_import(layout, name, fsync)
            _log.warning("%s: an import was killed; what it left was removed", name)
    return finished


def name_file(layout: Layout, name: str, fsync: Callable[[int], None]) -> None:
    """The last step: it is listed, now it gets its name.

    :raises FileExistsError: somebody has put another file there meanwhile.
    """
    if _is_taken(layout, name):
        raise FileExistsError(errno.EEXIST, "there is another file now", str(layout.warc / name))
    layout.importing(name).rename(layout.warc / name)
    fsync_directory(layout.warc, fsync)


def undo_import(layout: Layout, name: str, fsync: Callable[[int], None]) -> None:
    """Remove what was made of a file that is not listed. The copy itself last: it is the sign that
    the others are an import's.
    """
    journal = layout.journal(name)
    made = (journal, partial_of(journal), layout.cdxj(name), partial_of(layout.cdxj(name)))
    for path in made:
        path.unlink(missing_ok=True)
    for directory in (layout.index, layout.warc):
        fsync_directory(directory, fsync)
    layout.importing(name).unlink(missing_ok=True)
    fsync_directory(layout.warc, fsync)


def _is_taken(layout: Layout, name: str) -> bool:
    return any(os.path.lexists(layout.warc / each) for each in (name, name + OPEN_SUFFIX))


def partial_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")
