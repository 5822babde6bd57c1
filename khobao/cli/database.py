"""``khobao db``: the embedded MongoDB of the data home."""

from dataclasses import asdict

import typer

from crawler.errors import UsageError
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, format_bytes, print_pairs
from pipelines.mongodb.errors import without_password
from pipelines.mongodb.server import EmbeddedServer

app = typer.Typer(
    help="The embedded MongoDB of the data home.",
    rich_markup_mode=None,
)


@app.command(epilog=GLOBAL_HELP)
def start(ctx: typer.Context) -> None:
    """Start the server unless it runs; show its URI."""
    context = context_of(ctx)
    _refuse_foreign_server(context, "start")
    context.writable_home()
    _show_uri(context, _embedded(context).start())


@app.command(epilog=GLOBAL_HELP)
def stop(ctx: typer.Context) -> None:
    """Shut the server down.

    The next command that needs it starts it again.
    """
    context = context_of(ctx)
    _refuse_foreign_server(context, "stop")
    stopped = _embedded(context).stop()
    if context.json:
        emit_json({"stopped": stopped})
    else:
        console().print("stopped" if stopped else f"no server runs for {context.home}")


@app.command(epilog=GLOBAL_HELP)
def status(ctx: typer.Context) -> None:
    """Whether the server runs, where, and since when."""
    context = context_of(ctx)
    if context.mongodb_uri:
        _show_external(context, context.mongodb_uri)
        return
    state = _embedded(context).status()
    if context.json:
        emit_json(asdict(state))
        return
    pairs: list[tuple[str, object]] = [("state", "running" if state.running else "not running")]
    if state.running:
        pairs += [
            ("pid", state.pid),
            ("uri", state.uri),
            ("started", f"{state.started_at:%Y-%m-%d %H:%M:%S} UTC"),
            ("memory", format_bytes(state.memory_bytes or 0)),
        ]
    print_pairs(console(), [*pairs, ("home", state.home)])


@app.command(epilog=GLOBAL_HELP)
def uri(ctx: typer.Context) -> None:
    """Show the URI for mongosh or PyMongo.

    The server is started if need be.
    """
    context = context_of(ctx)
    if context.mongodb_uri:
        _show_uri(context, context.mongodb_uri)
        return
    context.writable_home()
    _show_uri(context, _embedded(context).start())


def _embedded(context: Context) -> "EmbeddedServer":
    return EmbeddedServer(context.home)


def _show_uri(context: Context, address: str) -> None:
    if context.json:
        emit_json({"uri": address})
    else:
        # Not through rich: this line is made to be pasted, and `$(khobao db uri)` to be used.
        typer.echo(address)


def _show_external(context: Context, address: str) -> None:
    from khobao.cli.checks import check_server  # noqa: PLC0415 - not for --help

    check = check_server(address, "answers")
    shown = without_password(address)
    if context.json:
        emit_json({"external": True, "running": check.ok, "uri": shown, "detail": check.detail})
    else:
        state = "running" if check.ok else "not reachable"
        screen = console()
        print_pairs(screen, [("state", state), ("uri", shown), ("server", check.detail)])


def _refuse_foreign_server(context: Context, verb: str) -> None:
    if context.mongodb_uri:
        raise UsageError(
            f"`db {verb}` is for the embedded server, but --mongodb-uri (or KHOBAO_MONGODB_URI)"
            f" names {without_password(context.mongodb_uri)};"
            f" {verb} that server where it runs, or leave the URI out"
        )
