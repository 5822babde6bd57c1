"""Page reader: this process reads, or others do, so that reading does not hold up fetching."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.pages.extract import PageReading, read_page
from crawler.reading_pool import ReadingPool
from crawler.sites import PROFILES

if TYPE_CHECKING:
    from crawler.pages import ListingHint

_PROFILES = {profile.key: profile for profile in PROFILES}


class PageReader:
    """:param processes: 0 reads in this process, which is best while requests are seconds apart."""

    def __init__(self, processes: int) -> None:
        self._pool = ReadingPool(processes)
        self._pool.start()

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
            declared_encoding=declared_encoding,
            captured_at=captured_at,
            site=site,
            with_resources=with_resources,
            listed=listed,
            cross_check_share=cross_check_share,
            with_generic=with_generic,
        )
        return await self._pool.read(read, body)

    def close(self) -> None:
        self._pool.close()


def _read(url: str, body: bytes, *, site: str, **options: Any) -> PageReading:
    return read_page(url, body, profile=_PROFILES[site], **options)
