"""``khobao reextract``: what the archive's pages say to today's parsers, into MongoDB."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.errors import ExitCode
from crawler.options import parse_day, start_of_day
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, format_number, make_table, notice
from khobao.cli.reprocess_progress import AgainProgress
from pipelines.mongodb.server import ensure_server

if TYPE_CHECKING:
    from khobao.maintenance.reextract.summary import Summary
    from pipelines.mongodb.store import Store

app = typer.Typer(rich_markup_mode=None)

_EXAMPLES_SHOWN = 2


@app.command(epilog=GLOBAL_HELP)
def reextract(
    ctx: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only captures since this day (2026-11-28)."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Only the captures of this address.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
    ] = False,
) -> None:
    """Read the archive again with today's parsers; correct MongoDB.

    The WARC files are only read. What differs is shown by field before anything is written. A new
    reading of the same page is a correction, not a new version of the article. Imported files are
    left out, and counted. May be interrupted and run again.
    """
    from khobao.maintenance.reextract.run import Options  # noqa: PLC0415
    from khobao.maintenance.reextract.run import reextract as run  # noqa: PLC0415
    from khobao.maintenance.reextract.walk import imported  # noqa: PLC0415

    context = context_of(ctx)
    home = context.existing_home()
    left_out = imported(home)
    options = Options(
        since=start_of_day(parse_day(since, "--since")) if since else None,
        url=url,
        dry_run=dry_run,
        cross_check_share=cross_check_share(),
    )

    def show(summary: "Summary") -> None:
        if not context.json:
            print_summary(summary, dry_run=dry_run)

    with progress_bar(context) as progress:
        result = asyncio.run(
            run(home, store_of(context), options, progress=progress, show=progress.above(show))
        )
    if context.json:
        emit_json(
            result.summary.as_document()
            | {"dryRun": dry_run, "written": result.written, "refused": result.refused}
            | {"imported": left_out._asdict()}
        )
    elif not dry_run:
        refused = f"; MongoDB refused {result.refused}" if result.refused else ""
        console().print(f"{format_number(result.written)} changes written{refused}")
    if left_out.files and not context.json:
        notice(str(left_out))
    if result.exit_code is not ExitCode.COMPLETE:
        raise typer.Exit(result.exit_code)


def store_of(context: Context, database: str | None = None) -> "Store":
    """The store of the home's database, its server started if need be."""
    from crawler.addon import project_settings  # noqa: PLC0415 - not for --help
    from pipelines.mongodb.store import Store  # noqa: PLC0415

    settings = project_settings()
    return Store(
        ensure_server(context.home, context.mongodb_uri),
        database or settings["MONGODB_DATABASE"],
        wait_seconds=settings.getfloat("MONGODB_WAIT_SECONDS"),
    )


def cross_check_share() -> float | None:
    """Share of the articles that a crawl started now would cross-check with the extractor."""
    from crawler.addon import project_settings  # noqa: PLC0415 - not for --help

    settings = project_settings()
    is_on = settings.getbool("KHOBAO_CROSS_CHECK")
    return settings.getfloat("CROSS_CHECK_SHARE") if is_on else None


def progress_bar(context: Context) -> Any:
    return AgainProgress(is_quiet=context.json)


def print_summary(summary: "Summary", *, dry_run: bool) -> None:
    screen = console()
    screen.print(
        f"{format_number(summary.read)} records read,"
        f" {format_number(summary.compared)} of them of articles in MongoDB"
    )
    would = "would be " if dry_run else ""
    lines = [
        (summary.articles, f"articles {would}corrected"),
        (len(summary.versions), f"older versions {would}corrected"),
        (len(summary.new), f"articles that MongoDB does not know {would}added"),
        (
            len(summary.changed),
            f"articles with a later capture that says something else {would}updated",
        ),
        (summary.videos, f"videos {would}corrected"),
        (len(summary.new_videos), f"videos {would}added"),
        (summary.released, f"pages {would}released from the quarantine"),
        (summary.quarantined, f"pages {would}put into the quarantine"),
        (summary.unreadable, "records that cannot be read"),
    ]
    for count, words in lines:
        if count:
            screen.print(f"{format_number(count):>9} {words}")
    if not summary.changes_anything:
        screen.print("MongoDB agrees with the archive; nothing to correct")
    if summary.fields:
        _print_fields(summary)
    for where, reason in summary.errors:
        notice(f"! {where}: {reason}")


def _print_fields(summary: "Summary") -> None:
    table = make_table("field", "documents", "for example", numbers=["documents"])
    for name, difference in sorted(summary.fields.items()):
        count = format_number(difference.documents)
        for example in difference.examples[:_EXAMPLES_SHOWN]:
            older = "–" if example.older is None else example.older
            newer = "–" if example.newer is None else example.newer
            table.add_row(name, count, f"{example.document}: {older} → {newer}")
            name, count = "", ""  # noqa: PLW2901  the second example stands below the first
    console().print(table)
