"""Date of publication that only the head of a page says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.sites.addresses import LEGACY, PHUYEN_LEGACY

_DATES = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "dc.date.issued", "dc.date", "date",
)  # fmt: skip


def head_date(url: str, meta: Mapping[str, str]) -> str | None:
    """The date of publication as ``meta`` writes it, for old pages that print none beside the text.

    Only for addresses of before the present CMS: on any other page a missing date is a layout that
    has changed. The time of capture, the month in the address or the names of pictures would be
    guesses: an old page without any date is quarantined.
    """
    path = urlsplit(url).path
    if not (LEGACY.match(path) or PHUYEN_LEGACY.match(path)):
        return None
    return next((value for name in _DATES if (value := meta.get(name, "").strip())), None)
