"""``khobao archive``: check, repair, hand over and show the evidence. A file a command."""

from typing import ClassVar

import typer

from khobao.cli.context import context_of
from khobao.cli.lazy_group import LazyCommand, LazyGroup
from khobao.cli.unclosed_files import report_unclosed_files

__all__ = ["app"]

_WITHOUT_NOTICE = frozenset({"salvage", "check-package"})
"""The one puts in order what was left; the other looks at no home."""


class Commands(LazyGroup):
    lazy: ClassVar = {
        "verify": LazyCommand(
            "khobao.cli.archive.verify",
            "Check every byte of the archive, and whether its parts agree.",
        ),
        "salvage": LazyCommand(
            "khobao.cli.archive.salvage",
            "Close the WARC files that a killed crawl left open, and end what a killed import"
            " began.",
        ),
        "index": LazyCommand(
            "khobao.cli.archive.index",
            "Make the CDXJ index again, and journals and dedupe index where they are missing or"
            " wrong.",
        ),
        "show": LazyCommand(
            "khobao.cli.archive.show",
            "Show one record of the archive: where it lies, its fields, the head of its response.",
        ),
        "import": LazyCommand(
            "khobao.cli.archive.import_files",
            "Bring other programs' WARC files into the archive, their bytes unchanged.",
        ),
        "export": LazyCommand(
            "khobao.cli.archive.export", "Write a package of the archive, or of a part of it."
        ),
        "check-package": LazyCommand(
            "khobao.cli.archive.check_package",
            "Check what was handed over: WACZ files, bags, WARC files, of khobao and of others.",
        ),
        "replay": LazyCommand(
            "khobao.cli.archive.replay",
            "Show the archived pages with pywb until Ctrl-C; prints where.",
        ),
        "fixity": LazyCommand(
            "khobao.cli.archive.fixity",
            "Hash the closed files again, keep a second copy, repair.",
        ),
    }


app = typer.Typer(
    cls=Commands,
    help="Check, repair, hand over and show the WARC files of the data home.",
    rich_markup_mode=None,
)


@app.callback()
def notice_unclosed_files(ctx: typer.Context) -> None:
    """Say what a killed crawl left, before any command that does not put it in order itself."""
    if ctx.invoked_subcommand not in _WITHOUT_NOTICE and not ctx.resilient_parsing:
        report_unclosed_files(context_of(ctx))
