"""What the parts of one crawl share, found by its crawler: ``CrawlSession.of(crawler)``."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from crawler.errors import ExitCode, KhobaoError
from crawler.history import CrawlHistory, MemoryHistory, Recorder
from crawler.monitoring.page_monitor import PageMonitor
from crawler.resolve import ResolveRule
from crawler.session.archive_session import ArchiveSession
from crawler.session.captures import Captures
from crawler.session.interruption import Interruption
from crawler.session.paths import SessionPaths
from crawler.session.result import RunOutcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from archive import ArchiveError

logger = logging.getLogger(__name__)

_sessions: WeakKeyDictionary[Crawler, CrawlSession] = WeakKeyDictionary()


class ArchiveFailedError(KhobaoError):
    """Records may not be on disk. Not an ``OSError``: Scrapy would retry those against the
    newspaper (``RETRY_EXCEPTIONS``).
    """

    exit_code = ExitCode.ARCHIVE_FAILED


class CrawlSession:
    """One per crawler; made on first use from the settings, so that ``scrapy crawl`` and
    ``khobao crawl`` run the same code.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closing: asyncio.Future[None] | None = None
        self.spider = crawler.spidercls.name
        self.paths = SessionPaths.of(crawler)
        self.run_id = self.paths.run_id
        self.outcome = RunOutcome()
        self.interruption = Interruption()
        self.archive = ArchiveSession(crawler.settings, self.paths, self.outcome)
        self.captures = Captures(self.run_id, crawler)
        self.page_monitor = PageMonitor()
        memory = MemoryHistory(crawler)
        self.history: CrawlHistory = memory
        self.recorder: Recorder = memory
        self.self_test: asyncio.Task[None] | None = None
        self.progress: Any = None
        """Whoever wants to be told how far it is: an object with ``update(mapping)``. No setting,
        because Scrapy copies those."""

    @classmethod
    def of(cls, crawler: Crawler) -> CrawlSession:
        if crawler not in _sessions:
            _sessions[crawler] = cls(crawler)
        return _sessions[crawler]

    @property
    def resolve_rules(self) -> list[ResolveRule]:
        rules = self._crawler.settings.get("KHOBAO_RESOLVE") or []
        if isinstance(rules, str):
            rules = rules.replace(",", " ").split()
        return [ResolveRule.parse(rule) for rule in rules]

    @property
    def ca_file(self) -> Path | None:
        path = self._crawler.settings.get("KHOBAO_CA_FILE")
        return Path(path) if path else None

    def stop(self, reason: str, error: KhobaoError | ArchiveError) -> None:
        """Close the crawl, once, because nothing more may be fetched."""
        if not self.outcome.fail(reason, error):
            return
        # INFO: the command prints the error itself, as its one line.
        logger.info("%s", error)
        # Not awaited: closing waits for the very request or callback that found the error.
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason=reason)
        )
