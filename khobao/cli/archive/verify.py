"""``khobao archive verify``: find whatever is wrong with the evidence."""

import asyncio
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from archive.verify import (
    Catalog,
    FileReport,
    Finding,
    Plan,
    check_together,
    plan_files,
    plan_home,
    verify_targets,
)
from crawler.errors import ExitCode, KhobaoError, UsageError
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, error_line, format_bytes, format_number

app = typer.Typer(rich_markup_mode=None)


@dataclass(slots=True)
class VerifyTotals:
    """What has been seen so far."""

    findings: list["Finding"] = field(default_factory=list)
    files: int = 0
    records: int = 0
    bytes: int = 0
    raw_bytes: int = 0
    seconds: float = 0.0
    database: str = "not asked for"
    error: KhobaoError | None = None

    @property
    def failures(self) -> int:
        return sum(not finding.is_note for finding in self.findings)

    @property
    def exit_code(self) -> ExitCode:
        if self.failures:
            return ExitCode.VERIFICATION_FAILED
        return self.error.exit_code if self.error else ExitCode.COMPLETE


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
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes (default: one a core).")
    ] = None,
) -> int:
    """Check every byte of the archive, and whether its parts agree.

    One line a finding: file, byte, what was expected, what was found, what to do. Exit 7 if
    anything is wrong, 6 if only the database could not be asked. Nothing is changed.

    Where `warcio check` and WARC 1.1 disagree, this follows the standard: payload digests are of
    the transfer-decoded body (warcio hashes the chunks' framing), a revisit's is its original's,
    and a cut file is cut, wherever the cut lies.
    """
    context = context_of(ctx)
    if files and everything:
        raise UsageError("--all is the whole home: leave either it or the files out")
    totals = VerifyTotals()
    started = time.perf_counter()
    if documents and (files or database is False):
        raise UsageError("--documents compares the whole home with its database")
    _verify(context, files or [], totals, jobs, with_database=_wants(database, files))
    if documents and totals.database == "compared":
        _read_again(context, totals)
    totals.seconds = time.perf_counter() - started
    if context.json:
        emit_json(_as_json(totals))
    else:
        _print_summary(totals)
    if totals.error is not None:
        error_line(str(totals.error))
    return int(totals.exit_code)


def _wants(database: bool | None, files: list[Path] | None) -> bool:
    return not files if database is None else database


def _verify(
    context: Context,
    files: list[Path],
    totals: VerifyTotals,
    jobs: int | None,
    *,
    with_database: bool,
) -> None:
    if files:
        for path in files:
            _check_argument(path)
        if with_database:
            raise UsageError("--database compares the whole home: leave the files out")
        plan = plan_files(files)
    else:
        plan = plan_home(context.existing_home())
    with Catalog() as catalog:
        _report(context, totals, plan.findings)
        _verify_files(context, totals, plan, catalog, jobs)
        _report(context, totals, check_together(plan, catalog))
        if with_database:
            _verify_database(context, totals, catalog)


def _check_argument(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a directory; name WARC files, or a home with --home {path}")
    if not path.exists() and not path.with_name(path.name.removesuffix(".open")).exists():
        raise UsageError(f"{path}: no such file; `ls HOME/warc` lists those of a home")


def _verify_files(
    context: Context, totals: VerifyTotals, plan: "Plan", catalog: "Catalog", jobs: int | None
) -> None:
    progress = _Progress(len(plan.targets))
    for report in verify_targets(plan, catalog, jobs=jobs):
        totals.files += 1
        totals.records += report.records
        totals.bytes += report.size
        totals.raw_bytes += report.raw_bytes
        progress.clear()
        _report(context, totals, report.findings)
        progress.show(report, totals)
    progress.clear()


def _verify_database(context: Context, totals: VerifyTotals, catalog: "Catalog") -> None:
    from khobao.cli.open_database import open_database  # noqa: PLC0415
    from khobao.maintenance.documents import check_documents  # noqa: PLC0415

    if context.mongodb_uri is None and not (context.home / "mongodb").is_dir():
        totals.database = "none in this home: no documents to compare"
        return
    try:
        with open_database(context) as database:
            _report(context, totals, check_documents(database, catalog, context.home))
        totals.database = "compared"
    except KhobaoError as exc:
        totals.error = exc
        totals.database = "not compared: it does not answer"


def _read_again(context: Context, totals: VerifyTotals) -> None:
    """What `khobao reextract --dry-run` would change, as one finding."""
    from khobao.cli.reextract import cross_check_share, store_of  # noqa: PLC0415
    from khobao.cli.reprocess_progress import AgainProgress  # noqa: PLC0415
    from khobao.maintenance.reextract.run import Options, reextract  # noqa: PLC0415

    options = Options(dry_run=True, cross_check_share=cross_check_share())
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
        _report(context, totals, [Finding(kind, "mongodb", None, what, found, advice)])


def _report(
    context: Context, totals: VerifyTotals, findings: "Iterator[Finding] | list[Finding]"
) -> None:
    for finding in findings:
        totals.findings.append(finding)
        if not context.json:
            mark = "note: " if finding.is_note else ""
            sys.stdout.write(f"{mark}{finding.line()}\n")


def _as_json(totals: VerifyTotals) -> dict[str, object]:
    return {
        "ok": totals.failures == 0,
        "findings": [finding.as_json() for finding in totals.findings],
        "failures": totals.failures,
        "kinds": dict(Counter(finding.kind for finding in totals.findings)),
        "files": totals.files,
        "records": totals.records,
        "bytes": totals.bytes,
        "recordBytes": totals.raw_bytes,
        "seconds": round(totals.seconds, 3),
        "database": totals.database,
    }


def _print_summary(totals: VerifyTotals) -> None:
    speed = totals.raw_bytes / max(totals.seconds, 1e-9) / 1e6
    notes = len(totals.findings) - totals.failures
    verdict = f"{totals.failures} findings" if totals.failures else "nothing wrong"
    if notes:
        verdict += f", {notes} note{'s' if notes > 1 else ''}"
    console().print(
        f"{verdict}: {format_number(totals.files)} files,"
        f" {format_number(totals.records)} records, {format_bytes(totals.raw_bytes)}"
        f" ({format_bytes(totals.bytes)} on disk), {speed:.0f} MB/s;"
        f" database: {totals.database}"
    )


class _Progress:
    """One line on a terminal that says how far it is; nothing elsewhere."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._is_shown = sys.stderr.isatty()

    def show(self, report: "FileReport", totals: VerifyTotals) -> None:
        if self._is_shown:
            name = report.path.rpartition("/")[2]
            done = f"{totals.files} of {self._files} files"
            line = f"{done}, {format_bytes(totals.raw_bytes)}: {name}"
            width = shutil.get_terminal_size().columns - 1  # what is broken cannot be written over
            sys.stderr.write(f"\r\x1b[K{line[:width]}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
