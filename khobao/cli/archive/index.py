"""``khobao archive index``: make again what is derived from the WARC files."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from archive.home.reindex import Difference, FileIndex, IndexRun, index_archive
from crawler.errors import ExitCode, UsageError
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json, format_number

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def index(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILES", help="WARC files of the home; all if none is named."),
    ] = None,
    *,
    from_warc: Annotated[
        bool,
        typer.Option(
            "--from-warc",
            help="Read the records themselves instead of the journals; makes the journals and the"
            " dedupe index again, too.",
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: only say what differs. Exit 7 then.")
    ] = False,
) -> int:
    """Make the CDXJ index again, and journals and dedupe index where they are missing or wrong.

    From the journals where they cover their files, else from the WARC records. A journal that is
    replaced is kept as .bad. Exit 7 if a WARC file is damaged or gone, 9 if a crawl is writing.
    """
    context = context_of(ctx)
    home = context.existing_home()
    names = [_name(home, file) for file in files] if files else None
    found: list[FileIndex] = []
    with index_archive(home, names, from_records=from_warc, check=check) as run:
        for file in run:
            found.append(file)
            if not context.json:
                _print_file(file, check=check)
    differences = [d for file in found for d in file.differences] + run.dedupe
    failed = sum(file.problem is not None for file in found)
    if context.json:
        emit_json(
            {
                "files": [asdict(file) for file in found],
                "dedupe": [asdict(difference) for difference in run.dedupe],
                "salvaged": [asdict(report) for report in run.salvaged],
                "left_open": run.left_open,
                "differences": len(differences),
                "failed": failed,
            }
        )
    else:
        _print_rest(run, check=check)
        _print_sum(found, differences, failed, check=check)
    lost = any(report.is_alarm for report in run.salvaged)
    wrong = failed or lost or (check and differences)
    return int(ExitCode.VERIFICATION_FAILED if wrong else ExitCode.COMPLETE)


def _name(home: Path, file: str) -> str:
    """Bare name of a closed WARC file of *home*, which a person named with or without its path."""
    path = Path(file)
    closed = home / "warc" / path.name
    if path.name.endswith(".open"):
        raise UsageError(f"{file} has not been closed; run `khobao archive salvage` first")
    if not path.name.endswith((".warc.gz", ".warc")) or not closed.exists():
        raise UsageError(f"{file}: there is no such WARC file in {closed.parent}")
    if len(path.parts) > 1 and not (path.exists() and path.samefile(closed)):
        raise UsageError(
            f"{file} is not a file of this home; its WARC files are in {closed.parent}"
        )
    return path.name


def _print_file(file: "FileIndex", *, check: bool) -> None:
    screen = console()
    if file.problem:
        screen.print(file.problem)
    for difference in file.differences:
        screen.print(_line(difference, check=check))


def _print_rest(run: "IndexRun", *, check: bool) -> None:
    screen = console()
    for difference in run.dedupe:
        screen.print(_line(difference, check=check))
    for report in run.salvaged:
        lost = len(report.lost_record_ids)
        screen.print(
            f"{report.warc_filename}: had not been closed: {report.records_kept} records kept,"
            f" {lost} lost"
        )
    for name in run.left_open:
        screen.print(f"{name}: has not been closed, not looked at; run `khobao archive salvage`")


def _line(difference: "Difference", *, check: bool) -> str:
    done = "" if check else "; made again"
    kept = f", the old one is kept as {difference.kept_as.name}" if difference.kept_as else ""
    what = difference.what.replace("it was missing", "missing") if check else difference.what
    return f"{difference.path}: {what}{done}{kept}"


def _print_sum(
    found: "list[FileIndex]", differences: "list[Difference]", failed: int, *, check: bool
) -> None:
    read = sum(file.source == "records" and file.problem is None for file in found)
    lines = sum(file.lines for file in found)
    files = f"{format_number(len(found))} WARC file{'s' * (len(found) != 1)}"
    parts = [
        f"{files}, {format_number(lines)} captures",
        f"{read} read record by record" if read else "",
        f"{len(differences)} {'differ' if check else 'made again'}"
        if differences
        else "everything as it should be"
        if not failed
        else "",
        f"{failed} damaged or gone" if failed else "",
    ]
    console().print(" · ".join(part for part in parts if part))
