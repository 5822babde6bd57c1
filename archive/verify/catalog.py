"""Catalog of all records seen: a temporary database, so that memory does not grow."""

from __future__ import annotations

import contextlib
import marshal
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from archive.verify.record import RecordRow

_COLUMNS = (
    "id TEXT, offset INTEGER, type TEXT, uri TEXT, date TEXT, digest TEXT, status TEXT,"
    " mime TEXT, refers_to TEXT, refers_uri TEXT, refers_date TEXT, is_original INTEGER"
)
_INSERT = "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
_BATCH = 1000


class Place(NamedTuple):
    """A record and where it lies."""

    record_id: str
    path: str
    offset: int
    type: str
    uri: str | None
    date: str | None
    payload_digest: str | None
    status: str | None
    mime: str | None
    refers_to: str | None
    run_id: str | None


class RowFile:
    """The records of one file, in a file that :meth:`Catalog.take` takes over."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._rows: list[RecordRow] = []

    def add(self, row: RecordRow) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        # Read again by this very program, and several times as quick as a table of its own.
        marshal.dump(self._rows, self._file)
        self._rows.clear()


class Catalog:
    """All records that were seen; a context manager that leaves nothing behind.

    Of other programs' files only :mod:`archive.verify.imported_relations` asks: nothing of ours
    refers to them.
    """

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        directory = tempfile.TemporaryDirectory(prefix="khobao-verify-")
        self.directory = Path(self._stack.enter_context(directory))
        self._db = _connect(self.directory / "catalog.sqlite")
        self._stack.callback(self._db.close)
        self._db.execute(
            "CREATE TABLE files (file INTEGER PRIMARY KEY, path TEXT, run_id TEXT, name TEXT,"
            " imported INTEGER)"
        )
        self._db.execute(f"CREATE TABLE records (file INTEGER, {_COLUMNS})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def db(self) -> sqlite3.Connection:
        return self._db

    def take(
        self, number: int, path: str, run_id: str | None, rows: Path, *, is_imported: bool = False
    ) -> None:
        """Take over the records of one file and delete *rows*.

        :param number: files are numbered in the order in which they were written.
        """
        name = path.rpartition("/")[2].removesuffix(".open")
        values = (number, path, run_id, name, is_imported)
        self._db.execute("INSERT INTO files VALUES (?,?,?,?,?)", values)
        with rows.open("rb") as file, contextlib.suppress(EOFError):
            while True:
                batch = marshal.load(file)  # noqa: S302 - RowFile wrote it
                self._db.executemany(_INSERT, ((number, *row) for row in batch))
        self._db.commit()
        rows.unlink()

    def names(self) -> set[str]:
        """Of the files taken."""
        return {name for (name,) in self._db.execute("SELECT name FROM files")}

    def make_index(self) -> None:
        """Call it once all files are taken, before anything is looked up."""
        self._db.execute("CREATE INDEX by_id ON records (id, file, offset)")
        self._db.commit()

    def find(self, record_ids: Iterable[str]) -> dict[str, Place]:
        """Those of the records that there are; at most some hundreds at once."""
        ids = list(record_ids)
        marks = ",".join("?" * len(ids))
        return {
            place.record_id: place
            for place in self._places(f"id IN ({marks})", ids, "file, offset DESC")
        }

    def exchanges(self) -> Iterator[Place]:
        """The records that stand for exchanges: responses, revisits, and metadata (any; those of
        exchanges with a response as well).
        """
        return self._places("type IN ('response', 'revisit', 'metadata')", [], "file, offset")

    def _places(self, condition: str, values: list[str], order: str) -> Iterator[Place]:
        columns = "id, path, offset, type, uri, date, digest, status, mime, refers_to, run_id"
        source = "records JOIN files USING (file)"
        source += f" WHERE NOT imported AND {condition} ORDER BY {order}"
        query = f"SELECT {columns} FROM {source}"  # noqa: S608 - every word of it is ours
        return (Place(*row) for row in self._db.execute(query, values))


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path.absolute().as_uri(), uri=True)  # so that those attached may be
    db.execute("PRAGMA journal_mode = OFF")  # nothing here outlives the command
    db.execute("PRAGMA synchronous = OFF")
    return db
