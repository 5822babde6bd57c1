"""``khobao archive``: check, mend, hand over and show the evidence. A file a command."""

import typer

from crawler.commands.context import context_of
from crawler.commands.evidence import export, fixity, index, replay, salvage, show, verify
from crawler.commands.output import notice

__all__ = ["app"]

app = typer.Typer(
    help="Check, mend, hand over and show the WARC files of the data home.",
    rich_markup_mode=None,
)


@app.callback()
def tell_of_wrecks(ctx: typer.Context) -> None:
    """Whatever is asked of the archive: a killed crawl's files are not all of them yet."""
    if ctx.invoked_subcommand == "salvage" or "--help" in ctx.args:
        return
    if names := salvage.wrecks(context_of(ctx).home):
        notice(
            f"{len(names)} WARC files were left open by a killed crawl ({names[0]}); the next"
            " crawl mends that, or `khobao archive salvage` now"
        )


for module in (
    verify,
    salvage,
    index,
    show,
    export,
    replay,
):
    app.add_typer(module.app)
app.add_typer(fixity.app, name="fixity")
