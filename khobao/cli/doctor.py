"""``khobao doctor``: what this machine lacks, and what to do about it."""

from dataclasses import asdict

import typer

from crawler.errors import ExitCode
from khobao.cli.context import GLOBAL_HELP, context_of
from khobao.cli.output import console, emit_json

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def doctor(ctx: typer.Context) -> int:
    """Check what khobao needs on this machine.

    Versions, clock, disk, database, and the wire self-test: exit 1 if something is missing.
    """
    from khobao.cli.checks import run_checks  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    checks = []
    screen = None if context.json else console()
    for check in run_checks(context):
        checks.append(check)
        if screen is None:
            continue
        mark, style = ("✓", "green") if check.ok else ("✗", "red" if check.required else "yellow")
        screen.print(f"{mark} {check.name}: {check.detail}", style=style)
        if not check.ok:
            screen.print(f"  → {check.advice}")
    missing = [check.name for check in checks if check.required and not check.ok]
    if screen is None:
        emit_json({"ok": not missing, "checks": [asdict(check) for check in checks]})
    else:
        screen.print(
            f"Not ready: {', '.join(missing)}."
            if missing
            else "Everything that is needed is there."
        )
    return int(ExitCode.SOME_FAILED if missing else ExitCode.COMPLETE)
