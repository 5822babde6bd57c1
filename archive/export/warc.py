"""WARC export: one file with all selected records in it."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archive.export.copying import copy_file, copy_plain
from archive.warc.dates import warc_date
from archive.warc.places import is_plain
from archive.warc.record_types import SEVERAL_PROGRAMS, warcinfo_record
from archive.warc.writer import WarcWriter

if TYPE_CHECKING:
    from archive.export.selection import Selection

_GZIP = 16 + zlib.MAX_WBITS


def write_warc(
    path: Path, selection: Selection, *, name: str, info: Mapping[str, str], created: dt.datetime
) -> None:
    """A warcinfo of the export, then the members as they are, each file's warcinfo before its own.
    Records that lie uncompressed become members.

    :param name: what the file will be called.
    """
    firsts = (next(selection.entries(source)) for source in selection.offsets)
    if any(first.imported for first in firsts):
        info = dict((*info.items(), SEVERAL_PROGRAMS))
    with path.open("wb") as file:
        WarcWriter(file).write(warcinfo_record(name, info, date=warc_date(created)))
        for source in selection.offsets:
            if is_plain(source):
                _write_members(file, selection, source)
                continue
            for piece in copy_file(selection, source):
                file.write(piece)


def _write_members(file: BinaryIO, selection: Selection, source: str) -> None:
    """The records of an uncompressed file, each as a gzip member."""
    path = selection.layout.warc / source
    with path.open("rb") as plain:
        for entry in selection.entries(source):
            packer = zlib.compressobj(wbits=_GZIP)
            file.writelines(packer.compress(piece) for piece in copy_plain(path, plain, entry))
            file.write(packer.flush())
