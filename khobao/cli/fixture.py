"""``khobao fixture``: an archived page as a test case of the page classes."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import ExitCode, KhobaoError, UsageError
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import emit_json

if TYPE_CHECKING:
    from crawler.pages.article.page import ArticlePage

app = typer.Typer(rich_markup_mode=None)


class NoFixtureError(KhobaoError):
    """The record is no page that a page class could read."""


@app.command(epilog=GLOBAL_HELP)
def fixture(
    ctx: typer.Context,
    wanted: Annotated[
        str,
        typer.Argument(metavar="RECORD|URL", help="A record id, FILE:OFFSET, or an address."),
    ],
    *,
    why: Annotated[
        str, typer.Option(metavar="TEXT", help="What the case is for; goes into meta.json.")
    ] = "",
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where fixtures lie.")] = Path(
        "tests/fixtures"
    ),
    page_class: Annotated[
        str,
        typer.Option(metavar="NAME", help="The class that shall read it, such as ArticlePageB."),
    ] = "",
) -> int:
    """Make a fixture of an archived page: its bytes, what is read from it today, and why.

    Where today's page classes cannot read it, output.json has every field to be filled in. Replace
    the newspaper's text by invented text in the page and in output.json before you commit it.
    """
    from archive import read_record  # noqa: PLC0415 - not for --help
    from crawler.pages import PageError  # noqa: PLC0415
    from khobao.cli.archive.show import place_of  # noqa: PLC0415
    from khobao.maintenance.fixtures import make_fixture  # noqa: PLC0415

    context = context_of(ctx)
    home = context.existing_home()
    record = read_record(home, *place_of(home, wanted, None))
    if record.http is None or record.target_uri is None:
        raise NoFixtureError(f"{record.record_id} is no response; `khobao report` lists pages")
    content_type = record.http.get(b"Content-Type")
    try:
        made = make_fixture(
            into,
            url=record.target_uri,
            body=record.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            captured_at=dt.datetime.fromisoformat(record.head.get("WARC-Date") or ""),
            why=why or f"made of the capture of {record.head.get('WARC-Date')}: say what it is for",
            page=_named(page_class) if page_class else None,
        )
    except PageError as exc:
        raise NoFixtureError(str(exc)) from exc
    except FileExistsError as exc:
        raise NoFixtureError(f"{exc.filename} is there already; rename or remove it") from exc
    if context.json:
        emit_json(asdict(made))
        return int(ExitCode.COMPLETE)
    typer.echo(f"{made.directory}\n  for {made.page_class}")
    if made.problem:
        typer.echo(f"  cannot be read today: {made.problem}\n  fill in output.json by hand")
    typer.echo(
        "Replace the newspaper's text by invented text, in inputs/HttpResponse-body.html and in"
        " output.json,\nbefore you commit it; then run: pytest tests/fixtures"
    )
    return int(ExitCode.COMPLETE)


def _named(name: str) -> "type[ArticlePage]":
    from crawler.pages import ARTICLE_PAGES  # noqa: PLC0415 - not for --help

    found = {page.__name__: page for page in ARTICLE_PAGES}
    if name not in found:
        raise UsageError(f"--page-class {name!r} is no page class; there are: {', '.join(found)}")
    return found[name]
