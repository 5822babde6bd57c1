"""The options that say how the newspaper is reached, the same for every command that asks it."""

from pathlib import Path
from typing import Annotated

import typer

Delay = Annotated[
    float,
    typer.Option(metavar="S", envvar="KHOBAO_DELAY", help="Seconds between requests to one host."),
]
Resolve = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST:PORT:ADDR[:PORT]",
        envvar="KHOBAO_RESOLVE",
        help="Fetch from another address, as curl's; may be repeated.",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        metavar="PEM", envvar="KHOBAO_CA_FILE", help="Certificates to trust beside the system's."
    ),
]
