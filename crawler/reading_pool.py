"""Pool of reading processes: work out, what was read back, in the order of the work."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Self, TypeVar

logger = logging.getLogger(__name__)
In = TypeVar("In")
Out = TypeVar("Out")

_MAX_AHEAD = 3
"""Chunks under way for each process: enough that none waits, few enough for the memory."""

_MIN_CHUNKS = 2
"""So many chunks are read before processes are started, which takes a second."""


class ReadingPool:
    """A process that dies (a parser bug, the kernel's memory killer) costs no page: from then on
    this process reads.

    :param processes: all cores by default; 0 reads in this process.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._processes = (os.cpu_count() or 1) if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def map(
        self, read: Callable[[In], Out], chunks: Iterable[In]
    ) -> AsyncIterator[tuple[In, Out]]:
        """Each chunk with what *read* made of it."""
        waiting: deque[tuple[In, asyncio.Future[Out] | None]] = deque()
        for number, chunk in enumerate(chunks, 1):
            if number > _MIN_CHUNKS:
                self.start()
            waiting.append((chunk, self._submit(read, chunk)))
            if len(waiting) > _MAX_AHEAD * self._processes:
                yield await self._result(read, *waiting.popleft())
        while waiting:
            yield await self._result(read, *waiting.popleft())

    async def read(self, read: Callable[[In], Out], chunk: In) -> Out:
        """One chunk more, while those of :meth:`map` are under way."""
        _, result = await self._result(read, chunk, self._submit(read, chunk))
        return result

    def start(self) -> None:
        """Let processes read from the first chunk on."""
        if self._pool is None and self._processes:
            self._pool = ProcessPoolExecutor(
                self._processes,
                # Not forked: the reactor, its threads and its sockets must not be copied.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_belong_to_parent,
            )

    def close(self) -> None:
        """What waits is not read any more; what is being read is not waited for."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, read: Callable[[In], Out], chunk: In) -> asyncio.Future[Out] | None:
        if self._pool is None:
            return None
        try:
            submitted: Future[Any] = self._pool.submit(read, chunk)
        except BrokenProcessPool:
            self._give_up()
            return None
        return asyncio.wrap_future(submitted)

    async def _result(
        self, read: Callable[[In], Out], chunk: In, future: asyncio.Future[Out] | None
    ) -> tuple[In, Out]:
        if future is not None:
            try:
                return chunk, await future
            except BrokenProcessPool:
                self._give_up()
        return chunk, read(chunk)

    def _give_up(self) -> None:
        if self._processes:
            logger.warning("A reading process died; this process reads from now on")
        self._processes = 0
        self.close()


def _belong_to_parent() -> None:
    """For a process that reads: leave Ctrl-C to its parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
