"""The ``khobao`` command: what it is called with, and how every ending is reported.

``main`` is the only place that turns an exception into a line and an exit code.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import typer
from typer.exceptions import TyperException

from crawler.errors import ExitCode, UsageError
from crawler.session.exit_codes import exit_code_of
from khobao.cli.context import Context, global_options_first
from khobao.cli.lazy_group import LazyCommand, LazyGroup
from khobao.cli.output import error_line


class Commands(LazyGroup):
    lazy: ClassVar = {
        "demo": LazyCommand("khobao.cli.demo", "Crawl a practice newspaper; no network needed."),
        "survey": LazyCommand(
            "khobao.cli.survey", "Find out what of the live newspaper fits the profile."
        ),
        "crawl": LazyCommand("khobao.cli.crawl", "Crawl articles, videos or single pages."),
        "show": LazyCommand("khobao.cli.show", "Show one article or video."),
        "status": LazyCommand("khobao.cli.status", "Show what the data home holds."),
        "runs": LazyCommand("khobao.cli.status", "List the last crawl runs, newest first."),
        "report": LazyCommand(
            "khobao.cli.report", "Show one run: numbers, failures, quarantine, alarms."
        ),
        "fixture": LazyCommand(
            "khobao.cli.fixture",
            "Make a fixture of an archived page: its bytes, what is read from it today, and why.",
        ),
        "practice": LazyCommand(
            "khobao.cli.practice", "The newspaper in miniature: a local server."
        ),
        "archive": LazyCommand(
            "khobao.cli.archive",
            "Check, repair, hand over and show the WARC files of the data home.",
        ),
        "db": LazyCommand("khobao.cli.database", "The embedded MongoDB of the data home."),
        "doctor": LazyCommand("khobao.cli.doctor", "Check what khobao needs on this machine."),
        "reextract": LazyCommand(
            "khobao.cli.reextract", "Read the archive again with today's parsers; correct MongoDB."
        ),
        "rebuild": LazyCommand(
            "khobao.cli.rebuild", "Make the database again from the WARC files."
        ),
    }


app = typer.Typer(
    name="khobao",
    cls=Commands,
    help="Crawl Báo Đắk Lắk điện tử: exact bytes in WARC files, clean articles in MongoDB.",
    epilog="Start with `khobao demo`: a whole crawl on this machine, without the network.",
    add_completion=False,
    # rich's help takes half a second to import; it is for results, not for help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


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
