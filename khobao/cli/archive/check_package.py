"""``khobao archive check-package``: is what was handed over whole, and does it agree?"""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from archive.package import PackageKindError, PackageReport, check_packages
from crawler.errors import ExitCode, UsageError
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json, format_bytes, format_number

app = typer.Typer(rich_markup_mode=None)


@app.command("check-package", epilog=GLOBAL_HELP)
def check_package(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="WACZ files, bags (directories or ZIP files), WARC files."
        ),
    ],
) -> int:
    """Check what was handed over: WACZ files, bags, WARC files, of khobao and of others.

    Every byte is read: sizes and hashes against datapackage.json or the bag's manifests, indexes
    and pages against the records, WARC files as `khobao archive verify` does. One line a finding:
    what, where, what to do. Exit 7 if there is any, 2 if FILE is no package. Nothing is changed,
    and no home is needed; one WARC file at a time is laid in TMPDIR.
    """
    context = context_of(ctx)
    started = time.perf_counter()
    reports: list[PackageReport] = []
    try:
        for report in check_packages(files):
            reports.append(report)
            if not context.json:
                _print(report)
    except PackageKindError as exc:
        raise UsageError(str(exc)) from exc
    failures = sum(report.failures for report in reports)
    if context.json:
        seconds = round(time.perf_counter() - started, 3)
        packages = [_as_json(report) for report in reports]
        emit_json(
            {"ok": not failures, "failures": failures, "packages": packages, "seconds": seconds}
        )
    return int(ExitCode.VERIFICATION_FAILED if failures else ExitCode.COMPLETE)


def _print(report: PackageReport) -> None:
    for finding in report.findings:
        mark = "note: " if finding.is_note else ""
        sys.stdout.write(f"{mark}{finding.line()}\n")
    verdict = f"{report.failures} findings" if report.failures else "nothing wrong"
    notes = sum(finding.is_note for finding in report.findings)
    if notes:
        verdict += f", {notes} note{'s' if notes > 1 else ''}"
    console().print(
        f"{report.path}: {verdict}: {report.kind}, {format_number(report.files)} files,"
        f" {format_number(report.records)} records, {format_bytes(report.bytes)}"
    )


def _as_json(report: PackageReport) -> dict[str, object]:
    return {
        "path": report.path,
        "kind": report.kind,
        "ok": not report.failures,
        "findings": [finding.as_json() for finding in report.findings],
        "failures": report.failures,
        "kinds": dict(Counter(finding.kind for finding in report.findings)),
        "files": report.files,
        "records": report.records,
        "bytes": report.bytes,
        "recordBytes": report.raw_bytes,
    }
