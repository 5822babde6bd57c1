"""WARC export: one file with all selected records in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archive.export.copying import copy_file
from archive.warc.dates import warc_date
from archive.warc.record_types import warcinfo_record
from archive.warc.writer import WarcWriter

if TYPE_CHECKING:
    from archive.export.selection import Selection


def write_warc(
    path: Path, selection: Selection, *, name: str, info: Mapping[str, str], created: dt.datetime
) -> None:
    """A warcinfo of the export, then the members as they are, each file's warcinfo before its own.

    :param name: what the file will be called.
    """
    with path.open("wb") as file:
        WarcWriter(file).write(warcinfo_record(name, info, date=warc_date(created)))
        for source in selection.offsets:
            for piece in copy_file(selection, source):
                file.write(piece)
