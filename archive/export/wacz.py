"""WACZ export (1.1.1): WARC files, their index and their pages in one ZIP file.

Source: https://specs.webrecorder.net/wacz/1.1.1/. Everything is written once, front to back; hashes
are computed on the way; the large parts are stored, so that a reader can slice a record out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
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


class _Entry:
    """A file in the package while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def hash(self) -> str:
        return "sha256:" + self._digest.hexdigest()


class _Package:
    """The ZIP file, and what datapackage.json will say of it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self.resources: list[dict[str, object]] = []

    @contextmanager
    def file(self, path: str, *, stored: bool) -> Iterator[_Entry]:
        info = zipfile.ZipInfo(path, _FIXED_TIME)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        # How large it becomes is not known here: always leave room for 64 bits.
        with self._zip.open(info, "w", force_zip64=True) as file:
            entry = _Entry(file)
            yield entry
        name = path.rsplit("/", 1)[-1].lower()
        self.resources.append({"name": name, "path": path, "hash": entry.hash, "bytes": entry.size})


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
            with package.file(f"archive/{name}", stored=True) as entry:
                for piece in copy_file(selection, name):
                    entry.write(piece)
        _write_index(package, selection, path.parent)
        _write_pages(package, selection, describe, path.parent)
        described = _json(
            {
                "profile": "data-package",
                "resources": package.resources,
                "wacz_version": WACZ_VERSION,
                "title": title,
                "software": software,
                "created": warc_date(created)[:19] + "Z",
            }
        )
        with package.file("datapackage.json", stored=False) as entry:
            entry.write(described)
        with package.file("datapackage-digest.json", stored=False) as digest:
            digest.write(_json({"path": "datapackage.json", "hash": entry.hash}))


def _write_index(package: _Package, selection: Selection, scratch: Path) -> None:
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(scratch)) as blocks:
        with package.file(f"indexes/{INDEX_NAME}", stored=True) as data:
            blocks.writelines(zipnum(index_lines(selection, scratch), data.write))
        _copy(package, "indexes/index.idx", blocks)


def _write_pages(
    package: _Package, selection: Selection, describe: Describe, scratch: Path
) -> None:
    """Articles are the pages; all others go beside them, in a file that is kept back meanwhile."""
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(scratch)) as extra:
        extra.write(pages_header("extra-pages", "Extra Pages", has_text=False))
        with package.file("pages/pages.jsonl", stored=False) as pages:
            pages.write(pages_header("pages", "Pages", has_text=True))
            for is_main, line in page_lines(selection, describe):
                (pages if is_main else extra).write(line)
        _copy(package, "pages/extraPages.jsonl", extra)


def _copy(package: _Package, path: str, source: IO[bytes]) -> None:
    source.seek(0)
    with package.file(path, stored=False) as entry:
        shutil.copyfileobj(source, entry)


def _json(values: dict[str, object]) -> bytes:
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()
