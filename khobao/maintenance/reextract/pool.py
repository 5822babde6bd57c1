"""All cores read: chunks of places out, what was read there back, in the order of the places."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.page_reader import belong_to_parent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from typing import Self

__all__ = ["ReadingPool"]

logger = logging.getLogger(__name__)
In = TypeVar("In")
Out = TypeVar("Out")

AHEAD = 3
"""Chunks under way for each process: enough that none waits, few enough for the memory."""

FEW = 2
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
        self._stop()

    async def map(
        self, read: Callable[[In], Out], chunks: Iterable[In]
    ) -> AsyncIterator[tuple[In, Out]]:
        """Each chunk with what *read* made of it."""
        waiting: deque[tuple[In, asyncio.Future[Out] | None]] = deque()
        for number, chunk in enumerate(chunks, 1):
            waiting.append((chunk, self._submit(read, chunk, number)))
            if len(waiting) > AHEAD * self._processes:
                yield await self._result(read, *waiting.popleft())
        while waiting:
            yield await self._result(read, *waiting.popleft())

    async def read(self, read: Callable[[In], Out], chunk: In) -> Out:
        """One chunk more, while those of :meth:`map` are under way."""
        _, result = await self._result(read, chunk, self._submit(read, chunk, 0))
        return result

    def _submit(
        self, read: Callable[[In], Out], chunk: In, number: int
    ) -> asyncio.Future[Out] | None:
        if self._pool is None and self._processes and number > FEW:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=belong_to_parent,
            )
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
        self._stop()

    def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
