"""``khobao rebuild``: an empty MongoDB, filled from the archive alone."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import ExitCode
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json, format_number, notice, print_pairs

if TYPE_CHECKING:
    from khobao.maintenance.rebuild.run import Rebuilt
from khobao.cli.reextract import progress_bar, store_of

app = typer.Typer(rich_markup_mode=None)

_SHOWN = (
    ("captures", "capture"),
    ("frontier", "announcement"),
    ("readings of articles", "article"),
    ("readings of videos", "video"),
    ("video teasers", "teaser"),
    ("threads of comments", "comments"),
    ("pages in quarantine", "quarantine"),
)


@app.command(epilog=GLOBAL_HELP)
def rebuild(
    ctx: typer.Context,
    into: Annotated[
        str | None,
        typer.Option(metavar="DATABASE", help="Fill this database instead of khobao's own."),
    ] = None,
) -> None:
    """Make the database again from the WARC files.

    It must be empty, or half of an earlier rebuild. The WARC files are only read; pages are read
    with today's parsers. Imported files are left out, and counted.
    """
    from khobao.maintenance.rebuild.run import rebuild as run  # noqa: PLC0415
    from khobao.maintenance.reextract.walk import imported  # noqa: PLC0415

    context = context_of(ctx)
    home = context.existing_home()
    left_out = imported(home)
    store = store_of(context, into)
    with progress_bar(context) as progress:
        result = asyncio.run(run(home, store, progress=progress))
    if context.json:
        emit_json(
            {
                "database": store.database_name,
                "runs": result.runs,
                "runsWithoutLedger": result.cut,
                "counts": dict(result.counts),
                "refused": result.refused,
                "unreadable": result.unreadable,
                "imported": left_out._asdict(),
                "errors": [{"where": w, "reason": r} for w, r in result.errors],
            }
        )
    else:
        _print(result, store.database_name)
        if left_out.files:
            notice(str(left_out))
    if result.exit_code is not ExitCode.COMPLETE:
        raise typer.Exit(result.exit_code)


def _print(result: "Rebuilt", database: str) -> None:
    pairs: list[tuple[str, object]] = [
        ("database", database),
        ("runs", format_number(result.runs)),
        *((words, format_number(result.counts[name])) for words, name in _SHOWN),
    ]
    print_pairs(console(), pairs)
    for run in result.cut:
        notice(f"! {run} has no complete ledger: its end is made from its records")
    for where, reason in result.errors:
        notice(f"! {where}: {reason}")
    if result.refused:
        notice(f"! MongoDB refused {result.refused} documents; they are in the quarantine")
