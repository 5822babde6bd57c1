"""Who reads the pages: this process, or others, so that reading does not hold up fetching."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.pages.extract import PageReading, read_page
from crawler.sites import PROFILES

if TYPE_CHECKING:
    import datetime as dt

    from crawler.pages import ListingHint

__all__ = ["PageReader", "belong_to_parent"]

logger = logging.getLogger(__name__)

_PROFILES = {profile.key: profile for profile in PROFILES}


class PageReader:
    """:param processes: 0 reads in this process, which is best while requests are seconds apart.

    A process that dies (a parser bug, the kernel's memory killer) costs no page: from then on this
    process reads.
    """

    def __init__(self, processes: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        if processes:
            self._pool = ProcessPoolExecutor(
                processes,
                # Not forked: the reactor, its threads and its sockets must not be copied.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=belong_to_parent,
            )

    async def read(
        self,
        url: str,
        body: bytes,
        *,
        declared_encoding: str | None,
        captured_at: dt.datetime,
        site: str,
        with_resources: bool,
        listed: ListingHint | None = None,
        cross_check_share: float | None = None,
        with_generic: bool = True,
    ) -> PageReading:
        """See :func:`crawler.pages.extract.read_page`; *site* is the profile's key."""
        read = partial(
            _read,
            url,
            body,
            declared_encoding=declared_encoding,
            captured_at=captured_at,
            site=site,
            with_resources=with_resources,
            listed=listed,
            cross_check_share=cross_check_share,
            with_generic=with_generic,
        )
        if self._pool is not None:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._pool, read)
            except BrokenProcessPool:
                logger.warning("A reading process died; this process reads from now on")
                self.close()
        return read()

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=False)


def _read(url: str, body: bytes, *, site: str, **options: Any) -> PageReading:
    return read_page(url, body, profile=_PROFILES[site], **options)


def belong_to_parent() -> None:
    """For a process that reads: leave Ctrl-C to its parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
