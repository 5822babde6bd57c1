"""``khobao archive salvage``: put in order what a killed writer left."""

from dataclasses import asdict
from pathlib import Path

import typer

from crawler.commands.context import GLOBAL_HELP, context_of
from crawler.commands.output import console, emit_json, error_line
from crawler.exit_codes import ExitCode

__all__ = ["app", "wrecks"]

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def salvage(ctx: typer.Context) -> int:
    """Close the WARC files that a killed crawl left open.

    Every crawl does this when it starts. Whole records are kept, all of them; a torn tail is set
    aside in a .tail file; what happened is noted in fixity/log.jsonl. Exit 7 if a record that the
    journal acknowledged is gone, 9 if the writer still lives.
    """
    from archive import salvage as salvage_home  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    reports = salvage_home(context.existing_home())
    alarms = [report for report in reports if report.is_alarm]
    if context.json:
        emit_json({"ok": not alarms, "files": [asdict(report) for report in reports]})
    elif not reports:
        console().print("every WARC file was closed properly: nothing to salvage")
    else:
        for report in reports:
            console().print(f"{report.warc_filename}: {report.in_words()}")
    for report in alarms:
        error_line(
            f"{report.warc_filename}: {len(report.lost_record_ids)} records that were on the disk"
            f" are gone, the first is {report.lost_record_ids[0]}; the old journal is kept as"
            f" {report.warc_filename}.journal.bad: check the disk, and look for another copy"
        )
    return int(ExitCode.VERIFICATION_FAILED if alarms else ExitCode.COMPLETE)


def wrecks(home: Path) -> list[str]:
    """Names of the files that a killed crawl left open; none while a writer lives."""
    from archive.layout import Layout  # noqa: PLC0415 - not for --help
    from archive.lock import writer_of  # noqa: PLC0415

    layout = Layout(home)
    if writer_of(layout.lock) is not None:
        return []
    return [path.name.removesuffix(".open") for path in layout.open_files()]
