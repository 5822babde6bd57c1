"""The ``khobao`` command: what it is called with, and how every ending is told.

``main`` is the only place that turns an exception into a line and an exit code.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from crawler.errors import ExitCode, UsageError
from crawler.session.exit_codes import exit_code_of
from khobao.cli import archive as evidence
from khobao.cli import (
    crawl,
    database,
    demo,
    doctor,
    fixture,
    practice,
    rebuild,
    reextract,
    report,
    show,
    status,
    survey,
)
from khobao.cli.context import Context, global_options_first
from khobao.cli.output import error_line

__all__ = ["app", "main"]

app = typer.Typer(
    name="khobao",
    help="Crawl Báo Đắk Lắk điện tử: exact bytes in WARC files, clean articles in MongoDB.",
    epilog="Start with `khobao demo`: a whole crawl on this machine, without the network.",
    add_completion=False,
    # rich's help takes half a second to import; it is for results, not for help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for module in (demo, survey, crawl, show, status, report, fixture):
    app.add_typer(module.app)
app.add_typer(practice.app, name="practice")
app.add_typer(evidence.app, name="archive")
app.add_typer(database.app, name="db")
app.add_typer(doctor.app)
app.add_typer(reextract.app)
app.add_typer(rebuild.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - slow, and only needed here

        typer.echo(f"khobao {version('khobao')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    ctx: typer.Context,
    *,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="KHOBAO_HOME",
            help="The data home: WARC files, database, reports (default: ./data).",
        ),
    ] = None,
    mongodb_uri: Annotated[
        str | None,
        typer.Option(
            metavar="URI",
            envvar="KHOBAO_MONGODB_URI",
            help="A MongoDB server of your own instead of the embedded one.",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The result as JSON on stdout, all else on stderr.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="The crawl's log, and tracebacks.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    _ = version  # its callback has done it
    ctx.obj = Context.from_options(home=home, mongodb_uri=mongodb_uri, json=json, verbose=verbose)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(global_options_first(words))
    except Exception as exc:  # noqa: BLE001 - the last line of defence: a reason, not a traceback
        if "-v" in words or "--verbose" in words:
            import traceback  # noqa: PLC0415 - rarely needed

            traceback.print_exc()
        message, code = explain(exc)
        error_line(message)
        return int(code)


def _run(words: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("khobao", list(words)) as ctx:
            code = command.invoke(ctx)
        sys.stdout.flush()
    except typer.Exit as exc:
        code = exc.exit_code
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the latter is how rich takes it
        # `khobao … | head` has read enough; without this Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.COMPLETE
    return int(code or 0)


def explain(exc: Exception) -> tuple[str, ExitCode]:
    """What to tell a person of *exc*, and how to end."""
    if isinstance(exc, TyperException):
        context = getattr(exc, "ctx", None)
        command = context.command_path if context else "khobao"
        return f"{exc.format_message().rstrip('.')}; see `{command} --help`", ExitCode.USAGE
    if (code := exit_code_of(exc)) is not None:
        return str(exc), code
    if isinstance(exc, OSError) and exc.filename is not None:
        return explain(UsageError(f"{exc.filename}: {exc.strerror}"))
    message = f"unexpected {type(exc).__name__}: {exc}; this is a fault of khobao:"
    return f"{message} run the command with -v and report what it prints", ExitCode.SOME_FAILED
