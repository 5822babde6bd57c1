"""``khobao demo``: the whole job on this machine, without the network."""

import json
import subprocess
import sys
from typing import Annotated, Any

import typer

from crawler.errors import ExitCode, KhobaoError, UsageError
from khobao.cli.context import DEMO_DIRECTORY, GLOBAL_HELP, Context, context_of
from khobao.cli.output import emit_json, notice
from practice.client import PracticeProcess
from practice.errors import PracticeError

app = typer.Typer(rich_markup_mode=None)

MARK = "invented-articles.txt"
MARK_TEXT = """\
Made by: khobao demo --articles {articles} --seed {seed}
The articles in this data home are invented by the practice newspaper.
It may be deleted as a whole, after `khobao db stop --home DIR`.
"""


class DemoFailedError(KhobaoError):
    """The practice newspaper could not be served."""


@app.command(epilog=GLOBAL_HELP)
def demo(
    ctx: typer.Context,
    *,
    articles: Annotated[
        int, typer.Option(metavar="N", min=20, help="Articles of the practice newspaper.")
    ] = 300,
    seed: Annotated[int, typer.Option(metavar="S", help="Same seed, same newspaper.")] = 1,
) -> int:
    """Crawl a practice newspaper; no network needed.

    Practice newspaper, embedded MongoDB, a full crawl, and a report whose numbers are checked. The
    data home is ./data/demo unless --home names another. Exit 7 if the numbers do not add up.
    """
    context = demo_context(context_of(ctx), MARK_TEXT.format(articles=articles, seed=seed))
    from khobao.cli.demo_report import Findings, examine, print_findings  # noqa: PLC0415

    notice(f"khobao demo: a practice newspaper of {articles} articles, into {context.home}")
    try:
        with PracticeProcess("--articles", str(articles), "--seed", str(seed)) as newspaper:
            results = [crawl(context, newspaper, spider) for spider in ("sections", "videos")]
            truth = truth_of(newspaper)
    except PracticeError as exc:
        raise DemoFailedError(f"the practice newspaper did not work: {exc}") from exc
    findings: Findings = examine(context, results, truth)
    if context.json:
        emit_json(findings.as_json())
    else:
        print_findings(findings, context)
    failed = max((result["exit_code"] for result in results), default=0)
    if failed:
        return int(failed)
    return int(ExitCode.COMPLETE if findings.adds_up else ExitCode.VERIFICATION_FAILED)


def truth_of(newspaper: "PracticeProcess") -> dict[str, int]:
    """How many articles, videos and comments the newspaper says it has."""
    truth = {name: len(newspaper.truth(name)) for name in ("articles", "videos")}
    threads = newspaper.truth("comments")
    return truth | {"comments": sum(len(thread["comments"]) for thread in threads)}


def demo_context(context: Context, mark_text: str) -> Context:
    """The home of the demo, marked as such: invented articles must not get among real ones."""
    if context.mongodb_uri:
        raise UsageError(
            "the demo's articles are invented and must not get into a server of yours;"
            " leave --mongodb-uri and KHOBAO_MONGODB_URI out"
        )
    if not context.home_given:
        context = context.with_home(context.home / DEMO_DIRECTORY)
    home = context.writable_home()
    mark = home / MARK
    if not mark.exists():
        if any((home / name).exists() for name in ("warc", "mongodb")):
            raise UsageError(
                f"{home} holds an archive already, and the demo's articles are invented;"
                " name an empty place with --home DIR"
            )
        mark.write_text(mark_text, encoding="utf-8")
    made_by, wanted = (text.partition("\n")[0] for text in (mark.read_text("utf-8"), mark_text))
    if made_by != wanted:
        raise UsageError(
            f"{home} was made by another newspaper ({made_by.removeprefix('Made by: ')});"
            " give the same options, or name an empty place with --home DIR"
        )
    return context


def crawl(context: Context, newspaper: "PracticeProcess", spider: str) -> dict[str, Any]:
    """One ``khobao crawl`` as a person would type it; its result as JSON, its progress on stderr.

    A process of its own, because the reactor of a process can be used only once.
    """
    words = ["crawl", spider, "--delay", "0", "--json", "--home", str(context.home)]
    words += ["-v"] if context.verbose else []
    words += [word for rule in newspaper.resolve for word in ("--resolve", rule)]
    words += ["--ca-file", str(newspaper.ca_file)]
    command = [sys.executable, "-m", "khobao.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = _output_of(process)
    if not output:  # stderr has why there is no result
        raise typer.Exit(process.returncode)
    result: dict[str, Any] = json.loads(output)
    return result


def _output_of(process: subprocess.Popen[str]) -> str:
    """All it writes. Ctrl-C reaches it as well: it stops cleanly, and that must be waited for."""
    while True:
        try:
            return process.communicate()[0]
        except KeyboardInterrupt:
            notice("khobao demo: waiting for the crawl to stop")
