"""WACZ export (1.1.1): WARC files, their index and their pages in one ZIP file.

Source: https://specs.webrecorder.net/wacz/1.1.1/. WARC files are written once, front to back;
hashes are computed on the way; the large parts are stored, so that a reader can slice a record out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from archive.export.copying import copy_file
from archive.export.index import INDEX_NAME, index_lines, zipnum
from archive.export.pages import Describe, page_lines, pages_header
from archive.warc.dates import warc_date

if TYPE_CHECKING:
    from archive.export.selection import Selection

WACZ_VERSION = "1.1.1"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The ZIP format's first moment: two exports of the same records do not differ by the clock."""

_SPOOL_BYTES = 4 << 20
_READ_BYTES = 256 << 10


class _Package:
    """The ZIP file, and what datapackage.json will say of it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self.resources: list[dict[str, object]] = []

    def add(self, path: str, pieces: Iterable[bytes], size: int, *, stored: bool) -> str:
        """Write one file; returns its hash.

        :param size: of all pieces. Whether sizes take 64 bits must be known before the first: room
            for them that is not used stands in the local header only, and readers which go by the
            central directory (wabac.js) then take the header's end for the file's beginning.
        """
        info = zipfile.ZipInfo(path, _FIXED_TIME)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        written = 0
        with self._zip.open(info, "w", force_zip64=size > zipfile.ZIP64_LIMIT) as file:
            for piece in pieces:
                digest.update(piece)
                written += file.write(piece)
        name = path.rsplit("/", 1)[-1].lower()
        whole = f"sha256:{digest.hexdigest()}"
        self.resources.append({"name": name, "path": path, "hash": whole, "bytes": written})
        return whole

    def add_file(self, path: str, source: IO[bytes], *, stored: bool) -> None:
        """What was put aside meanwhile, from its first byte."""
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        self.add(path, iter(partial(source.read, _READ_BYTES), b""), size, stored=stored)

    def add_json(self, path: str, values: dict[str, object]) -> str:
        data = (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()
        return self.add(path, [data], len(data), stored=False)


def write_wacz(
    path: Path,
    selection: Selection,
    *,
    describe: Describe,
    title: str,
    software: str,
    created: dt.datetime,
) -> None:
    """Write the package; its memory does not grow with the archive.

    :raises InvalidRecordError: see :func:`archive.export.copying.copy_file`.
    """
    with zipfile.ZipFile(path, "w") as archive:
        package = _Package(archive)
        for name in selection.offsets:
            size = selection.packed_bytes(name)
            package.add(f"archive/{name}", copy_file(selection, name), size, stored=True)
        _write_index(package, selection, path.parent)
        _write_pages(package, selection, describe, path.parent)
        described = package.add_json(
            "datapackage.json",
            {
                "profile": "data-package",
                "resources": package.resources,
                "wacz_version": WACZ_VERSION,
                "title": title,
                "software": software,
                "created": warc_date(created)[:19] + "Z",
            },
        )
        package.add_json("datapackage-digest.json", {"path": "datapackage.json", "hash": described})


def _write_index(package: _Package, selection: Selection, scratch: Path) -> None:
    with _spool(scratch) as blocks, _spool(scratch) as directory:
        directory.writelines(zipnum(index_lines(selection, scratch), blocks.write))
        package.add_file(f"indexes/{INDEX_NAME}", blocks, stored=True)
        package.add_file("indexes/index.idx", directory, stored=False)


def _write_pages(
    package: _Package, selection: Selection, describe: Describe, scratch: Path
) -> None:
    """Articles are the pages; all others stand in a file beside theirs."""
    with _spool(scratch) as main, _spool(scratch) as extra:
        main.write(pages_header("pages", "Pages", has_text=True))
        extra.write(pages_header("extra-pages", "Extra Pages", has_text=False))
        for is_main, line in page_lines(selection, describe):
            (main if is_main else extra).write(line)
        package.add_file("pages/pages.jsonl", main, stored=False)
        package.add_file("pages/extraPages.jsonl", extra, stored=False)


def _spool(scratch: Path) -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(scratch))
