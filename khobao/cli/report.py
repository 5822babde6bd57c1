"""``khobao report``: one run in numbers, and what became of the addresses that failed."""

from typing import Annotated, Any

import typer

from crawler.errors import KhobaoError
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json, make_table, print_pairs
from khobao.cli.page import local_time
from khobao.cli.summary import add_up, archive_pairs, count_pairs, print_left_out
from pipelines.mongodb import queries

app = typer.Typer(rich_markup_mode=None)

QUARANTINED_SHOWN = 20


class NoSuchRunError(KhobaoError):
    """The database knows no run of that id."""


@app.command(epilog=GLOBAL_HELP)
def report(
    ctx: typer.Context,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run's id; the last run if left out.")
    ] = None,
    *,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Its pages are as they should be: no alarm about the same again.",
        ),
    ] = False,
) -> None:
    """Show one run: numbers, failures, quarantine, alarms.

    Failures are grouped by reason; of the pages that could not be read, the first 20 are listed
    with the record that holds them.
    """
    from khobao.cli.open_database import open_database  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    if not context.mongodb_uri:
        context.existing_home()
    with open_database(context) as database:
        document = queries.find_run(database, run)
        if document is None:
            raise NoSuchRunError(
                f"there is no run {run!r}; `khobao runs` lists them"
                if run
                else "there is no run yet; start one with `khobao crawl sections --limit 50`"
            )
        if accept:
            from pipelines.mongodb.runs import accept as accept_run  # noqa: PLC0415 - rarely needed

            document |= accept_run(database, document)
        failures = queries.failures(database, document["_id"])
        quarantined = queries.quarantined(database, document["_id"], QUARANTINED_SHOWN)
    if context.json:
        emit_json({"run": document, "failures": failures, "quarantine": quarantined})
    else:
        _print_report(document, failures, quarantined)


def _print_report(
    run: dict[str, Any], failures: list[dict[str, Any]], quarantined: list[dict[str, Any]]
) -> None:
    counts = run.get("counts") or {}
    arguments = ", ".join(
        f"{name} {' '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in (run.get("arguments") or {}).items()
    )
    screen = console()
    print_pairs(
        screen,
        [
            ("run", run["_id"]),
            ("spider", run.get("spider", "–")),
            ("arguments", arguments or "none"),
            ("started", local_time(run.get("startedAt"))),
            ("finished", local_time(run.get("finishedAt"))),
            ("exit", f"{run.get('exitCode', '–')} ({run.get('reason', 'not finished')})"),
            *count_pairs(counts),
            *archive_pairs(run.get("archive") or {}),
        ],
    )
    agrees, sentence = add_up(counts)
    screen.print(sentence if agrees else f"The numbers do not add up: {sentence}")
    print_left_out(run.get("leftOut") or [])
    for alarm in run.get("alarms") or []:
        screen.print(f"! {alarm}", style="yellow")
    if accepted := run.get("acceptedAt"):
        screen.print(f"Accepted at {local_time(accepted)}: later runs are compared with this one.")
    if failures:
        _print_failures(failures)
    if quarantined:
        _print_quarantine(quarantined)


def _print_failures(failures: list[dict[str, Any]]) -> None:
    table = make_table("count", "state", "reason", "for example", numbers=["count"])
    for each in failures:
        table.add_row(
            str(each["count"]), each["state"], each.get("reason") or "–", str(each["example"])
        )
    console().print("\nAddresses that became no article:", style="bold")
    console().print(table)


def _print_quarantine(quarantined: list[dict[str, Any]]) -> None:
    table = make_table("record", "address", "reason")
    for each in quarantined:
        record = (each.get("provenance") or {}).get("warcRecordId") or each["_id"]
        table.add_row(str(record).strip("<>"), each.get("url", "–"), each.get("reason", "–"))
    console().print(f"\nQuarantine (the first {QUARANTINED_SHOWN}):", style="bold")
    console().print(table)
    console().print("`khobao show RECORD` shows such a record.", style="dim")
