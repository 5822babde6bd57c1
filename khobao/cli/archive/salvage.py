"""``khobao archive salvage``: put in order what a killed writer left."""

from dataclasses import asdict

import typer

from archive import salvage as salvage_home
from archive.home.layout import IMPORTING_SUFFIX, Layout
from crawler.errors import ExitCode
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json, error_line

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def salvage(ctx: typer.Context) -> int:
    """Close the WARC files that a killed crawl left open, and end what a killed import began.

    Every whole record is kept, a torn tail is quarantined in a .tail file, and what happened is
    kept beside the file in .salvage.json. The next crawl does the same by itself. Exit 7 if a
    record that the journal acknowledged is gone, 8 if the disk is full, 9 if the writer lives.
    """
    context = context_of(ctx)
    layout = Layout(context.existing_home())
    half = [path.name.removesuffix(IMPORTING_SUFFIX) for path in layout.importing_files()]
    reports = salvage_home(layout.home)
    imports = {name: (layout.warc / name).exists() for name in half}
    lost = sum(len(report.lost_record_ids) for report in reports)
    if lost:
        error_line(
            f"{lost} acknowledged records are gone; what was found instead lies in"
            f" {context.home / 'warc'}: restore the files from a copy if there is one"
        )
    if context.json:
        files = [asdict(report) for report in reports]
        emit_json({"files": files, "lost": lost, "imports": imports})
    else:
        screen = console()
        for report in reports:
            screen.print(str(report))
            for record_id in report.lost_record_ids:
                screen.print(f"  lost: {record_id.strip('<>')}")
        for name, is_complete in imports.items():
            done = "it is complete now" if is_complete else "what it left was removed"
            screen.print(f"{name}: its import was killed; {done}")
        if not reports and not imports:
            screen.print("every WARC file was closed properly: nothing to salvage")
    return int(ExitCode.VERIFICATION_FAILED if lost else ExitCode.COMPLETE)
