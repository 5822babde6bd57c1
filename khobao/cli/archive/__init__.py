"""``khobao archive``: check, repair, hand over and show the evidence. A file a command."""

import typer

from khobao.cli.archive import export, fixity, index, replay, salvage, show, verify
from khobao.cli.archive.unclosed_files import report_unclosed_files
from khobao.cli.context import context_of

__all__ = ["app"]

app = typer.Typer(
    help="Check, repair, hand over and show the WARC files of the data home.",
    rich_markup_mode=None,
)


@app.callback()
def notice_unclosed_files(ctx: typer.Context) -> None:
    """Say what a killed crawl left, before any command that does not put it in order itself."""
    if ctx.invoked_subcommand != "salvage" and not ctx.resilient_parsing:
        report_unclosed_files(context_of(ctx))


for module in (verify, salvage, index, show, export, replay):
    app.add_typer(module.app)
app.add_typer(fixity.app, name="fixity")
