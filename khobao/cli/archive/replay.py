"""``khobao archive replay``: open the archive in a browser, as it was captured."""

import contextlib
import ipaddress
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive import ArchiveError, ArchiveLockedError, salvage
from archive.home.layout import Layout
from archive.replay import (
    Page,
    PywbEnvironment,
    Replay,
    ReplayError,
    StartPage,
    newest_pages,
    open_listener,
)
from crawler.errors import ExitCode, KhobaoError, UsageError
from crawler.sites import BAODAKLAK, profile_for
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import emit_json, notice

if TYPE_CHECKING:
    import socket


app = typer.Typer(rich_markup_mode=None)

_DEFAULT_PORT = 8080
_HEADINGS = {"home": "Front page", "article": "Newest articles", "section": "Sections"}
_WANTED = {"home": 3, "article": 30, "section": 20}
_TOLD = {"home": 1, "article": 3, "section": 1}
"""How many of a kind the terminal names as examples."""


@app.command(epilog=GLOBAL_HELP)
def replay(
    ctx: typer.Context,
    *,
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = _DEFAULT_PORT,
    bind: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address of this machine to listen on.")
    ] = "127.0.0.1",
    open_url: Annotated[
        str | None,
        typer.Option(
            "--open", metavar="URL", help="Show the newest capture of this page in the browser."
        ),
    ] = None,
) -> int:
    """Show the archived pages with pywb until Ctrl-C; prints where.

    Nothing is fetched from the network, and nothing written to the archive but that files of a
    killed crawl are closed first. pywb is installed on first use, into an environment of its own in
    KHOBAO_CACHE (default ~/.cache/khobao).
    """
    context = context_of(ctx)
    home = context.existing_home()
    listener = _listen(bind, port)
    notes = _notes(home)
    for note in notes:
        notice(note)
    if not any((home / "index").glob("*.cdxj")):
        advice = "run `khobao archive index`" if notes else "crawl something first"
        raise KhobaoError(f"there is nothing to replay in {home}: {advice}")
    environment = PywbEnvironment()
    where = environment.directory
    try:
        environment.ensure(
            lambda: notice(f"installing pywb {environment.version}, this once, in {where} …")
        )
        pages = _pages(home)
        start_page = StartPage(pages, _HEADINGS, notes, BAODAKLAK.zone)
        with (
            _until_stopped() as stopped,
            Replay(home, environment, listener, start_page, verbose=context.verbose) as server,
        ):
            _show(context, server, pages, bind)
            if open_url:
                _open(server.url(open_url))
            while not stopped.wait(0.3):
                if server.poll() is not None:
                    raise KhobaoError("pywb has ended by itself; start replay again, with -v")
    except ReplayError as exc:
        raise KhobaoError(str(exc)) from exc
    return int(ExitCode.COMPLETE)


def _listen(bind: str, port: int) -> "socket.socket":
    try:
        ipaddress.ip_address(bind)
    except ValueError:
        raise UsageError(f"--bind {bind!r} is no IP address; the usual one is 127.0.0.1") from None
    try:
        return open_listener(bind, port)
    except OSError as exc:
        raise UsageError(
            f"cannot listen on {bind} port {port}: {os.strerror(exc.errno or 0).lower()}; choose"
            " another with --port, or --port 0 for a free one"
        ) from exc


def _notes(home: Path) -> list[str]:
    """What is in the archive and not in its index; what a killed crawl left is put in order."""
    notes = []
    try:
        notes += [
            f"{report.warc_filename} had not been closed: {report.records_kept} records kept,"
            f" {len(report.lost_record_ids)} lost."
            for report in salvage(home)
        ]
    except ArchiveLockedError:
        notes.append(
            "A crawl is writing: what it captures can be replayed when its file is closed and"
            " replay has been started again."
        )
    except (ArchiveError, OSError) as exc:
        notes.append(f"What a killed crawl left open is not shown: {exc}")
    layout = Layout(home)
    closed = layout.closed_files()
    missing = sum(not layout.cdxj(path.name).exists() for path in closed)
    if missing:
        notes.append(
            f"{missing} of {len(closed)} WARC files have no index and are not shown; run"
            " `khobao archive index`."
        )
    return notes


def _pages(home: Path) -> "list[Page]":
    def kind_of(url: str) -> str | None:
        profile = profile_for(url)
        return str(profile.classify(url)) if profile else None

    return newest_pages(home, kind_of, _WANTED)


@contextlib.contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, instead of breaking off whatever is being done."""
    stopped = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopped.set()) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _show(context: Context, server: "Replay", pages: "list[Page]", bind: str) -> None:
    examples = [
        page
        for kind, number in _TOLD.items()
        for page in [page for page in pages if page.kind == kind][:number]
    ]
    if context.json:
        emit_json(
            {
                "address": server.address,
                "pages": [
                    {
                        "kind": page.kind,
                        "title": page.title,
                        "url": page.url,
                        "timestamp": page.timestamp,
                        "replay": server.url(page.url, page.timestamp),
                    }
                    for page in pages
                ],
            }
        )
    else:
        lines = ["Replay is open until Ctrl-C:", f"  {server.address}"]
        if examples:
            lines += ["", "For example:"]
        for page in examples:
            lines += [f"  {page.title}", f"    {server.url(page.url, page.timestamp)}"]
        typer.echo("\n".join(lines))
    sys.stdout.flush()
    if not ipaddress.ip_address(bind).is_loopback:
        notice(f"Whoever reaches {bind} can read the whole archive.")


def _open(url: str) -> None:
    if not webbrowser.open(url):
        notice(f"There is no browser here; open {url}")
