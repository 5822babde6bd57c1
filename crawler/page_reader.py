"""Page reader: this process reads, or others do, so that reading does not hold up fetching."""

from __future__ import annotations

from functools import partial
from typing import Any

from crawler.pages.extract import PageReading, read_page
from crawler.reading_pool import ReadingPool
from crawler.sites import PROFILES

_PROFILES = {profile.key: profile for profile in PROFILES}


class PageReader:
    """:param processes: 0 reads in this process, which is best while requests are seconds apart."""

    def __init__(self, processes: int) -> None:
        self._pool = ReadingPool(processes)
        self._pool.start()

    async def read(self, url: str, body: bytes, *, site: str, **options: Any) -> PageReading:
        """:param site: the profile's key.
        :param options: the others of :func:`crawler.pages.extract.read_page`.
        """
        return await self._pool.read(partial(_read, url, site=site, **options), body)

    def close(self) -> None:
        self._pool.close()


def _read(url: str, body: bytes, *, site: str, **options: Any) -> PageReading:
    return read_page(url, body, profile=_PROFILES[site], **options)
