"""The archive of a home, writing side: exchanges in, durable records out."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from archive.errors import ArchiveError, NoSpaceError, WarcWriteError, index_error, write_error
from archive.home.layout import Layout, warc_name
from archive.home.manifest_writer import ManifestWriter
from archive.home.model import ArchiveStats, RecordRef
from archive.home.revisits import DedupeIndex, VersionLookup
from archive.home.salvage import salvage_layout
from archive.home.space import FreeSpace
from archive.home.stats import RecordCounter
from archive.home.warc_file import FileOperations, WarcFile
from archive.warc.dates import utc_now, warc_date
from archive.warc.exchange import build_records
from archive.warc.record import safe_uri
from archive.warc.record_types import resource_record, warcinfo_record
from archive.warc.writer import DEFAULT_LEVEL

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry
    from archive.warc.model import CaptureEvent, Original


class Archive:
    """The ``warc/``, ``index/`` and archive ``state/`` of one data home, for one process.

    Opening it salvages what a dead writer left (:attr:`salvaged`). Thread-safe: calls wait for
    each other. After an error nothing more is taken: every later call fails with the same error.
    """

    def __init__(
        self,
        home: Path,
        *,
        info: Mapping[str, str],
        prefix: str = "khobao",
        max_bytes: int = 1 << 30,
        max_age: dt.timedelta = dt.timedelta(hours=24),
        min_free_bytes: int = 256 << 20,
        level: int = DEFAULT_LEVEL,
        fsync: Callable[[int], None] = os.fsync,
        write: Callable[[int, memoryview], int] = os.write,
        clock: Callable[[], dt.datetime] = utc_now,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
        hostname: str | None = None,
        on_closed: Callable[[], None] = lambda: None,
    ) -> None:
        """:param info: fields of the warcinfo record that opens every file: software, operator,
            robots, isPartOf, … They come after ours and replace those of the same name.
        :param max_bytes: a file that has grown to this size is closed before the next exchange.
        :param on_closed: called after a file was closed, in the thread that closed it.
        :param min_free_bytes: with less free space than this nothing is written, not even the rest
            of a large body.
        :raises ArchiveLockedError: another process writes to this home.
        """
        self._layout = Layout(home)
        self._info = info
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._level = level
        self.space = FreeSpace(self._layout.warc, min_free_bytes)
        """For those who write beside the archive, such as the spools of big bodies."""

        self._ops = FileOperations(fsync, write, self.space.spend)
        self._clock = clock
        self._new_id = new_id
        self._on_closed = on_closed
        self._hostname = hostname or socket.gethostname()
        self._thread_lock = threading.RLock()
        self._file: WarcFile | None = None
        self._file_due = clock()
        self._serial = 0
        self._closed_files: list[Path] = []
        self._error: ArchiveError | None = None
        self._is_closed = False
        self._counter = RecordCounter()
        self._lock = self._layout.hold()
        try:
            self._dedupe = DedupeIndex(self._layout)
            self._manifests = self._open_manifests(fsync)
            self.salvaged = salvage_layout(self._layout, self._dedupe, self._manifests, fsync=fsync)
        except BaseException:
            self._lock.release()
            raise
        self._versions = VersionLookup(self._layout)

    def _open_manifests(self, fsync: Callable[[int], None]) -> ManifestWriter:
        try:
            return ManifestWriter(self._layout, fsync=fsync)
        except OSError as exc:
            raise write_error(self._layout.fixity, exc) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append_batch(self, events: Sequence[CaptureEvent]) -> list[RecordRef]:
        """Write all exchanges and make them durable by one group commit.

        Order: WARC bytes flushed, journal lines flushed, dedupe index; then this returns. For an
        exchange: response (or revisit) record, request record, metadata record.

        :raises WarcWriteError: none of these exchanges may be used. What was acknowledged before
            is safe.
        """
        with self._committed():
            return [self._append(event) for event in events]

    def append_log(
        self, name: str, data: bytes, content_type: str = "text/plain; charset=utf-8"
    ) -> RecordRef:
        """Keep a run's log or report as a resource record ``urn:khobao:NAME``."""
        with self._committed():
            now = self._clock()
            record = resource_record(
                f"urn:khobao:{name}", data, content_type, self._id(), warc_date(now)
            )
            file = self._current_file()
            return _ref(file, file.append(record), now)

    def newest_version(self, url: str) -> Original | None:
        """The last whole 200 response of *url* that has a validator, to ask "has it changed?".

        Needs no lock, so that it never waits for the disk; whether the record can still be read
        is for the caller to see.
        """
        return self._versions.newest(safe_uri(url))

    def close(self) -> list[Path]:
        """Close the current file and let go of the home; safe to call twice.

        :returns: all files this archive has written and closed, oldest first.
        :raises WarcWriteError: the last file could not be closed properly; it stays ``.open``.
        """
        with self._thread_lock:
            if self._is_closed:
                return self._closed_files
            self._is_closed = True
            try:
                if self._file is not None and not self._file.discard():
                    with self._failing():
                        self._close_file(self._file)
            finally:
                self._versions.close()
                self._dedupe.close()
                self._lock.release()
            return self._closed_files

    def manifest_problems(self) -> list[str]:
        """What is wrong with the manifests as far as writing to them shows it, for a person.

        Nothing of it is mended here: while the chain is broken, files are listed beside it.
        """
        problems = [self._manifests.problem] if self._manifests.problem else []
        if unlisted := self._manifests.unlisted():
            problems.append(
                f"no manifest lists {len(unlisted)} closed files ({unlisted[0]}, …); see"
                " `khobao archive fixity status`"
            )
        return problems

    def stats(self) -> ArchiveStats:
        """What this archive has written; all of it durable."""
        with self._thread_lock:
            return self._counter.snapshot()

    @contextlib.contextmanager
    def _committed(self) -> Iterator[None]:
        """Whatever is appended in the block is durable after it, or the archive has failed."""
        with self._thread_lock:
            if self._error is not None:
                raise self._error
            if self._is_closed:
                raise ArchiveError(f"{self._layout.home}: this archive has been closed.")
            with self._failing():
                self.space.check()
                yield
                self._commit()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn any error into a refusal of everything that follows."""
        try:
            yield
        except NoSpaceError as exc:  # the floor: the file itself is sound and can still be closed
            self._error = exc
            self._roll_back()
            raise
        except BaseException as exc:
            path = self._file.path if self._file else self._layout.warc
            if isinstance(exc, OSError):
                self._error = write_error(path, exc)
            elif isinstance(exc, sqlite3.Error):
                self._error = index_error(self._layout.dedupe, exc)
            else:
                self._error = WarcWriteError(path, f"{type(exc).__name__}: {exc}")
            if self._file is not None:
                self._file.abandon()
                self._file = None
            if isinstance(exc, Exception):
                raise self._error from exc
            raise

    def _roll_back(self) -> None:
        if self._file is None:
            return
        try:
            self._file.roll_back()
        except OSError:
            self._file.abandon()
            self._file = None

    def _append(self, event: CaptureEvent) -> RecordRef:
        file = self._current_file()
        exchange = build_records(event, self._id, self._dedupe.look_up, self._dedupe.is_durable)
        entries = {record.record_id: file.append(record) for record in exchange.records}
        self._counter.expect_saved(exchange.saved_bytes)
        return _ref(
            file,
            entries[exchange.main.record_id],
            event.started_at,
            exchange.request_id,
            exchange.metadata_id,
        )

    def _current_file(self) -> WarcFile:
        """The file for the next exchange: a new one if the last has grown big or old."""
        if self._file is not None and (
            self._file.size >= self._max_bytes or self._clock() >= self._file_due
        ):
            self._commit()
            self._close_file(self._file)
        if self._file is None:
            self._file = self._new_file()
        return self._file

    def _new_file(self) -> WarcFile:
        created = self._clock()
        while True:
            name = warc_name(self._prefix, created, self._serial, self._hostname)
            self._serial += 1
            with contextlib.suppress(FileExistsError):
                file = WarcFile(self._layout, name, level=self._level, ops=self._ops)
                break
        self._file_due = created + self._max_age
        file.append(
            warcinfo_record(name, self._info, self._hostname, self._id(), warc_date(created))
        )
        return file

    def _commit(self) -> None:
        if self._file is None:
            return
        entries = self._file.commit()
        self._dedupe.add(self._file.name, entries, self._file.journal_size)
        self._counter.count(entries)

    def _close_file(self, file: WarcFile) -> None:
        path = file.close(self._manifests)
        self._file = None
        self._closed_files.append(path)
        self._on_closed()

    def _id(self) -> str:
        return f"<urn:uuid:{self._new_id()}>"


def _ref(
    file: WarcFile,
    entry: JournalEntry,
    date: dt.datetime,
    request_id: str | None = None,
    metadata_id: str | None = None,
) -> RecordRef:
    return RecordRef(
        file.name,
        entry.offset,
        entry.length,
        entry.record_id,
        date.astimezone(dt.UTC),
        entry.payload_digest,
        entry.type,
        request_id,
        metadata_id,
        entry.refers_to,
    )
