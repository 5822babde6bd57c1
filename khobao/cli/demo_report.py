"""Report of the demo: numbers from three independent sources, and what to try next.

The newspaper says what there is, the runs say what they did, the WARC files and MongoDB are counted
anew. The demo is only good if they agree.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from archive import iter_records
from khobao.cli.open_database import open_database, shown_uri
from khobao.cli.output import (
    console,
    format_bytes,
    format_number,
    make_table,
    print_pairs,
    shell_command,
)
from khobao.cli.summary import add_up, count_pairs

if TYPE_CHECKING:
    from pymongo.database import Database

    from khobao.cli.context import Context
    from pipelines.mongodb.schema import Document

SECTIONS_QUERY: list[dict[str, Any]] = [
    {"$sortByCount": "$articleSection"},
    {"$limit": 5},
]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the demo found, each sum with whether it is right."""

    results: Sequence[Mapping[str, Any]]
    checks: Sequence[tuple[bool, str]]
    headlines: Sequence[tuple[str, str]]
    """(id, headline) of the newest articles."""

    sections: Sequence[tuple[str, int]]
    warc: Mapping[str, Any] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        return all(right for right, _ in self.checks)

    def as_json(self) -> dict[str, Any]:
        return {"adds_up": self.adds_up, **asdict(self)}


def examine(
    context: Context, results: Sequence[Mapping[str, Any]], truth: Mapping[str, int]
) -> Findings:
    """Count everything once more, where it lies."""
    checks = [
        (right, f"{result['spider']}: {sentence}")
        for result in results
        for right, sentence in [add_up(result["counts"])]
    ]
    warc = _warc_facts(context, results)
    written = sum(result["records"] for result in results)
    found = warc["records_of_runs"]
    checks.append((written == found, f"WARC: {written} records written = {found} read back"))
    with open_database(context) as database:
        checks += _check_captures(database, results, warc)
        checks += _check_truth(database, truth)
        return Findings(results, checks, _headlines(database), _sections(database), warc)


def _check_captures(
    database: Database[Document],
    results: Sequence[Mapping[str, Any]],
    warc: Mapping[str, Any],
) -> list[tuple[bool, str]]:
    responses = sum(result["counts"]["responses"] for result in results)
    runs = [result["run_id"] for result in results]
    answered = {"recordType": {"$in": ["response", "revisit"]}}
    captures = database["captures"].count_documents({"runId": {"$in": runs}, **answered})
    records = warc["responses_of_runs"]
    sentence = f"{responses} received = {records} in the WARC files = {captures} in MongoDB"
    return [(responses == records == captures, f"responses: {sentence}")]


def _check_truth(database: Database[Document], truth: Mapping[str, int]) -> list[tuple[bool, str]]:
    stored = {
        "articles": database["articles"].count_documents({"state": "published"}),
        "videos": database["videos"].count_documents({}),
        "comments": _comments(database),
    }
    return [
        (
            count == truth[name],
            f"{name}: {truth[name]} in the newspaper = {count} in MongoDB",
        )
        for name, count in stored.items()
    ]


def _comments(database: Database[Document]) -> int:
    counted = database["articles"].aggregate([{"$unwind": "$comments"}, {"$count": "comments"}])
    return next((int(document["comments"]) for document in counted), 0)


def _warc_facts(context: Context, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    directory = context.home / "warc"
    files = sorted(directory.glob("*.warc.gz"))
    ours = {name for result in results for name in result["files"]}
    counted = {
        path.name: Counter(record.type for _, record in iter_records(path)) for path in files
    }
    of_runs = sum((count for name, count in counted.items() if name in ours), Counter[str]())
    return {
        "directory": str(directory),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "records": sum(count.total() for count in counted.values()),
        "records_of_runs": of_runs.total(),
        "responses_of_runs": of_runs["response"] + of_runs["revisit"],
    }


def _headlines(database: Database[Document]) -> list[tuple[str, str]]:
    newest = database["articles"].find({}, {"headline": 1}).sort("datePublished", -1).limit(5)
    return [(document["_id"], document.get("headline", "–")) for document in newest]


def _sections(database: Database[Document]) -> list[tuple[str, int]]:
    found = database["articles"].aggregate(SECTIONS_QUERY)
    return [(document["_id"] or "–", document["count"]) for document in found]


def print_findings(findings: Findings, context: Context) -> None:
    screen = console()
    for result in findings.results:
        screen.print(f"\nkhobao crawl {result['spider']}: {result['reason']}", style="bold")
        print_pairs(
            screen,
            [
                *count_pairs(result["counts"]),
                ("WARC records", format_number(result["records"])),
                ("WARC bytes", f"{format_bytes(result['bytes'])}, compressed"),
            ],
        )
    screen.print("\nDo the numbers add up?", style="bold")
    for right, sentence in findings.checks:
        screen.print(f"  {'✓' if right else '✗'} {sentence}", style="green" if right else "red")
    screen.print("\nFive of the articles", style="bold")
    for _id, headline in findings.headlines:
        screen.print(f"  {headline}")
    query = json.dumps(SECTIONS_QUERY)
    screen.print(f"\nA query: db.articles.aggregate({query})", style="bold", soft_wrap=True)
    table = make_table("section", "articles", numbers=["articles"])
    for section, count in findings.sections:
        table.add_row(section, str(count))
    screen.print(table)
    _print_places(findings, context)


def _print_places(findings: Findings, context: Context) -> None:
    screen = console()
    warc = findings.warc
    screen.print("\nWhere it lies", style="bold")
    screen.print(
        f"  {warc['directory']}: {warc['files']} WARC files, {format_number(warc['records'])}"
        f" records, {format_bytes(warc['bytes'])}",
        soft_wrap=True,
    )
    screen.print(f"  MongoDB: {shown_uri(context)}", soft_wrap=True)
    stop = shell_command(_khobao(), "db", "stop", "--home", str(context.home))
    screen.print(f"  (it runs until `{stop}`)", soft_wrap=True)
    screen.print("\nWhat to try next", style="bold")
    for command in next_commands(findings, context):
        screen.print(f"  {command}", soft_wrap=True)


def next_commands(findings: Findings, context: Context) -> list[str]:
    """Lines to paste."""
    khobao = _khobao()
    home = ("--home", str(context.home))
    article = findings.headlines[0][0] if findings.headlines else "ID"
    return [
        shell_command(khobao, "show", article, *home),
        shell_command(khobao, "show", article, "--record", *home),
        shell_command(khobao, "report", *home),
        shell_command(khobao, "archive", "verify", *home),
    ]


def _khobao() -> str:
    """The command, as it can be found from here: `make demo` runs it without a PATH to it."""
    return "khobao" if shutil.which("khobao") else sys.argv[0]
