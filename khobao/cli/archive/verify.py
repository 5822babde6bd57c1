"""``khobao archive verify``: find whatever is wrong with the evidence."""

import asyncio
import datetime as dt
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from archive.verify import (
    MAX_FINDINGS,
    Catalog,
    FileReport,
    Finding,
    Plan,
    VerifyLog,
    capped,
    check_together,
    longest_unverified_first,
    only_since,
    plan_files,
    plan_home,
    size_of,
    verify_targets,
)
from crawler.errors import KhobaoError, UsageError
from crawler.options import parse_day, start_of_day
from khobao.cli.archive.verify_report import (
    Report,
    VerifyProgress,
    VerifyTotals,
    as_json,
    print_summary,
)
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.options import parse_duration
from khobao.cli.output import error_line, notice

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def verify(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES...]", help="WARC files, of any home or of none."),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="The whole home; so is it when no file is named.")
    ] = False,
    database: Annotated[
        bool | None,
        typer.Option(
            "--database/--no-database",
            help="Compare the documents in MongoDB as well (with --all: yes).",
        ),
    ] = None,
    documents: Annotated[
        bool,
        typer.Option(
            "--documents",
            help="Read the archive's pages again as well, and compare what they say with MongoDB.",
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DAY|TIME",
            help="Only files closed since: 2026-03-01, or 12h, 30d ago. And those not closed.",
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Begin no file after 90s, 10m, 1h, 2d; longest not looked at comes first.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes (default: one a core).")
    ] = None,
    max_findings: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Lines of one kind for a file; more are counted. 0: all."
        ),
    ] = MAX_FINDINGS,
) -> int:
    """Check every byte of the archive, and whether its parts agree.

    One line a finding: file, byte, what was expected, what was found, what to do. Exit 7 if
    anything is wrong, 6 if only the database could not be asked. Nothing is changed.

    Where `warcio check` and WARC 1.1 disagree, this follows the standard: payload digests are of
    the transfer-decoded body (warcio hashes the chunks' framing), a revisit's is its original's,
    and a cut file is cut, wherever the cut lies.
    """
    context = context_of(ctx)
    if files and database:
        raise UsageError("--database compares the whole home: leave the files out")
    if files and everything:
        raise UsageError("--all is the whole home: leave either it or the files out")
    totals = VerifyTotals()
    started = time.perf_counter()
    if files and (since or budget):
        raise UsageError("--since and --budget choose files of the whole home: leave the files out")
    if (database or documents) and (since or budget):
        raise UsageError("documents are compared with the whole home: leave --since, --budget out")
    part = Part(_instant(since), parse_duration(budget, "--budget") if budget else None)
    if documents and (files or database is False):
        raise UsageError("--documents compares the whole home with its database")
    with Report(is_json=context.json) as report:
        work = _Work(context, totals, report, part, jobs, max_findings)
        work.verify(files or [], with_database=database is not False and not (files or part))
        if documents and totals.database == "compared":
            work.read_again()
        totals.seconds = time.perf_counter() - started
        if context.json:
            report.emit(as_json(totals))
        else:
            print_summary(totals)
    if totals.error is not None:
        error_line(str(totals.error))
    return int(totals.exit_code)


@dataclass(frozen=True, slots=True)
class Part:
    """Which files of a home are looked at; false: all."""

    since: dt.datetime | None
    budget: float | None
    """Seconds."""

    def __bool__(self) -> bool:
        return self.since is not None or self.budget is not None


def _instant(text: str | None) -> dt.datetime | None:
    """A day as people write it, or how long ago."""
    if text is None:
        return None
    try:
        return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=parse_duration(text, "--since"))
    except UsageError:
        return start_of_day(parse_day(text, "--since"))


@dataclass(frozen=True, slots=True)
class _Work:
    context: Context
    totals: VerifyTotals
    report: Report
    part: Part
    jobs: int | None
    max_findings: int

    def verify(self, files: list[Path], *, with_database: bool) -> None:
        if files:
            for path in files:
                _check_argument(path)
            plan = plan_files(files)
        else:
            plan = plan_home(self.context.existing_home())
            if self.part.since is not None:
                only_since(plan, self.part.since)
                self.totals.left_out["--since"] = len(plan.left_out)
        with Catalog() as catalog:
            self._tell(plan.findings)
            self._verify_files(plan, catalog)
            self._tell(capped(check_together(plan, catalog), self.max_findings))
            if with_database:
                self._verify_database(catalog)

    def read_again(self) -> None:
        """What `khobao reextract --dry-run` would change, as one finding."""
        from khobao.cli.reextract import cross_check_share, store_of  # noqa: PLC0415
        from khobao.cli.reprocess_progress import AgainProgress  # noqa: PLC0415
        from khobao.maintenance.reextract.run import Options, reextract  # noqa: PLC0415

        options = Options(dry_run=True, cross_check_share=cross_check_share())
        context = self.context
        with AgainProgress(is_quiet=context.json) as progress:
            run = reextract(
                context.home, store_of(context), options, progress=progress, show=lambda _: None
            )
            result = asyncio.run(run)
        differing = result.planned + result.summary.unreadable
        if differing:
            found = f"{differing} that say something else, or whose page cannot be read"
            advice = "`khobao reextract --dry-run` shows them by field"
            kind, what = "document-differs", "documents as the archive's pages are read today"
            self._tell([Finding(kind, "mongodb", None, what, found, advice)])

    def _verify_files(self, plan: Plan, catalog: Catalog) -> None:
        totals, budget = self.totals, self.part.budget
        log = VerifyLog(self.context.home) if budget is not None else None
        if log is not None:
            longest_unverified_first(plan, log)
        end = time.monotonic() + budget if budget is not None else math.inf
        sizes = {str(target.path): size_of(target.path) for target in plan.targets}
        with VerifyProgress(sizes, is_quiet=self.context.json) as progress:
            for report in verify_targets(
                plan,
                catalog,
                jobs=self.jobs,
                max_findings=self.max_findings,
                is_over=lambda: time.monotonic() >= end,
            ):
                totals.add(report)
                progress.clear()
                self._tell(report.findings)
                progress.show(report.path)
                if log is not None:
                    log = self._note(log, report)
        if budget is not None:
            totals.left_out["--budget"] = len(plan.targets) - totals.files

    @staticmethod
    def _note(log: VerifyLog, report: FileReport) -> VerifyLog | None:
        try:
            log.note(Path(report.path).name.removesuffix(".open"))
        except OSError as exc:
            notice(f"the next --budget begins with the same files: {exc}")
            return None
        return log

    def _verify_database(self, catalog: Catalog) -> None:
        from khobao.cli.open_database import open_database  # noqa: PLC0415
        from khobao.maintenance.documents import check_documents  # noqa: PLC0415

        context, totals = self.context, self.totals
        if context.mongodb_uri is None and not (context.home / "mongodb").is_dir():
            totals.database = "none in this home: no documents to compare"
            return
        try:
            with open_database(context) as database:
                found = check_documents(database, catalog, context.home)
                self._tell(capped(found, self.max_findings))
            totals.database = "compared"
        except KhobaoError as exc:
            totals.error = exc
            totals.database = "not compared: it does not answer"

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.totals.count(finding)
            self.report.add(finding)


def _check_argument(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a directory; name WARC files, or a home with --home {path}")
    if not path.exists() and not path.with_name(path.name.removesuffix(".open")).exists():
        raise UsageError(f"{path}: no such file; `ls HOME/warc` lists those of a home")
