"""One WARC file with all selected records in it."""

from __future__ import annotations

import socket
import uuid
from typing import TYPE_CHECKING

from isal import igzip_lib

from archive.export.copying import copy_file
from archive.home.warc_file import DEFAULT_LEVEL
from archive.warc.dates import warc_date
from archive.warc.record import warcinfo_draft

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from archive.export.selection import Selection

__all__ = ["write_warc"]


def write_warc(
    path: Path, selection: Selection, *, name: str, info: Mapping[str, str], created: dt.datetime
) -> None:
    """A warcinfo of the export, then the members as they are, each file's warcinfo before its own.

    :param name: what the file will be called.
    """
    with path.open("wb") as file:
        file.write(_warcinfo(name, info, created))
        for source in selection.offsets:
            for piece in copy_file(selection, source):
                file.write(piece)


def _warcinfo(name: str, info: Mapping[str, str], created: dt.datetime) -> bytes:
    record_id = f"<urn:uuid:{uuid.uuid4()}>"
    draft = warcinfo_draft(name, info, socket.gethostname(), record_id, warc_date(created))
    assert isinstance(draft.block, bytes)
    record = draft.head_bytes(record_id) + draft.block + b"\r\n\r\n"
    return bytes(igzip_lib.compress(record, DEFAULT_LEVEL, flag=igzip_lib.COMP_GZIP))
