"""The moment from which a crawl waits for nothing any more: some seconds after Ctrl-C, or after
nothing moved for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from scrapy.exceptions import IgnoreRequest

T = TypeVar("T")


class InterruptedCrawlError(IgnoreRequest):
    """What was asked for was given up, and is asked for again by the run that resumes this one."""


class Interruption:
    """Whoever waits for something waits for this as well."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[], object]] = []
        self._sleepers = 0
        self.is_wanted = False
        """Somebody has found a reason to end the crawl; :meth:`set` follows after some grace."""

        self.is_set = False

    @property
    def is_waiting_on_purpose(self) -> bool:
        """Whether somebody sleeps here because the newspaper has asked for it."""
        return self._sleepers > 0

    def set(self) -> None:
        self.is_set = True
        for callback in [*self._callbacks]:
            callback()

    def check(self) -> None:
        """:raises InterruptedCrawlError: nothing new is to be begun."""
        if self.is_set:
            raise InterruptedCrawlError("the crawl was interrupted")

    @contextmanager
    def telling(self, callback: Callable[[], object]) -> Iterator[None]:
        """Call it if the moment comes within the block."""
        self._callbacks.append(callback)
        try:
            yield
        finally:
            self._callbacks.remove(callback)

    async def sleep(self, seconds: float) -> None:
        """:raises InterruptedCrawlError: before they were over."""
        self._sleepers += 1
        try:
            await self.unless(asyncio.sleep(seconds))
        finally:
            self._sleepers -= 1

    async def unless(self, awaited: Awaitable[T]) -> T:
        """The result of *awaited*, which is cancelled when the moment comes.

        :raises InterruptedCrawlError: it came.
        """
        task = asyncio.ensure_future(awaited)
        with self.telling(task.cancel):
            try:
                return await task
            except asyncio.CancelledError:
                self.check()
                raise
