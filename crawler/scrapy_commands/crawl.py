"""``scrapy crawl``: ends with the exit codes of ``khobao crawl``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from crawler.errors import ExitCode
from crawler.session.crawl_session import CrawlSession
from crawler.session.exit_codes import exit_code_of

if TYPE_CHECKING:
    import argparse

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Command(crawl.Command):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError
        process: Any = self.crawler_process
        crawler = self._create_crawler(args[0])
        crawling = process.crawl(crawler, **opts.spargs)
        process.start()
        error = crawling.exception() if crawling.done() and not crawling.cancelled() else None
        self.exitcode = int(_exit_code(crawler, error))


def _exit_code(crawler: Crawler, error: BaseException | None) -> ExitCode:
    """:param error: why the crawl did not begin, such as an argument that is none."""
    outcome = CrawlSession.of(crawler).outcome
    if outcome.result is not None:
        return outcome.result.exit_code
    error = outcome.failure[1] if outcome.failure else error
    if error is None:  # Ctrl-C twice: nobody was waited for
        return ExitCode.INTERRUPTED
    code = exit_code_of(error)
    if code is None:
        logger.error("The crawl did not begin", exc_info=error)
        return ExitCode.SOME_FAILED
    logger.error("%s", error)
    return code
