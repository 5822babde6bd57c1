"""How far a re-extraction or a rebuild is: one line on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Self, TypeVar

from rich.console import Console
from rich.status import Status

from khobao.cli.output import format_number

T = TypeVar("T")


class AgainProgress:
    """A context manager; :meth:`read` and :meth:`written` say how far it is."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._status: Status | None = None
        if not is_quiet and sys.stderr.isatty():
            self._status = Status("reading …", console=Console(file=sys.stderr))

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def read(self, records: int) -> None:
        self._say(f"{format_number(records)} records read")

    def written(self, changes: int, total: int) -> None:
        self._say(f"{format_number(changes)} of {format_number(total)} changes written")

    def above(self, show: Callable[[T], None]) -> Callable[[T], None]:
        """*show*, with the line out of its way."""

        def shown(value: T) -> None:
            if self._status is None:
                show(value)
                return
            self._status.stop()
            show(value)
            self._status.start()

        return shown

    def _say(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)
