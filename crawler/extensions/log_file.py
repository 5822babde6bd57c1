"""Every run's log in a file of its own, whatever the terminal shows."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# One DEBUG line for each response and each item, formatted whether or not anybody reads it.
_CHATTY = ("scrapy.core.engine", "scrapy.core.scraper")


class _LogFile(logging.FileHandler):
    """Says once, in one line, that the log cannot be written: on a full disk every line would
    otherwise be answered by a traceback.
    """

    _has_failed = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self._has_failed:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        self._has_failed = True
        sys.stderr.write(f"{self.baseFilename}: the log ends here ({error.strerror})\n")

    def close(self) -> None:
        # What is still buffered may not fit either; the file itself is closed all the same.
        with contextlib.suppress(OSError):
            super().close()


class LogFileExtension:
    """Writes ``logs/RUN.log`` in the data home, INFO and above."""

    def __init__(self, crawler: Crawler) -> None:
        self._session = CrawlSession.of(crawler)
        path = self._session.paths.log
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = _LogFile(path, encoding="utf-8", delay=True)
        except OSError as exc:
            raise NotConfigured(f"no log file: {exc}") from exc
        self._handler.setLevel(logging.INFO)
        self._handler.setFormatter(logging.Formatter(_FORMAT))
        if crawler.settings["LOG_LEVEL"] != "DEBUG":
            for name in _CHATTY:
                logging.getLogger(name).setLevel(logging.INFO)
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self) -> None:
        # What came before this file could be opened, such as the salvage of a killed run's files.
        for text in self._session.outcome.warnings:
            level = logging.ERROR if text in self._session.outcome.alarms else logging.WARNING
            record = logging.LogRecord(__name__, level, __file__, 0, "%s", (text,), None)
            self._handler.handle(record)
        logging.getLogger().addHandler(self._handler)

    def engine_stopped(self) -> None:
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
