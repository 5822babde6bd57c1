"""One rebuild from an archive to a database that equals the one the crawls filled."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import ArchiveError, read_record
from crawler.errors import ExitCode, UsageError
from crawler.reading_pool import ReadingPool
from khobao.maintenance.rebuild.entries import (
    Batch,
    Readings,
    batches,
    chunked_batches,
    read_batches,
)
from khobao.maintenance.rebuild.records import Known, RecordEntries
from khobao.maintenance.rebuild.replay import Replay
from khobao.maintenance.rebuild.runs import Run, runs
from khobao.maintenance.reextract.run import Progress, home_locked
from pipelines.mongodb.names_0_1 import current_run
from pipelines.mongodb.runs import run_job
from pipelines.mongodb.schema import COLLECTIONS, Document

if TYPE_CHECKING:
    from pipelines.mongodb.ledger_entries import Entry
    from pipelines.mongodb.store import Store

MARK = "rebuild"
"""Collection that is there while a database is being rebuilt: half of one is begun anew."""

_DATES = frozenset({"startedAt", "finishedAt", "start_time", "finish_time"})
_MAX_ERRORS = 20


@dataclasses.dataclass(slots=True)
class Rebuilt:
    """What was done, and what could not be."""

    runs: int = 0
    cut: list[str] = dataclasses.field(default_factory=list)
    """Runs that left no whole ledger: of them there is what their records say."""

    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    """Entries by kind."""

    refused: int = 0
    unreadable: int = 0
    errors: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def exit_code(self) -> ExitCode:
        failed = self.unreadable or self.refused or self.counts["unreadable"]
        return ExitCode.SOME_FAILED if failed else ExitCode.COMPLETE

    def add_error(self, where: str, reason: str) -> None:
        self.unreadable += 1
        if len(self.errors) < _MAX_ERRORS:
            self.errors.append((where, " ".join(reason.split())))


async def rebuild(
    home: Path, store: Store, *, progress: Progress, processes: int | None = None
) -> Rebuilt:
    """Fill an empty database from the WARC files of *home*, which are only read.

    :param store: not open yet.
    :raises UsageError: the database is not empty.
    :raises archive.ArchiveLockedError: a crawl is under way.
    :raises pipelines.mongodb.errors.DatabaseError: MongoDB stays away; run it again.
    """
    with ExitStack() as stack:
        stack.callback(home_locked(home).release)
        pool = stack.enter_context(ReadingPool(processes))
        await store.open()
        try:
            await _require_empty(store)
            result = Rebuilt()
            for run in runs(home):
                await _Rebuilding(home, store, run, result, progress).go(pool)
                result.runs += 1
            await store.drop(MARK)
            return result
        finally:
            await store.close()


async def _require_empty(store: Store) -> None:
    """Half of a rebuild is emptied: all of it is in the archive."""
    if await store.find(MARK, {}):
        for name in COLLECTIONS:
            await store.clear(name)
        return
    for name in COLLECTIONS:
        if await store.find(name, {}, ["_id"], limit=1):
            raise UsageError(
                f"the database {store.database_name!r} is not empty (it has {name});"
                " rebuild into another one with --into NAME"
            )
    await store.mark(MARK)


class _Rebuilding:
    def __init__(
        self, home: Path, store: Store, run: Run, result: Rebuilt, progress: Progress
    ) -> None:
        self._home, self._store, self._run = home, store, run
        self._result, self._progress = result, progress
        self._replay = Replay(run.id)
        self._ending: dict[str, Entry] = {}
        self._known = Known()
        """Needed only until the ledger proves to be whole."""

    async def go(self, pool: ReadingPool) -> None:
        await self._write_all(pool, self._ledger())
        if "end" not in self._ending or not self._ending["end"]["isWhole"]:
            self._result.cut.append(self._run.id)
            found = RecordEntries(self._home, self._run, self._known)
            await self._write_all(pool, iter(found))
            for where, reason in found.errors:
                self._result.add_error(where, reason)
        document = self._finished()
        if document is not None:
            archive = {"archive": self._run.archive_document()}
            await self._store.write_batch([run_job(document | archive)], dt.datetime.now(dt.UTC))
        self._result.counts += self._replay.counts

    def _ledger(self) -> Iterator[Batch]:
        try:
            for batch in batches(self._home, self._run, self._ending):
                self._known.learn(batch)
                yield batch
        except (ArchiveError, OSError, ValueError) as exc:
            self._ending.clear()  # what came before stands; the records tell the rest
            self._result.add_error(self._run.id, str(exc))

    async def _write_all(self, pool: ReadingPool, found: Iterator[Batch]) -> None:
        read = partial(read_batches, self._home)
        async for chunk, readings in pool.map(read, chunked_batches(found)):
            for where, reason in readings.errors:
                self._result.add_error(where, reason)
            for batch in chunk:
                await self._write(batch, readings)
            self._progress.read(sum(self._replay.counts.values()))

    async def _write(self, batch: Batch, readings: Readings) -> None:
        jobs = self._replay.jobs(batch, readings)
        if not jobs:
            return
        for job, error in await self._store.write_batch(jobs, batch.at):
            self._result.refused += 1
            if again := self._replay.quarantine(job, error, batch.at):
                await self._store.write_batch(again, batch.at)

    def _finished(self) -> Document | None:
        """The run's last document: of the ledger, or of the report beside it."""
        if "finished" in self._ending:
            return current_run(self._ending["finished"]["document"])
        if self._run.report is None:
            return None
        try:
            report = read_record(self._home, *self._run.report).body
        except (ArchiveError, OSError) as exc:
            self._result.add_error(self._run.id, str(exc))
            return None
        return current_run(json.loads(report, object_hook=_with_dates))


def _with_dates(value: dict[str, Any]) -> dict[str, Any]:
    """A report has dates as text."""
    for name in _DATES & value.keys():
        if isinstance(value[name], str):
            value[name] = dt.datetime.fromisoformat(value[name])
    return value
