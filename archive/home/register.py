"""Unlisted files: closed files that no manifest lists, found and listed as they are now."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from archive.home.lock import ArchiveLock
from archive.home.manifest import append_entry, read_manifests
from archive.home.sums import sums_of

if TYPE_CHECKING:
    from archive.home.layout import Layout

_log = logging.getLogger(__name__)


def unlisted(layout: Layout) -> list[str]:
    """Closed files that no manifest lists: closed before there were manifests, or brought in."""
    listed = {entry.warc_filename for entry in read_manifests(layout)}
    return [path.name for path in layout.closed_files() if path.name not in listed]


def register(layout: Layout) -> list[str]:
    """List the unlisted as they are now. What they were earlier, nobody can say.

    :raises ArchiveLockedError: a crawl is writing; it may be about to list one of them.
    """
    if not unlisted(layout):
        return []
    layout.make()
    lock = ArchiveLock(layout.lock)
    try:
        return register_unlisted(layout)
    finally:
        lock.release()


def register_unlisted(layout: Layout, fsync: Callable[[int], None] = os.fsync) -> list[str]:
    """:func:`register` for a caller that holds the archive's lock.

    A file that cannot be read, or lacks its journal, is left for `fixity status` to name.
    """
    registered = []
    last = None
    for name in unlisted(layout):
        try:
            sums = sums_of(layout, layout.warc / name, name)
        except OSError as exc:
            _log.warning("%s cannot be listed in a manifest: %s", name, exc)
            continue
        last = append_entry(layout, name, sums, registered=True, after=last, fsync=fsync)
        registered.append(name)
    return registered
