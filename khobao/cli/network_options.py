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
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="S", help="Seconds of silence after which a server is given up: 60 by default."
    ),
]
MaxTime = Annotated[
    float | None,
    typer.Option(
        metavar="S",
        help="Seconds that one exchange may take, and one more for each --speed-limit bytes that"
        " came: 240 by default.",
    ),
]
SpeedLimit = Annotated[
    float | None,
    typer.Option(
        metavar="BYTES", help="The slowest rate that is waited for, a second: 1000 by default."
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        metavar="PEM", envvar="KHOBAO_CA_FILE", help="Certificates to trust beside the system's."
    ),
]
