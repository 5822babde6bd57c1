"""Signals of our own, sent through ``crawler.signals`` as Scrapy's are; handlers may be async.

As with Scrapy's, an error in a handler is logged and reaches nobody else, and a handler's arguments
must not be keyword-only: pydispatch does not see those.
"""

from __future__ import annotations

__all__ = ["captured", "page_read", "written"]

captured = object()
"""A fetch is in the archive. ``document``: see :func:`crawler.session.captures.capture_document`.
"""

page_read = object()
"""A page is about to be read as an article. ``record_id``: of its record; ``listed`` and
``cross_check_share``: what its reader is given besides.
"""

written = object()
"""A batch is in the database. ``entries``: what it held, as the ledger says it; ``at``: when."""
