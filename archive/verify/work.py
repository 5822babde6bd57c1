"""Process pool of verify: a process a file, results in the order of the files."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import JournalError
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.verify.catalog import Catalog, RowFile
from archive.verify.dedupe import check_dedupe
from archive.verify.file import verify_file
from archive.verify.finding import MAX_FINDINGS
from archive.verify.imported_relations import check_imported
from archive.verify.plan import Plan, home_of
from archive.verify.relations import Original, check_relations

if TYPE_CHECKING:
    from archive.verify.finding import Finding
    from archive.verify.report import FileReport
    from archive.verify.target import Target

_MIN_POOL_BYTES = 64 << 20
"""Compressed bytes: starting other processes takes as long as verifying this much."""


def verify_targets(
    plan: Plan,
    catalog: Catalog,
    *,
    jobs: int | None = None,
    min_pool_bytes: int = _MIN_POOL_BYTES,
    max_findings: int = MAX_FINDINGS,
) -> Iterator[FileReport]:
    """One report a file; their records go into *catalog*, which is indexed at the end.

    :param max_findings: of a kind in a file, see :class:`~archive.verify.finding.FindingCap`.
    :param min_pool_bytes: with fewer bytes on disk than this one process does it all.
    """
    numbered = [
        (target, catalog.directory / f"{number}.sqlite")
        for number, target in enumerate(plan.targets)
    ]
    jobs = min(jobs or os.cpu_count() or 1, len(numbered))
    if jobs > 1 and sum(_size(target.path) for target in plan.targets) >= min_pool_bytes:
        reports: Generator[FileReport] = _in_processes(numbered, jobs, max_findings)
    else:
        reports = (_verify(target, rows, max_findings) for target, rows in numbered)
    with contextlib.closing(reports):
        for number, report in enumerate(reports):
            rows = numbered[number][1]
            catalog.take(number, report.path, report.run_id, rows, is_imported=report.is_imported)
            yield report
    catalog.make_index()


def check_together(plan: Plan, catalog: Catalog) -> Iterator[Finding]:
    """What the files say of each other; :func:`~archive.verify.finding.capped` bounds it."""
    homes = [] if plan.is_whole_home else plan.homes
    verified = {target.name for target in plan.targets}

    def is_alone(path: str) -> bool:
        return not plan.is_whole_home and home_of(Path(path)) is None

    yield from check_relations(catalog, _looking_elsewhere(homes, verified), is_alone)
    if not plan.is_whole_home:
        return
    yield from check_imported(catalog)
    for home in () if plan.is_being_written else plan.homes:
        yield from check_dedupe(Layout(home), catalog)


def _looking_elsewhere(
    homes: list[Path], verified: set[str]
) -> Callable[[set[str]], dict[str, Original]]:
    """Originals in the other files of the homes, as far as their journals tell."""

    def look(wanted: set[str]) -> dict[str, Original]:
        found: dict[str, Original] = {}
        for home in homes:
            for name, journal in Layout(home).journals():
                if name not in verified:
                    found |= _in_journal(name, journal, wanted)
        return found

    return look


def _in_journal(name: str, journal: Path, wanted: set[str]) -> dict[str, Original]:
    found: dict[str, Original] = {}
    with contextlib.suppress(JournalError, OSError):
        for entry in read_journal(journal):
            if entry.record_id in wanted:
                found[entry.record_id] = Original(
                    None,
                    entry.offset,
                    entry.type,
                    entry.target_uri,
                    entry.date,
                    entry.payload_digest,
                    entry.body_digest is not None,
                    f"{name} at byte {entry.offset}, by its journal",
                )
    return found


def _verify(target: Target, rows: Path, max_findings: int) -> FileReport:
    with contextlib.closing(RowFile(rows)) as row_file:
        return verify_file(target, row_file.add, max_findings)


def _in_processes(
    numbered: list[tuple[Target, Path]], jobs: int, max_findings: int
) -> Generator[FileReport]:
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),  # not forked: nothing of ours is inherited
        initializer=_ignore_interrupt,
    )
    waiting: list[tuple[Target, Path, Future[FileReport]]] = []
    try:
        with _interrupts_held():
            for target, rows in numbered:
                waiting.append((target, rows, pool.submit(_verify, target, rows, max_findings)))
        for target, rows, future in waiting:
            try:
                yield future.result()
            except BrokenProcessPool:
                # Killed, for want of memory most likely: this process goes on alone.
                rows.unlink(missing_ok=True)
                yield _verify(target, rows, max_findings)
        pool.shutdown()
    except BaseException:
        for child in multiprocessing.active_children():
            child.kill()  # what it was doing is of no use to anybody
        pool.shutdown(wait=False, cancel_futures=True)
        raise


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """While processes are started: one whose parent was interrupted before it had given it what to
    do would complain on the terminal.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ignore_interrupt() -> None:
    """Ctrl-C is the parent's to handle: it ends its children."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
