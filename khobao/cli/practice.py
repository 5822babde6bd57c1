"""``khobao practice``: the newspaper in miniature, for trying things out without the network."""

import datetime as dt
import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from crawler.errors import UsageError
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import emit_json, shell_command
from practice.config import PracticeConfig, Ready, parse_instant
from practice.errors import PracticeError
from practice.redesign import Redesign
from practice.service import serve as open_newspaper

app = typer.Typer(help="The newspaper in miniature: a local server.", rich_markup_mode=None)


@app.callback()
def practice() -> None:
    """The newspaper in miniature: a local server."""


@app.command(epilog=GLOBAL_HELP)
def serve(
    ctx: typer.Context,
    *,
    articles: Annotated[int, typer.Option(metavar="N", min=0, help="Articles to invent.")] = 1000,
    seed: Annotated[int, typer.Option(metavar="S", help="Same seed, same newspaper.")] = 1,
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="HTTP port; 0 takes a free one.")
    ] = 0,
    tls_port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="HTTPS port; 0 takes a free one.")
    ] = 0,
    now: Annotated[
        str | None, typer.Option(metavar="ISO", help="The newspaper's clock at the start.")
    ] = None,
    holidays: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="First day of a week with hardly an article."),
    ] = None,
    template: Annotated[
        str, typer.Option(metavar="a|b|mixed", help="Layout of the pages.")
    ] = "mixed",
    faults: Annotated[
        str, typer.Option(metavar="NAMES", help="Faults to switch on, by comma; `all` for all.")
    ] = "",
    validators: Annotated[
        str, typer.Option(metavar="all|static|none", help="What has an ETag, and answers 304.")
    ] = "static",
    redesign: Annotated[
        str, typer.Option(metavar="JSON", help="How the pages differ, as in `POST /redesign`.")
    ] = "{}",
) -> None:
    """Serve the practice newspaper until Ctrl-C; prints how to crawl it."""
    context = context_of(ctx)
    try:
        config = PracticeConfig(
            articles=articles,
            seed=seed,
            port=port,
            tls_port=tls_port,
            now=_instant(now) if now else None,
            holidays=_day(holidays) if holidays else None,
            template=template,
            faults=tuple(name.strip() for name in faults.split(",") if name.strip()),
            validators=validators,
            redesign=_redesign(redesign),
        )
        open_newspaper(config, on_ready=lambda ready: _tell(context, ready))
    except (ValueError, PracticeError) as exc:
        raise UsageError(str(exc)) from exc
    except KeyboardInterrupt:
        return


def _instant(text: str) -> dt.datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise UsageError(f"--now {text!r} is no time; write 2026-03-01T07:00") from None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--holidays {text!r} is no day; write 2026-02-16") from None


def _redesign(text: str) -> "Redesign":
    try:
        wish = json.loads(text)
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        example = """{"rename": {"date": "day"}}"""
        raise UsageError(f"--redesign {text!r} is no JSON object; write {example}")
    return Redesign.of(wish)


def resolve_options(ready: "Ready") -> list[str]:
    """The options that lead a crawl to the practice newspaper."""
    options = [word for rule in ready.resolve for word in ("--resolve", rule)]
    return [*options, "--ca-file", ready.ca_file]


def _tell(context: Context, ready: "Ready") -> None:
    if context.json:
        emit_json(asdict(ready))
    else:
        # A home of its own: invented articles must not get among real ones.
        words = ["crawl", "sections", "--limit", "50", "--delay", "0", "--home", "data/practice"]
        command = shell_command("khobao", *words, *resolve_options(ready))
        typer.echo(
            "The practice newspaper is open until Ctrl-C.\n"
            f"  http     http://127.0.0.1:{ready.http}/\n"
            f"  https    https://127.0.0.1:{ready.https}/\n"
            f"  control  http://127.0.0.1:{ready.control}/\n"
            f"  log      {ready.log_dir}\n\n"
            f"Crawl it from another terminal:\n  {command}"
        )
    sys.stdout.flush()
