"""WARC files of a package: verified one by one, and what their records are, for the indexes.

What is remembered lies in temporary databases, so that memory does not grow with the package.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from archive.errors import InvalidRecordError
from archive.home.cdxj import timestamp, urlkey
from archive.package.report import ADVICE
from archive.verify import Catalog, Target, verify_file
from archive.verify.catalog import RowFile
from archive.verify.relations import check_relations
from archive.warc import WarcRecord, read_records

if TYPE_CHECKING:
    from archive.package.report import PackageReport

_INDEXABLE = frozenset({"response", "revisit", "resource", "metadata", "conversion"})
_COLUMNS = (
    "file TEXT, offset INTEGER, length INTEGER, type TEXT, url TEXT, timestamp TEXT, digest TEXT,"
    " status TEXT, mime TEXT, seen INTEGER DEFAULT 0, PRIMARY KEY (file, offset)"
)


class IndexedRecord(NamedTuple):
    """A record as a line of an index should describe it."""

    offset: int
    length: int
    type: str
    url: str
    timestamp: str
    digest: str | None
    status: str | None
    mime: str | None
    seen: int
    """How many lines there were for it."""

    @property
    def urlkey(self) -> str:
        return urlkey(self.url)


class PackageRecords:
    """All records of a package's WARC files; a context manager that leaves nothing behind."""

    def __init__(self, report: PackageReport) -> None:
        self._report = report
        self._stack = contextlib.ExitStack()
        self._catalog = self._stack.enter_context(Catalog())
        self.directory = self._catalog.directory
        """For what has to lie on disk meanwhile."""

        self._db = sqlite3.connect(self.directory / "package.sqlite")
        self._stack.callback(self._db.close)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"CREATE TABLE records ({_COLUMNS})")
        self._db.execute("CREATE TABLE captures (url TEXT, timestamp TEXT)")
        self._count = 0
        self._names: set[str] = set()
        self._unread: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def has_file(self, name: str) -> bool:
        """:param name: of a WARC file, without its folder."""
        return name in self._names

    # -- the WARC files ---------------------------------------------------------------------------

    def add_file(self, path: Path, name: str) -> None:
        """Verify *path*.

        :param name: of the file in the package.
        """
        number = self._count
        rows = self.directory / f"{number}.sqlite"
        with contextlib.closing(RowFile(rows)) as row_file:
            report = verify_file(Target(path, is_vouched_for=True), row_file.add)
        self._catalog.take(number, self._report.shown(name), report.run_id, rows)
        self._report.take_file(report, name)
        self._count += 1
        short = name.rpartition("/")[2]
        if short in self._names:
            self._unread.add(short)  # an index names files without their folders
        self._names.add(short)
        try:
            with path.open("rb") as file:
                self._remember(short, read_records(file, path), path.stat().st_size)
        except (InvalidRecordError, OSError):
            self._unread.add(short)  # told by verify_file

    def add_unread(self, name: str) -> None:
        """One that cannot be unpacked."""
        short = name.rpartition("/")[2]
        self._names.add(short)
        self._unread.add(short)

    def _remember(self, name: str, records: Iterator[WarcRecord], size: int) -> None:
        before: tuple[object, ...] | None = None
        start = 0
        for record in records:
            if before is not None:
                self._insert(name, before, start, record.offset)
            start, before = record.offset, _row(record)
        if before is not None:
            self._insert(name, before, start, size)

    def _insert(self, name: str, row: tuple[object, ...], start: int, end: int) -> None:
        if row:
            self._db.execute(
                "INSERT OR REPLACE INTO records VALUES (?,?,?,?,?,?,?,?,?,0)",
                (name, start, end - start, *row),
            )

    def check_relations(self) -> None:
        """What the files say of each other; once all are there."""
        self._catalog.make_index()
        for finding in check_relations(self._catalog, lambda _wanted: {}, lambda _path: False):
            if finding.kind != "revisit-dangles" or not self._unread:
                self._report.take(replace(finding, advice=ADVICE))

    # -- the indexes ------------------------------------------------------------------------------

    def is_read(self, name: str) -> bool:
        return name in self._names and name not in self._unread

    def find(self, name: str, offset: int) -> IndexedRecord | None:
        """The record that a line of an index names, which counts as seen from now on."""
        columns = "offset, length, type, url, timestamp, digest, status, mime, seen"
        query = f"SELECT {columns} FROM records WHERE file = ? AND offset = ?"  # noqa: S608
        row = self._db.execute(query, (name, offset)).fetchone()
        if row is None:
            return None
        self._db.execute(
            "UPDATE records SET seen = seen + 1 WHERE file = ? AND offset = ?", (name, offset)
        )
        return IndexedRecord(*row)

    def add_capture(self, url: str, moment: str) -> None:
        self._db.execute("INSERT INTO captures VALUES (?,?)", (url, moment))

    def not_indexed(self, types: frozenset[str]) -> Iterator[tuple[str, int, str]]:
        """(WARC file, offset, address) of what can be shown and no line has named.

        A 304 cannot: see ADR 0023.
        """
        rows = self._db.execute(
            "SELECT file, offset, type, url, status FROM records WHERE seen = 0 ORDER BY 1, 2"
        )
        for name, offset, kind, url, status in rows:
            is_shown = status != str(int(HTTPStatus.NOT_MODIFIED))
            if kind in types and is_shown and name not in self._unread:
                yield name, offset, url

    def index_captures(self) -> None:
        """Once all indexes are read."""
        self._db.execute("CREATE INDEX by_url ON captures (url, timestamp)")

    def is_captured(self, url: str, moment: str | None = None) -> bool:
        """:param moment: 14 digits; None: whenever."""
        query = "SELECT 1 FROM captures WHERE url = ?"
        values = [url]
        if moment is not None:
            query += " AND timestamp = ?"
            values.append(moment)
        return self._db.execute(query + " LIMIT 1", values).fetchone() is not None


def _row(record: WarcRecord) -> tuple[object, ...]:
    """Empty: no index lists it."""
    if record.type not in _INDEXABLE or record.target_uri is None:
        return ()
    http = record.http
    mime = http.mime if http else None
    if record.type == "revisit":
        mime = "warc/revisit"
    elif record.type != "response":
        mime = (record.head.get("Content-Type") or "").partition(";")[0].strip()
    return (
        record.type,
        record.target_uri.strip("<>"),  # as WARC 1.0 was often understood
        timestamp(record.head.require("WARC-Date")),
        record.payload_digest,
        http.status_text if http else None,
        mime,
    )
