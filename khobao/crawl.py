"""One run of one spider, from its options to its result: what ``khobao crawl`` does."""

from __future__ import annotations

import gc
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess

from crawler.addon import project_settings
from crawler.errors import ExitCode, UsageError
from crawler.resolve import ResolveRule
from crawler.session.crawl_session import CrawlSession
from crawler.session.paths import new_run_id
from crawler.session.result import RunResult
from pipelines.mongodb.server import ensure_server

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.options import CrawlOptions, NetworkOptions

logger = logging.getLogger(__name__)

_LOOPBACK_CONCURRENCY = 16
"""Requests at once when ``--delay 0`` goes to a loopback address: nobody is bothered."""


def run_crawl(
    spider: str,
    options: CrawlOptions,
    network: NetworkOptions,
    home: Path,
    mongodb_uri: str | None,
    *,
    progress: Any = None,
) -> RunResult:
    """Crawl to the end; the reactor of this process is used up by it.

    :raises KhobaoError: nothing was crawled: bad options, no database, another run's lock, …
    :raises archive.ArchiveError: the archive of *home* cannot be opened.
    """
    settings = _settings(spider, options, network, home)
    _check_contact(settings)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    session = CrawlSession.of(crawler)
    session.progress = progress
    session.archive.open()
    try:
        uri = ensure_server(home, mongodb_uri)
        crawler.settings.set("MONGODB_URI", uri, priority="cmdline")
        # What is imported stays, and a crawl makes objects by the thousand: by default the
        # collector takes a tenth of the time (docs/benchmarks.md).
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        process.crawl(crawler, **options.as_arguments())
        process.start()
    finally:
        session.archive.close(hurry=True)  # an orderly end has closed it already
    if session.outcome.result is not None:
        return session.outcome.result
    if session.outcome.failure is not None:
        raise session.outcome.failure[1]
    return _cut_off(session, is_resumable=getattr(crawler.spidercls, "is_resumable", True))


def _cut_off(session: CrawlSession, *, is_resumable: bool) -> RunResult:
    """Ctrl-C twice: nothing was waited for, but what the archive acknowledged is safe."""
    return RunResult(
        session.run_id,
        session.spider,
        ExitCode.INTERRUPTED,
        "stopped at once; requests under way were given up",
        warnings=tuple(session.outcome.warnings),
        resume_hint=(
            f"khobao crawl {session.spider} --resume {session.run_id}" if is_resumable else None
        ),
    )


def _settings(spider: str, options: CrawlOptions, network: NetworkOptions, home: Path) -> Settings:
    ours: dict[str, Any] = {
        "KHOBAO_HOME": home,
        "KHOBAO_RUN_ID": new_run_id(spider),
        "KHOBAO_RESOLVE": list(network.resolve),
        "KHOBAO_ARGUMENTS": _arguments(spider, options),
        "LOG_FILE": None,
    }
    if network.ca_file is not None:
        ours["KHOBAO_CA_FILE"] = str(network.ca_file)
    ours |= network.as_settings()
    ours["DOWNLOAD_DELAY"] = network.delay
    if network.delay == 0:
        ours["CONCURRENT_REQUESTS_PER_DOMAIN"] = _LOOPBACK_CONCURRENCY
        ours["READER_PROCESSES"] = max(0, min(4, (os.cpu_count() or 1) - 1))
    return project_settings(ours)


def _arguments(spider: str, options: CrawlOptions) -> str:
    """What was asked for, as JSON, for the warcinfo record; no more than what was given."""
    return json.dumps({"spider": spider, **options.as_document()}, ensure_ascii=False)


def _check_contact(settings: Settings) -> None:
    rules = [ResolveRule.parse(text) for text in settings.getlist("KHOBAO_RESOLVE")]
    if settings["KHOBAO_CONTACT"] or (rules and all(rule.is_loopback for rule in rules)):
        return
    raise UsageError(
        "the newspaper must be able to reach you: set a contact first, for example"
        " `export KHOBAO_CONTACT=mailto:you@example.org` (it goes into the User-Agent)"
    )
