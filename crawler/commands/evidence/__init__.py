"""``khobao archive``: check, mend, hand over and show the evidence. A file a command."""

import typer

from crawler.commands.evidence import fixity, salvage

__all__ = ["app"]

app = typer.Typer(
    help="Check, mend, hand over and show the WARC files of the data home.",
    rich_markup_mode=None,
)
for module in (salvage,):
    app.add_typer(module.app)
app.add_typer(fixity.app, name="fixity")
