"""Exports: chosen records in the packages that other institutions take.

Members are copied as they are, each checked on the way; whole exchanges only; a revisit brings its
original. See docs/adr/0013.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from archive.export.bag import write_bag
from archive.export.formats import ExportFormat
from archive.export.pages import Describe, PageText
from archive.export.selection import Place, Selection, select
from archive.export.target import ExportError, ExportNoSpaceError, ExportTargetError, target
from archive.export.wacz import write_wacz
from archive.export.warc import write_warc

__all__ = [
    "ExportError",
    "ExportFormat",
    "ExportNoSpaceError",
    "ExportReport",
    "ExportTargetError",
    "PageText",
    "Place",
    "Selection",
    "export",
    "select",
]

_BESIDES_BYTES = 4 << 20
_BYTES_A_RECORD = 1 << 10
"""Generous: a line of the index, a line of the pages."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    path: Path
    format: str
    files: int
    """Source WARC files that records were taken from."""

    records: int
    bytes: int
    """Of the package; of a bag, of all its files."""

    left_out: tuple[str, ...]
    """See :attr:`Selection.left_out`."""


def export(
    selection: Selection,
    path: Path,
    *,
    format: ExportFormat,  # noqa: A002 - what everybody calls it
    describe: Describe,
    title: str,
    software: str,
    operator: str,
    created: dt.datetime,
    force: bool = False,
) -> ExportReport:
    """Write the package *path*; nothing stands there before it is whole and on disk.

    :param describe: title and text of an archived page; None if the record is no page.
    :param force: replace what is there.
    :raises ExportTargetError: something is there.
    :raises ExportNoSpaceError: it does not fit; checked beforehand as well.
    :raises InvalidRecordError: a member is rotten, or its file is; names file and offset.
    """
    needed = selection.bytes + selection.records * _BYTES_A_RECORD + _BESIDES_BYTES
    is_bag = format is ExportFormat.BAG
    with target(path, needed_bytes=needed, is_directory=is_bag, force=force) as partial:
        if is_bag:
            write_bag(
                partial,
                selection,
                operator=operator,
                software=software,
                title=title,
                created=created,
            )
        elif format is ExportFormat.WACZ:
            write_wacz(
                partial,
                selection,
                describe=describe,
                title=title,
                software=software,
                created=created,
            )
        else:
            info = {"software": software, "operator": operator, "description": title}
            write_warc(partial, selection, name=path.name, info=info, created=created)
    files = [each for each in path.rglob("*") if each.is_file()] if is_bag else [path]
    size = sum(each.stat().st_size for each in files)
    return ExportReport(
        path, str(format), len(selection.offsets), selection.records, size, selection.left_out
    )
