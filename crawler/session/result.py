"""How a run ended: one exit code from the table, and numbers that add up."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.errors import ExitCode, KhobaoError
from crawler.session.left_out import LeftOut

if TYPE_CHECKING:
    from archive import ArchiveError

logger = logging.getLogger(__name__)

_MAX_WARNINGS = 100

FETCHED_STATES = ("new", "updated", "unchanged", "duplicate", "quarantined")
"""States of an announced address whose page was fetched in the run."""

STATES = (*FETCHED_STATES, "known", "gone", "failed", "blocked", "robots", "excluded", "pending")
"""All states; over the addresses a run announced they always sum to their number."""

_BY_REASON = {
    "shutdown": ExitCode.INTERRUPTED,
    "blocked": ExitCode.BLOCKED,
    "mongodb_unreachable": ExitCode.DATABASE_UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class RunResult:
    run_id: str
    spider: str
    exit_code: ExitCode
    reason: str
    """In words, for a person."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """``announced``, every state, ``fetched``, ``listings_failed``, ``section_pages_failed``,
    ``without_robots``, ``resources``, ``resources_failed``, ``resources_left_out``, ``errors``;
    ``articles_stored`` and so on: new or changed documents."""

    records: int = 0
    bytes: int = 0
    files: tuple[str, ...] = ()
    report_path: str | None = None
    warnings: tuple[str, ...] = ()
    alarms: tuple[Mapping[str, Any], ...] = ()
    """Of pages that no longer look as they did, as in the run's document (``breakages``)."""

    left_out: tuple[Mapping[str, Any], ...] = ()
    """Page resources that were not fetched: ``host``, ``reason``, ``addresses``."""

    resume_hint: str | None = None


@dataclass(slots=True)
class RunOutcome:
    """What a run that goes on will end with, as far as is known."""

    failure: tuple[str, KhobaoError | ArchiveError] | None = None
    """Why the run had to stop: a close reason and the error behind it."""

    warnings: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    """What somebody has to look into: records that were promised and are gone, pages that no
    longer look as they did."""

    archive_problem: str | None = None
    """The first thing about the archive that somebody has to look into."""

    left_out: LeftOut = field(default_factory=LeftOut)
    """Page resources that are not fetched."""

    exit_reason: tuple[ExitCode, str] | None = None
    """What a run that ended by itself came to, where counts of addresses do not tell."""

    result: RunResult | None = None
    """Set once the spider has closed."""

    def warn(self, text: str) -> None:
        """Something the report must name though the crawl goes on."""
        logger.warning("%s", text)
        if len(self.warnings) < _MAX_WARNINGS:
            self.warnings.append(text)

    def doubt_archive(self, text: str) -> None:
        """Something wrong with what lies in the archive: the crawl goes on, and ends with it."""
        if text not in self.alarms:
            self.warn(text)
            self.alarms.append(text)
        self.archive_problem = self.archive_problem or text

    def fail(self, reason: str, error: KhobaoError | ArchiveError) -> bool:
        """False if something had failed before: the first failure is the reason."""
        if self.failure is None:
            self.failure = (reason, error)
            return True
        return False


def report_json(document: Mapping[str, Any]) -> bytes:
    """A run's report, from its document."""
    return (json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def judge(
    close_reason: str, counts: Mapping[str, int], alarmed: Sequence[str] = ()
) -> tuple[ExitCode, str]:
    """Exit code and reason of a run that no error ended.

    :param alarmed: fields whose pages no longer look as they did.
    """
    if close_reason in _BY_REASON:
        return _BY_REASON[close_reason], close_reason
    if alarmed:
        fields = ", ".join(dict.fromkeys(alarmed))
        return ExitCode.EXTRACTION_ALARM, f"the newspaper's pages have changed: {fields}"
    return _judge_counts(counts)


def _judge_counts(counts: Mapping[str, int]) -> tuple[ExitCode, str]:
    failed = counts["failed"] + counts["blocked"] + counts["quarantined"]
    failed += counts.get("listings_failed", 0) + counts.get("section_pages_failed", 0)
    if errors := counts.get("errors", 0):
        return ExitCode.SOME_FAILED, f"{errors} errors of khobao itself; the run's log has them"
    if unknown := counts.get("without_robots", 0):
        said = f"robots.txt was not to be had, so {unknown} addresses were not asked for"
        return ExitCode.SOME_FAILED, f"{said}; try again later"
    if failed:
        return ExitCode.SOME_FAILED, f"{failed} addresses failed; khobao report lists them"
    if not counts["announced"]:
        return ExitCode.NOTHING_NEW, "the newspaper announced nothing at all"
    settled = ("known", "unchanged", "pending", "excluded")
    fresh = counts["announced"] - sum(counts[state] for state in settled)
    stored = counts["new"] + counts["updated"] + counts["duplicate"]
    if fresh and not stored:
        return ExitCode.NOTHING_NEW, f"{fresh} new addresses were announced, none became an article"
    return ExitCode.COMPLETE, "complete"
