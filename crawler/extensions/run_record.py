"""The run's own record: opened in MongoDB when it starts, closed with numbers that add up."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals

from archive import ArchiveError
from crawler.errors import ExitCode, KhobaoError
from crawler.monitoring import RUNS_COMPARED
from crawler.session.crawl_session import CrawlSession
from crawler.session.exit_codes import exit_code_of
from crawler.session.result import FETCHED_STATES, STATES, RunResult, judge, report_json
from crawler.session.warcinfo import versions

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.sites import SiteProfile

logger = logging.getLogger(__name__)

_CUT_SHORT = {
    ExitCode.BLOCKED,
    ExitCode.ARCHIVE_FAILED,
    ExitCode.DATABASE_UNREACHABLE,
    ExitCode.VERIFICATION_FAILED,
    ExitCode.NO_SPACE,
    ExitCode.INTERRUPTED,
}
_BELOW_THE_ARCHIVE = {ExitCode.COMPLETE, ExitCode.SOME_FAILED, ExitCode.NOTHING_NEW}
"""What a run may have come to that says less than doubts about the archive."""


_COUNTED = (
    "listings_failed",
    "section_pages_failed",
    "without_robots",
    "resources",
    "resources_failed",
    "errors",
)


class RunExtension:
    """Sets ``CrawlSession.outcome.result`` once the spider has closed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = CrawlSession.of(crawler)
        self._started = dt.datetime.now(dt.UTC)
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        # A fault of ours that a log line alone would tell of: it must not end as "complete".
        crawler.signals.connect(self.count_error, signals.spider_error)
        crawler.signals.connect(self.count_error, signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def spider_opened(self, spider: Spider) -> None:
        await self._session.history.save_run(self._document(spider, finished=None))

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        counts = await self._counts()
        await self._judge_pages(spider)
        # The archive keeps the report too, all but the sizes of what it is itself a part of.
        document = self._finished(spider, reason, counts)
        written = await asyncio.to_thread(self._close_archive, document)
        code, words = self._exit_reason(reason, counts)  # closing may have failed
        document |= {
            "exitCode": int(code),
            "reason": words,
            "archive": written,
            "alarms": list(self._session.outcome.alarms),
            "warnings": list(self._session.outcome.warnings),  # the second copy may have added one
        }
        report = await asyncio.to_thread(self._write_report, document)
        await self._save(document)
        self._session.outcome.result = RunResult(
            run_id=self._session.run_id,
            spider=spider.name,
            exit_code=code,
            reason=words,
            counts=counts,
            records=sum(written.get("records", {}).values()),
            bytes=written.get("bytes", 0),
            files=tuple(written.get("files", ())),
            report_path=report,
            warnings=tuple(self._session.outcome.warnings),
            alarms=tuple(document["breakages"]),
            left_out=tuple(document["leftOut"]),
            resume_hint=self._resume_hint(spider, code, counts),
        )

    async def _judge_pages(self, spider: Spider) -> None:
        """Compare the run's pages with those of earlier runs; without any, with what is known of
        the newspaper.
        """
        earlier: Sequence[Mapping[str, Any]] = []
        with suppress(KhobaoError):
            earlier = await self._session.history.field_coverages(_site_of(spider), RUNS_COMPARED)
        self._session.page_monitor.judge(earlier, self._started)
        for text in self._session.page_monitor.texts(self._session.paths.home):
            logger.info("Alarm: %s", text)  # the command prints them itself
            self._session.outcome.alarms.append(text)

    def count_error(self) -> None:
        self._crawler.stats.inc_value("khobao/errors")

    def _finished(self, spider: Spider, reason: str, counts: Mapping[str, int]) -> dict[str, Any]:
        code, words = self._exit_reason(reason, counts)
        return self._document(spider, finished=dt.datetime.now(dt.UTC)) | {
            "exitCode": int(code),
            "reason": words,
            "closeReason": reason,
            "counts": counts,
            "warnings": list(self._session.outcome.warnings),
            "leftOut": self._session.outcome.left_out.as_documents(),
            "breakages": self._session.page_monitor.documents(self._session.paths.home),
            "fieldCoverage": self._session.page_monitor.coverage.as_document(),
            "stats": _plain(self._crawler.stats.get_stats()),
        }

    def _close_archive(self, document: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._session.archive.close(document)
        except ArchiveError as exc:
            self._session.outcome.fail("archive_write_failed", exc)
            return {}

    async def _counts(self) -> dict[str, int]:
        stats = self._crawler.stats
        kept = await self._session.history.run_counts()
        counts = {state: kept.get(state, 0) for state in STATES}
        counts["announced"] = sum(counts[state] for state in STATES)
        counts["fetched"] = sum(counts[state] for state in FETCHED_STATES)
        counts["responses"] = stats.get_value("downloader/response_count", 0)
        for name in _COUNTED:
            counts[name] = stats.get_value(f"khobao/{name}", 0)
        counts["resources_left_out"] = self._session.outcome.left_out.total
        for name in ("articles", "videos", "comments", "quarantine"):
            counts[f"{name}_stored"] = sum(
                stats.get_value(f"items/{name}/{write_result}", 0)
                for write_result in ("new", "updated", "stored")
            )
        return counts | kept

    def _exit_reason(self, reason: str, counts: Mapping[str, int]) -> tuple[ExitCode, str]:
        outcome = self._session.outcome
        if outcome.failure is not None:
            error = outcome.failure[1]
            return exit_code_of(error) or ExitCode.SOME_FAILED, str(error)
        code, words = self._judged(reason, counts)
        if outcome.archive_problem is not None and code in _BELOW_THE_ARCHIVE:
            words = f"the archive needs a look: {outcome.archive_problem}"
            return ExitCode.VERIFICATION_FAILED, words
        return code, words

    def _judged(self, reason: str, counts: Mapping[str, int]) -> tuple[ExitCode, str]:
        outcome = self._session.outcome
        if outcome.exit_reason is not None and reason == "finished" and not counts["errors"]:
            return outcome.exit_reason
        return judge(reason, counts, [alarm.field for alarm in self._session.page_monitor.alarms])

    def _document(self, spider: Spider, finished: dt.datetime | None) -> dict[str, Any]:
        return {
            "_id": self._session.run_id,
            "spider": spider.name,
            "site": _site_of(spider),
            "arguments": getattr(spider, "arguments", {}),
            "startedAt": self._started,
            "finishedAt": finished,
            "versions": versions(),
            "alarms": list(self._session.outcome.alarms),
            "warnings": list(self._session.outcome.warnings),
        }

    def _write_report(self, document: Mapping[str, Any]) -> str | None:
        path = self._session.paths.report("json")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(report_json(document))
        except OSError as exc:
            logger.error("The report could not be written to %s: %s", path, exc)  # noqa: TRY400
            return None
        return str(path)

    async def _save(self, document: Mapping[str, Any]) -> None:
        try:
            await self._session.history.save_run(document)
        except KhobaoError as exc:
            logger.error("The run's record is only in its report file: %s", exc)  # noqa: TRY400

    def _resume_hint(self, spider: Spider, code: ExitCode, counts: Mapping[str, int]) -> str | None:
        if not getattr(spider, "is_resumable", True):
            return None
        is_cut_short = code in _CUT_SHORT
        if code is ExitCode.VERIFICATION_FAILED:  # also of a run that came to its end
            is_cut_short = self._session.outcome.failure is not None
        if not (counts["pending"] or counts["failed"] or is_cut_short):
            return None
        return f"khobao crawl {spider.name} --resume {self._session.run_id}"


def _site_of(spider: Spider) -> str:
    profile: SiteProfile | None = getattr(spider, "profile", None)
    return profile.key if profile else ""


def _plain(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Scrapy's statistics with names MongoDB likes (no dots, no dollar signs)."""
    return {key.replace(".", "_").replace("$", "_"): value for key, value in stats.items()}
