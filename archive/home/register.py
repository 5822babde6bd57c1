"""Unlisted files: closed files that no manifest lists, found, and listed as they are now."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from archive.home.manifest import known_files
from archive.home.sums import sums_of

if TYPE_CHECKING:
    from archive.home.layout import Layout
    from archive.home.manifest_writer import ManifestWriter

_log = logging.getLogger(__name__)


def unlisted(layout: Layout) -> list[str]:
    """Closed files that nothing lists: brought in by hand, or somebody has removed their lines."""
    known = known_files(layout)
    return [path.name for path in layout.closed_files() if path.name not in known]


def register_unlisted(layout: Layout, manifests: ManifestWriter) -> list[str]:
    """List the unlisted as they are now, because a person has said so: what they were when they
    were closed, nobody can say.

    A file that cannot be read, or lacks its journal, is left for `fixity status` to name.
    """
    registered = []
    for name in manifests.unlisted():
        try:
            sums = sums_of(layout, layout.warc / name, name)
        except OSError as exc:
            _log.warning("%s cannot be listed in a manifest: %s", name, exc)
            continue
        manifests.append(name, sums, registered=True)
        registered.append(name)
    return registered
