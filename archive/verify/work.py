"""Process pool of verify: a process a file, results in the order of the files."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.layout import Layout
from archive.verify.catalog import Catalog, RowFile
from archive.verify.dedupe import check_dedupe
from archive.verify.elsewhere import looking_elsewhere
from archive.verify.file import verify_file
from archive.verify.finding import MAX_FINDINGS
from archive.verify.imported_relations import check_imported
from archive.verify.plan import Plan, home_of
from archive.verify.relations import check_relations

if TYPE_CHECKING:
    from archive.verify.finding import Finding
    from archive.verify.report import FileReport
    from archive.verify.target import Target

_WAITING_A_PROCESS = 4
_MIN_POOL_BYTES = 64 << 20
"""Compressed bytes: starting other processes takes as long as verifying this much."""


def verify_targets(
    plan: Plan,
    catalog: Catalog,
    *,
    jobs: int | None = None,
    min_pool_bytes: int = _MIN_POOL_BYTES,
    max_findings: int = MAX_FINDINGS,
    is_over: Callable[[], bool] = lambda: False,
) -> Iterator[FileReport]:
    """One report a file; their records go into *catalog*, which is indexed at the end.

    :param is_over: asked before each file but the first: no more is begun.
    :param max_findings: of a kind in a file, see :class:`~archive.verify.finding.FindingCap`.
    :param min_pool_bytes: with fewer bytes on disk than this one process does it all.
    """
    order = range(len(plan.targets)) if plan.order is None else plan.order
    jobs = min(jobs or os.cpu_count() or 1, len(order))
    in_pool = jobs > 1 and sum(size_of(target.path) for target in plan.targets) >= min_pool_bytes
    work = _Work(plan, catalog, max_findings, is_over)
    reports = work.in_processes(order, jobs) if in_pool else work.here(order)
    with contextlib.closing(reports):
        for number, report in reports:
            rows = work.rows(number)
            catalog.take(number, report.path, report.run_id, rows, is_imported=report.is_imported)
            yield report
    catalog.make_index()


def check_together(plan: Plan, catalog: Catalog) -> Iterator[Finding]:
    """What the files say of each other; :func:`~archive.verify.finding.capped` bounds it."""
    verified = catalog.names()
    is_whole = plan.is_whole_home and len(verified) == len(plan.targets) + len(plan.left_out)
    homes = [] if is_whole else plan.homes

    def is_alone(path: str) -> bool:
        return not plan.is_whole_home and home_of(Path(path)) is None

    yield from check_relations(catalog, looking_elsewhere(homes, verified), is_alone)
    if not is_whole:
        return
    yield from check_imported(catalog)
    for home in () if plan.is_being_written else plan.homes:
        yield from check_dedupe(Layout(home), catalog)


def _verify(target: Target, rows: Path, max_findings: int) -> FileReport:
    with contextlib.closing(RowFile(rows)) as row_file:
        return verify_file(target, row_file.add, max_findings)


class _Work:
    """Files one after the other, here or in processes."""

    def __init__(
        self, plan: Plan, catalog: Catalog, max_findings: int, is_over: Callable[[], bool]
    ) -> None:
        self._targets = plan.targets
        self._directory = catalog.directory
        self._max_findings = max_findings
        self._is_over = is_over

    def rows(self, number: int) -> Path:
        return self._directory / f"{number}.sqlite"

    def here(self, order: Sequence[int]) -> Generator[tuple[int, FileReport]]:
        for number in self._until_over(order):
            yield number, _verify(self._targets[number], self.rows(number), self._max_findings)

    def in_processes(self, order: Sequence[int], jobs: int) -> Generator[tuple[int, FileReport]]:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=multiprocessing.get_context("spawn"),  # not forked: nothing is inherited
            initializer=_ignore_interrupt,
        )
        waiting: deque[tuple[int, Future[FileReport]]] = deque()
        numbers = self._until_over(order)
        try:
            while True:
                # A few beyond those at work, so that no process waits for a slow neighbour.
                for number in islice(numbers, jobs * _WAITING_A_PROCESS - len(waiting)):
                    waiting.append((number, self._submit(pool, number)))
                if not waiting:
                    break
                yield self._result(*waiting.popleft())
            pool.shutdown()
        except BaseException:
            for child in multiprocessing.active_children():
                child.kill()  # what it was doing is of no use to anybody
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _until_over(self, order: Sequence[int]) -> Iterator[int]:
        for at, number in enumerate(order):
            if at and self._is_over():
                return
            yield number

    def _submit(self, pool: ProcessPoolExecutor, number: int) -> Future[FileReport]:
        work = (self._targets[number], self.rows(number), self._max_findings)
        try:
            with _interrupts_held():
                return pool.submit(_verify, *work)
        except BrokenProcessPool as exc:
            broken: Future[FileReport] = Future()
            broken.set_exception(exc)
            return broken

    def _result(self, number: int, future: Future[FileReport]) -> tuple[int, FileReport]:
        try:
            return number, future.result()
        except BrokenProcessPool:
            # Killed, for want of memory most likely: this process goes on alone.
            self.rows(number).unlink(missing_ok=True)
            return number, _verify(self._targets[number], self.rows(number), self._max_findings)


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


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
