"""The dedupe index: which durable response a body equals.

A body counts as equal only if payload *and* framing are: a revisit record then loses nothing, for
its own head and the original's body are together the bytes of the wire (docs/adr/0004).

The index is a cache of the journals. It knows how far it has read each of them, so what a crash
took from it is read again, and a missing or damaged index is simply made anew.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import JournalError, index_error
from archive.home.journal import JournalEntry, read_journal_from
from archive.warc.model import Original

if TYPE_CHECKING:
    from archive.home.layout import Layout

_log = logging.getLogger(__name__)

_SCHEMA_VERSION = 2
_COMMIT_ROWS = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS originals (
    payload_digest TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    record_id TEXT NOT NULL,
    target_uri TEXT NOT NULL,
    date TEXT NOT NULL,
    warc_filename TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (payload_digest, body_digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS validators (
    target_uri TEXT NOT NULL,
    date TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload_digest TEXT NOT NULL,
    warc_filename TEXT NOT NULL,
    offset INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    PRIMARY KEY (target_uri, date, record_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journals (
    warc_filename TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;
"""

_ADD_ORIGINAL = "INSERT OR IGNORE INTO originals VALUES (?,?,?,?,?,?,?)"
_ADD_VERSION = "INSERT OR IGNORE INTO validators VALUES (?,?,?,?,?,?,?,?)"
_NEWEST = """
SELECT record_id, target_uri, date, payload_digest, warc_filename, offset, etag, last_modified
FROM validators WHERE target_uri = ? ORDER BY date DESC LIMIT 1
"""


class DedupeIndex:
    """Payload and body digest → the first durable response that had them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._uncommitted = 0
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as exc:
            _log.warning("%s is damaged (%s): making it again", layout.dedupe, exc)
            for suffix in ("", "-wal", "-shm"):
                layout.dedupe.with_name(layout.dedupe.name + suffix).unlink(missing_ok=True)
            try:
                self._db = self._open()
            except sqlite3.Error as again:
                raise index_error(layout.dedupe, again) from again

    def _open(self) -> sqlite3.Connection:
        # Used by whichever thread holds the Archive's lock.
        db = sqlite3.connect(self._layout.dedupe, check_same_thread=False, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")  # what is lost is read from the journals
            _check(db)
            db.executescript(_SCHEMA)
            db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        except BaseException:
            db.close()
            raise
        return db

    def catch_up(self) -> None:
        """Read what the journals have and the index has not."""
        positions = dict(self._db.execute("SELECT warc_filename, position FROM journals"))
        names = set()
        for name, path in self._layout.journals():
            names.add(name)
            position = positions.get(name, 0)
            size = path.stat().st_size
            if size < position:
                _log.warning("%s is shorter than it was: reading it again", path)
                self.forget(name)
                position = 0
            if size > position:
                self._read(name, path, position)
        for name in positions.keys() - names:
            self.forget(name)
        self._commit()

    def _read(self, name: str, path: Path, position: int) -> None:
        entries: list[JournalEntry] = []
        try:
            for entry, after in read_journal_from(path, position):
                entries.append(entry)
                position = after
                if len(entries) >= _COMMIT_ROWS:
                    self.add(name, entries, position)
                    entries.clear()
        except JournalError as exc:
            _log.warning("%s", exc)
        self.add(name, entries, position)

    def forget(self, name: str) -> None:
        """Drop what is known of a file; :meth:`catch_up` reads its journal again if it is there."""
        self._db.execute("DELETE FROM originals WHERE warc_filename = ?", (name,))
        self._db.execute("DELETE FROM validators WHERE warc_filename = ?", (name,))
        self._db.execute("DELETE FROM journals WHERE warc_filename = ?", (name,))

    def add(self, name: str, entries: Iterable[JournalEntry], position: int) -> None:
        """Take over entries of the journal of file *name*, which now ends at byte *position*.

        They count at once for :meth:`look_up`, but are committed now and then only: what a crash
        takes is read from the journal again.
        """
        entries = list(entries)
        rows = [
            (e.payload_digest, e.body_digest, e.record_id, e.target_uri, e.date, name, e.offset)
            for e in entries
            if e.type == "response" and e.body_digest is not None
        ]
        versions = [
            _version_row(name, e) for e in entries if (e.etag, e.last_modified) != (None, None)
        ]
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_ADD_ORIGINAL, rows)
            self._db.executemany(_ADD_VERSION, versions)
            self._db.execute("INSERT OR REPLACE INTO journals VALUES (?,?)", (name, position))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._uncommitted += len(rows)
        if self._uncommitted >= _COMMIT_ROWS:
            self._commit()

    def _commit(self) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._uncommitted = 0

    def look_up(self, payload_digest: str, body_digest: str) -> Original | None:
        """The original with this payload and this framing.

        Originals whose file has vanished are forgotten.
        """
        row = self._db.execute(
            "SELECT record_id, target_uri, date, payload_digest, warc_filename, offset"
            " FROM originals WHERE payload_digest = ? AND body_digest = ?",
            (payload_digest, body_digest),
        ).fetchone()
        if row is None:
            return None
        original = Original(*row)
        if not _has_file(self._layout, original.warc_filename):
            self.forget(original.warc_filename)
            return None
        return original

    def is_durable(self, original: Original) -> bool:
        """Whether this response with validators is journalled and its file still there."""
        row = self._db.execute(
            "SELECT warc_filename FROM validators WHERE target_uri = ? AND date = ?"
            " AND record_id = ? AND payload_digest = ?",
            (original.target_uri, original.date, original.record_id, original.payload_digest),
        ).fetchone()
        return row is not None and _has_file(self._layout, row[0])

    def close(self) -> None:
        """What cannot be kept is made again from the journals when the archive is opened next."""
        try:
            self._commit()
        except sqlite3.Error as exc:
            _log.warning("The dedupe index is behind the journals: %s", exc)
        finally:
            self._db.close()


def _version_row(name: str, entry: JournalEntry) -> tuple[Any, ...]:
    place = (entry.record_id, entry.payload_digest, name, entry.offset)
    return (entry.target_uri, entry.date, *place, entry.etag, entry.last_modified)


def _check(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version not in {0, _SCHEMA_VERSION}:
        raise sqlite3.DatabaseError(f"its schema version is {version}")
    (check,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if check != "ok":
        raise sqlite3.DatabaseError(check)


def _has_file(layout: Layout, name: str) -> bool:
    warc = layout.warc
    return (warc / f"{name}.open").exists() or (warc / name).exists()


class VersionLookup:
    """Which version of a page was archived last; reads only, and never waits for a writer.

    It sees what is committed: rows of the last few hundred exchanges may be missing.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._db: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def newest(self, target_uri: str) -> Original | None:
        """The last whole 200 response of this address that named an ETag or a Last-Modified."""
        with self._lock:
            try:
                if self._db is None:
                    uri = self._layout.dedupe.absolute().as_uri() + "?mode=ro"
                    self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
                row = self._db.execute(_NEWEST, (target_uri,)).fetchone()
            except sqlite3.Error as exc:
                _log.debug("%s: %s", self._layout.dedupe, exc)
                return None
        return None if row is None else Original(*row)

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None


def find_original_by_id(
    layout: Layout, record_id: str, payload_digest: str, target_uri: str = ""
) -> tuple[str, int] | None:
    """WARC file and offset of an original, as far as the index knows. Reads only, never creates."""
    row = _read_row(
        layout,
        "SELECT warc_filename, offset FROM originals WHERE payload_digest = ? AND record_id = ?"
        " UNION ALL"
        " SELECT warc_filename, offset FROM validators WHERE target_uri = ? AND record_id = ?",
        (payload_digest, record_id, target_uri, record_id),
    )
    return None if row is None else (row[0], row[1])


def _read_row(layout: Layout, query: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
    if not layout.dedupe.exists():
        return None
    try:
        with contextlib.closing(
            sqlite3.connect(layout.dedupe.absolute().as_uri() + "?mode=ro", uri=True)
        ) as db:
            row: tuple[Any, ...] | None = db.execute(query, values).fetchone()
    except sqlite3.DatabaseError as exc:
        _log.debug("%s: %s", layout.dedupe, exc)
        return None
    return row
