"""``khobao status`` and ``khobao runs``: what there is, and what happened."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.errors import ExitCode, KhobaoError
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import (
    console,
    emit_json,
    error_line,
    format_bytes,
    format_number,
    make_table,
    print_pairs,
)
from khobao.cli.summary import records_in
from khobao.cli.unclosed_files import abandoned_names, report_unclosed_files
from pipelines.mongodb import queries

app = typer.Typer(rich_markup_mode=None)

COLUMNS = ("run", "took", "exit", "announced", "new", "updated", "failed", "records", "reason")
NARROW_COLUMNS = ("run", "took", "exit", "new", "failed", "reason")
"""What a terminal of 80 columns has room for; a number must not be cut. `khobao report` has all."""

WIDTH_OF_ALL = 110

COUNTED = ("articles", "versions", "videos", "captures", "frontier", "quarantine")


@app.command(epilog=GLOBAL_HELP)
def status(ctx: typer.Context) -> int:
    """Show what the data home holds.

    Home, archive files, disk, database, and the last runs. Exit 6 if the database is away: the
    rest is shown all the same.
    """
    from khobao.cli.open_database import open_database, shown_uri  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    home = context.existing_home()
    report_unclosed_files(context)
    facts: dict[str, Any] = {"home": str(home), **archive_facts(home), "fixity": fixity_facts(home)}
    error: KhobaoError | None = None
    try:
        with open_database(context) as database:
            facts["database"] = {
                "uri": shown_uri(context),
                "counts": queries.counts(database, COUNTED),
            }
            facts["runs"] = queries.last_runs(database, 5)
    except KhobaoError as exc:
        error = exc
        facts["database"] = {"error": str(exc)}
    if context.json:
        emit_json(facts)
    else:
        _print_status(facts)
    if error is None:
        return int(ExitCode.COMPLETE)
    error_line(str(error))
    return int(error.exit_code)


@app.command(epilog=GLOBAL_HELP)
def runs(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The last N runs.")] = 20,
) -> None:
    """List the last crawl runs, newest first."""
    from khobao.cli.open_database import open_database  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    if not context.mongodb_uri:
        context.existing_home()
    with open_database(context) as database:
        found = queries.last_runs(database, limit)
    if context.json:
        emit_json(found)
    elif found:
        _print_runs(found)
    else:
        console().print("no run yet; start one with `khobao crawl sections --limit 50`")


def archive_facts(home: Path) -> dict[str, Any]:
    """Files and bytes of the archive as they lie on the disk, and what is free there."""
    from archive.home.layout import Layout  # noqa: PLC0415 - not for --help

    closed = [path.stat().st_size for path in Layout(home).closed_files()]
    being_written = sorted(path.name for path in (home / "warc").glob("*.warc.gz.open"))
    return {
        "archive": {
            "directory": str(home / "warc"),
            "files": len(closed),
            "bytes": sum(closed),
            "open": being_written,
            "abandoned": abandoned_names(home),
        },
        "freeBytes": shutil.disk_usage(home).free,
    }


def fixity_facts(home: Path) -> dict[str, Any]:
    """How well the files are looked after; see `khobao archive fixity status`."""
    from archive.fixity.overview import overview  # noqa: PLC0415 - not for --help
    from archive.home.layout import Layout  # noqa: PLC0415

    facts = overview(Layout(home))
    return {
        "verifiedWithin": facts.verified_within(),
        "copied": facts.copied,
        "listed": facts.listed,
        "chain": [str(problem) for problem in facts.chain],
        "withoutCopy": facts.listed - facts.copied,
        "oldestFile": facts.oldest_file,
        "wrong": facts.is_wrong,
    }


def _print_status(facts: dict[str, Any]) -> None:
    archive, database = facts["archive"], facts["database"]
    pairs: list[tuple[str, object]] = [
        ("home", facts["home"]),
        ("archive", f"{archive['files']} files, {format_bytes(archive['bytes'])} in warc/"),
        ("open files", _open_words(archive)),
        ("fixity", _fixity_words(facts["fixity"])),
        ("free disk", format_bytes(facts["freeBytes"])),
        ("database", database.get("uri") or "not reachable"),
        *((name, format_number(count)) for name, count in database.get("counts", {}).items()),
    ]
    print_pairs(console(), pairs)
    if facts.get("runs"):
        console().print()
        _print_runs(facts["runs"])


def _open_words(archive: dict[str, Any]) -> str:
    if archive["abandoned"]:
        names = ", ".join(archive["abandoned"])
        return f"{names}: left by a killed crawl; `khobao archive salvage` closes it"
    return ", ".join(archive["open"]) or "none"


def _fixity_words(fixity: dict[str, Any]) -> str:
    chain = "broken" if fixity["chain"] else "whole"
    words = f"{fixity['verifiedWithin']}, {fixity['withoutCopy']} without a copy, chain {chain}"
    if fixity["wrong"]:
        words += "; SOMETHING IS WRONG: see `khobao archive fixity status`"
    return words


def _print_runs(found: list[dict[str, Any]]) -> None:
    screen = console()
    columns = COLUMNS if screen.width >= WIDTH_OF_ALL else NARROW_COLUMNS
    table = make_table(*columns, numbers=set(COLUMNS) - {"run", "reason"})
    for run in found:
        cells = _cells(run)
        table.add_row(*(cells[name] for name in columns))
    screen.print(table)


def _cells(run: dict[str, Any]) -> dict[str, str]:
    counts = run.get("counts") or {}
    cells = {name: format_number(counts.get(name, 0)) for name in ("announced", "new", "updated")}
    cells |= {
        "run": str(run["_id"]),
        "took": "–",
        "exit": "–",
        "failed": format_number(counts.get("failed", 0) + counts.get("quarantined", 0)),
        "records": format_number(records_in(run.get("archive") or {})),
        "reason": "not finished",
    }
    if run.get("finishedAt") is not None:
        cells["took"] = str(run["finishedAt"] - run["startedAt"]).partition(".")[0]
        cells["exit"], cells["reason"] = str(run.get("exitCode")), str(run.get("reason", ""))
    return cells
