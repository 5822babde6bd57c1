"""One queue for all writes: what arrives within a moment is written together."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

J = TypeVar("J")

MAX_JOBS = 500
MAX_WAIT_SECONDS = 0.05
MAX_QUEUED = 2_000


class Batches(Generic[J]):
    """Hands jobs to *write* in batches, one batch at a time, in the order they came.

    :param write: must settle its jobs itself. If it raises, so do this and every later call: what
        could not be written is not forgotten silently.
    """

    def __init__(
        self,
        write: Callable[[list[J]], Awaitable[None]],
        *,
        max_jobs: int = MAX_JOBS,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self._write = write
        self._max_jobs, self._max_wait_seconds = max_jobs, max_wait_seconds
        self._max_queued = max_queued
        self._queue: deque[J] = deque()
        self._some = asyncio.Event()  # there is a job
        self._enough = asyncio.Event()  # there is a full batch, or somebody is in a hurry
        self._idle = asyncio.Event()  # nothing queued, nothing being written
        self._room = asyncio.Event()
        self._idle.set()
        self._room.set()
        self._hurry = False
        self._failure: Exception | None = None
        self._task = asyncio.create_task(self._run(), name="mongodb-batches")
        self.written = 0

    @property
    def has_failed(self) -> bool:
        return self._failure is not None

    async def put(self, job: J) -> None:
        """Queue *job*; waits only while the queue is full."""
        while len(self._queue) >= self._max_queued and self._failure is None:
            self._room.clear()
            await self._room.wait()
        if self._failure is not None:
            raise self._failure
        self._queue.append(job)
        self._idle.clear()
        self._some.set()
        if len(self._queue) >= self._max_jobs:
            self._enough.set()

    async def flush(self) -> None:
        """Return once everything queued so far is written."""
        self._hurry = True
        self._enough.set()
        try:
            await self._idle.wait()
        finally:
            self._hurry = False
        if self._failure is not None:
            raise self._failure

    async def close(self) -> None:
        """Stop at once; :meth:`flush` first."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        try:
            while True:
                await self._some.wait()
                if len(self._queue) < self._max_jobs and not self._hurry:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._max_wait_seconds):
                            await self._enough.wait()
                size = min(len(self._queue), self._max_jobs)
                batch = [self._queue.popleft() for _ in range(size)]
                if not self._queue:
                    self._some.clear()
                if len(self._queue) < self._max_jobs and not self._hurry:
                    self._enough.clear()
                self._room.set()
                await self._write(batch)
                self.written += 1
                if not self._queue:
                    self._idle.set()
        except Exception as exc:  # noqa: BLE001  # handed on to everybody who asks
            self._failure = exc
            self._room.set()
            self._idle.set()

    def take_queued(self) -> list[J]:
        """The jobs that will never be written now that writing failed."""
        queued = list(self._queue)
        self._queue.clear()
        return queued
