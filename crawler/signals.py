"""Signals of our own, through ``crawler.signals`` as Scrapy's; handlers may be async.

A handler's arguments must not be keyword-only: pydispatch does not see those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["captured", "page_read", "send", "written"]

captured = object()
"""A fetch is in the archive. ``document``: see :func:`crawler.session.captures.capture_document`.
"""

page_read = object()
"""A page is about to be read as an article. ``record_id``: of its record; ``listed`` and
``cross_check_share``: what its reader is given besides.
"""

written = object()
"""A batch is in the database. ``entries``: what it held, as the ledger says it; ``at``: when."""


async def send(crawler: Crawler, signal: object, **arguments: Any) -> None:
    """Return when all handlers have. Scrapy logs the error of one and goes on; here it counts as
    well, because a run whose list of captures or whose ledger has a hole is not complete.
    """
    assert crawler.stats is not None
    for _, result in await crawler.signals.send_catch_log_async(signal, **arguments):
        if isinstance(result, Exception):
            crawler.stats.inc_value("khobao/errors")
