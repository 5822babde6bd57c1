"""``khobao survey``: first contact with the live newspaper."""

import json
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from crawler.errors import ExitCode
from crawler.options import CrawlOptions, NetworkOptions
from crawler.resolve import ResolveRule
from crawler.session.result import RunResult
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.crawl import check_database, hosts_to_visit, run_with_progress
from khobao.cli.network_options import CaFile, Delay, Resolve
from khobao.cli.options import check_certificates, check_delay, check_key_log
from khobao.cli.output import console, emit_json, make_table, print_pairs
from khobao.cli.summary import result_as_json

app = typer.Typer(rich_markup_mode=None)

_STYLES = {"fits": "green", "differs": "bold yellow", "unknown": "magenta"}


@app.command(epilog=GLOBAL_HELP)
def survey(
    ctx: typer.Context,
    *,
    delay: Delay = 1.0,
    resolve: Resolve = None,
    ca_file: CaFile = None,
) -> int:
    """Find out what of the live newspaper fits the profile.

    At most 60 requests, one after another; every answer goes into the archive. Writes a page and
    JSON into the home's reports/. Exit 1 if something does not fit or could not be asked.
    """
    rules = [ResolveRule.parse(text) for text in resolve or ()]
    network = NetworkOptions(
        delay=check_delay(delay, rules, hosts_to_visit(())),
        resolve=tuple(resolve or ()),
        ca_file=check_certificates(ca_file) if ca_file else None,
    )
    context = context_of(ctx)
    check_key_log()
    context.writable_home()
    check_database(context, "survey", None)
    result = run_with_progress("survey", CrawlOptions(), network, context)
    pages = [
        context.home / "reports" / f"{result.run_id}.survey.{kind}" for kind in ("html", "json")
    ]
    report = _report(pages[1])
    if context.json:
        emit_json({**result_as_json(result), "page": str(pages[0]), "survey": report})
    else:
        _print(result, report, pages, context)
    return int(result.exit_code)


def _report(path: Path) -> dict[str, Any] | None:
    """None when the survey ended before it could write one."""
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return report


def _print(
    result: RunResult, report: dict[str, Any] | None, pages: list[Path], context: Context
) -> None:
    screen = console()
    good = result.exit_code is ExitCode.COMPLETE
    screen.print(
        f"survey: {result.reason} (exit {int(result.exit_code)})",
        style="bold green" if good else "bold yellow",
    )
    if report is not None:
        _print_findings(report)
    for warning in result.warnings:
        screen.print(f"! {warning}", style="yellow")
    rows: list[tuple[str, object]] = [("run", result.run_id), ("directory", context.home / "warc")]
    if report is not None:
        rows = [("requests", report["requests"]), *rows, ("page", pages[0]), ("JSON", pages[1])]
    print_pairs(screen, rows)


def _print_findings(report: dict[str, Any]) -> None:
    screen = console()
    table = make_table("topic", "result", "answer")
    for finding in report["findings"]:
        result = finding["verdict"]
        words = "not known, because " if result == "unknown" else ""
        answer = Text(_printable(words + finding["answer"]))
        table.add_row(finding["topic"], Text(result, style=_STYLES[result]), answer)
    screen.print(table)
    if report["changes"]:
        screen.print(f"\nTo change in crawler/sites/{report['site']['key']}.py:", style="bold")
        for change in report["changes"]:
            screen.print(Text(f"  {_printable(change['line'])}"), soft_wrap=True)
        screen.print()


def _printable(text: str) -> str:
    """What came from the network must not steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)
