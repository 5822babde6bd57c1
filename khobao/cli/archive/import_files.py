"""``khobao archive import``: bring other programs' WARC files into the home."""

import os
import sys
from collections import Counter
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from archive.importing import FileImport
from archive.importing import import_files as importing
from archive.verify.finding import shorten
from crawler.addon import project_settings
from crawler.errors import ExitCode
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, error_line, format_bytes, format_number

app = typer.Typer(rich_markup_mode=None)

_STATES = {"imported": "imported", "already": "already here", "refused": "not imported"}


@app.command("import", epilog=GLOBAL_HELP)
def import_files(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="WARC files of any program, .warc or .warc.gz."),
    ],
    *,
    damaged: Annotated[
        bool,
        typer.Option(
            "--damaged",
            help="Take files in which verify finds faults as well: what is readable is indexed.",
        ),
    ] = False,
) -> int:
    """Bring other programs' WARC files into the archive, their bytes unchanged.

    Each is copied under its own name, verified, indexed and listed in a manifest; a file that is
    there already is left alone. Exit 7 if one was refused for what verify found or the manifests
    contradict themselves, 2 if one was refused for anything else; the others are imported all the
    same.
    """
    context = context_of(ctx)
    home = context.writable_home()
    done: list[FileImport] = []
    problem: str | None = None
    try:
        with importing(
            home,
            software=f"khobao {version('khobao')}",
            min_free_bytes=project_settings().getint("ARCHIVE_MIN_FREE_BYTES"),
            allow_damaged=damaged,
        ) as run:
            for path in files:
                done.append(run.take(path))
                if not context.json:
                    _print_file(done[-1])
            problem = run.manifest_problem
    finally:
        _print_sum(context, done, problem)
    if problem is not None:
        error_line(f"listed beside the chain of manifests, which contradicts itself: {problem}")
        return int(ExitCode.VERIFICATION_FAILED)
    return int(_exit_code(done))


def _exit_code(done: list[FileImport]) -> ExitCode:
    refused = [file for file in done if file.state == "refused"]
    if any(file.is_damaged for file in refused):
        return ExitCode.VERIFICATION_FAILED
    return ExitCode.USAGE if refused else ExitCode.COMPLETE


def _print_file(file: FileImport) -> None:
    for finding in file.findings:
        sys.stdout.write(f"{'note: ' if finding.is_note else ''}{finding.line()}\n")
    sys.stdout.flush()
    source = shorten(os.fsencode(file.source))  # it may hold anything
    if file.state == "refused":
        error_line(f"{source}: not imported: {file.reason}")
    elif file.state == "already":
        console().print(f"{source}: {file.reason}")
    else:
        unread = f", {file.unreadable} places cannot be read" if file.unreadable else ""
        console().print(
            f"{source}: imported, {format_bytes(file.size)}:"
            f" {format_number(file.records)} records,"
            f" {format_number(file.captures)} captures{unread}"
        )


def _print_sum(context: Context, done: list[FileImport], problem: str | None) -> None:
    count: Counter[str] = Counter(file.state for file in done)
    if context.json:
        states = {state: count[state] for state in _STATES}
        files = [_as_json(file) for file in done]
        emit_json({"files": files, **states, "manifestProblem": problem})
    elif len(done) > 1:
        parts = [f"{format_number(count[s])} {words}" for s, words in _STATES.items() if count[s]]
        console().print(" · ".join(parts))


def _as_json(file: FileImport) -> dict[str, object]:
    values = asdict(file)
    values["source"] = os.fsencode(file.source).decode("utf-8", "backslashreplace")
    values["damaged"] = values.pop("is_damaged")
    values["findings"] = [finding.as_json() for finding in file.findings]
    return values
