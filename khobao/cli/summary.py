"""A run in numbers that add up: what ``crawl``, ``demo`` and ``report`` show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from crawler.errors import ExitCode
from crawler.session.result import STATES, RunResult
from khobao.cli.output import console, format_bytes, format_number, print_pairs, shell_command

if TYPE_CHECKING:
    from khobao.cli.context import Context

LABELS = {
    "announced": "announced",
    **{state: f"  {state}" for state in STATES},
    "fetched": "of these fetched",
    "responses": "responses",
    "resources": "page resources",
    "resources_left_out": "  left out",
    "articles_stored": "articles stored",
    "videos_stored": "videos stored",
    "comments_stored": "comment threads stored",
}
"""The order of a summary; what a run counts beside these follows in its own order."""

_PLACES_SHOWN = 10

ALWAYS_SHOWN = ("announced", "new", "updated", "unchanged", "duplicate", "quarantined", "failed")


def count_pairs(counts: Mapping[str, int]) -> list[tuple[str, object]]:
    """The counts as rows, without the zeros that say nothing."""
    names = [*LABELS, *(name for name in counts if name not in LABELS)]
    return [
        (LABELS.get(name, name.replace("_", " ")), format_number(counts.get(name, 0)))
        for name in names
        if counts.get(name) or name in ALWAYS_SHOWN
    ]


def add_up(counts: Mapping[str, int]) -> tuple[bool, str]:
    """Whether every announced address ended in exactly one state, and the sum in words."""
    parts = {state: counts[state] for state in STATES if counts.get(state)}
    announced, total = counts.get("announced", 0), sum(parts.values())
    words = " + ".join(f"{count} {state}" for state, count in parts.items()) or "0"
    if announced == total:
        return True, f"{announced} announced = {words}"
    return False, f"{announced} announced ≠ {total} = {words}"


def archive_pairs(archive: Mapping[str, Any]) -> list[tuple[str, object]]:
    """What a run wrote into the archive, as its document says it."""
    return [
        ("WARC records", format_number(records_in(archive))),
        ("WARC bytes", f"{format_bytes(archive.get('bytes', 0))}, compressed"),
        ("WARC files", ", ".join(archive.get("files") or ()) or "none"),
    ]


def records_in(archive: Mapping[str, Any]) -> int:
    """Records of all types: a number, or a number for each."""
    records = archive.get("records", 0)
    return sum(records.values()) if isinstance(records, dict) else int(records)


def result_as_json(result: RunResult) -> dict[str, object]:
    values = {each.name: getattr(result, each.name) for each in fields(result)}
    return {**values, "exit_code": int(result.exit_code), "counts": dict(result.counts)}


def print_left_out(left_out: Sequence[Mapping[str, Any]]) -> None:
    """Where page resources were left out, and why."""
    screen = console()
    for each in left_out[:_PLACES_SHOWN]:
        addresses = "1 address" if each["addresses"] == 1 else f"{each['addresses']} addresses"
        screen.print(
            f"left out: {each['host']}, {addresses} ({each['reason']})",
            style="dim", markup=False, soft_wrap=True,
        )  # fmt: skip
    if (more := len(left_out) - _PLACES_SHOWN) > 0:
        screen.print(f"left out: {more} more places, see the report", style="dim")


def print_alarms(alarms: Sequence[Mapping[str, Any]], run_id: str, context: Context) -> None:
    """What no longer looks as it did, where to look, and what to type next."""
    screen = console()
    for alarm in alarms:
        screen.print(f"\n! {alarm['field']}: {alarm['seen']}", style="bold red", markup=False)
        print_pairs(
            screen,
            [
                ("expected", alarm["expected"]),
                ("selector", f"{alarm['selector']}  ({alarm['page']})"),
                *(
                    ("for example", f"{each['url']}\n{each['record'].strip('<>')}")
                    for each in alarm["examples"]
                ),
            ],
        )
        if alarm.get("fixtureCommand"):
            screen.print(f"Make a fixture: {alarm['fixtureCommand']}", soft_wrap=True, markup=False)
    accept = shell_command("khobao", "report", run_id, "--accept", "--home", str(context.home))
    screen.print(f"\nIf this is how it should be: {accept}", soft_wrap=True, markup=False)


def print_run(result: RunResult, context: Context) -> None:
    """The end of a crawl, for a person: numbers, where things lie, how to go on."""
    screen = console()
    good = result.exit_code is ExitCode.COMPLETE
    screen.print(
        f"{result.spider}: {result.reason} (exit {int(result.exit_code)})",
        style="bold green" if good else "bold yellow",
    )
    print_pairs(
        screen,
        [
            *count_pairs(result.counts),
            *archive_pairs(
                {"records": result.records, "bytes": result.bytes, "files": result.files}
            ),
            ("directory", context.home / "warc"),
            ("report", result.report_path or "–"),
            ("run", result.run_id),
        ],
    )
    agrees, sentence = add_up(result.counts)
    screen.print(sentence if agrees else f"The numbers do not add up: {sentence}")
    print_left_out(result.left_out)
    for warning in result.warnings:
        screen.print(f"! {warning}", style="yellow")
    if result.alarms:
        print_alarms(result.alarms, result.run_id, context)
    if result.resume_hint:
        home = f" {shell_command('--home', str(context.home))}" if context.home_given else ""
        screen.print(f"Go on with: {result.resume_hint}{home}", style="bold", soft_wrap=True)
