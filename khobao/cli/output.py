"""What people and programs read: one line per error, one JSON object per result, tables.

Results go to stdout, everything about how it went to stderr. Colour is rich's decision: none unless
the stream is a terminal, none with ``NO_COLOR``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPED_WIDTH = 200
"""Columns where no terminal says: wide enough that no address and no path is broken in two."""


def error_line(message: str) -> None:
    """Write the one line that says what, where, and what to do next."""
    sys.stderr.write(f"khobao: {' '.join(message.split())}\n")


def notice(message: str) -> None:
    """Tell a person something that is no result."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def emit_json(value: object) -> None:
    """Write one JSON value on one line; dates, paths and ids as strings."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_as_json) + "\n")


def _as_json(value: Any) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def console(stream: TextIO | None = None) -> Console:
    """A console that neither colours nor wraps what is not a terminal, and guesses no markup."""
    from rich.console import Console  # noqa: PLC0415 - rich takes 0.2 s to import

    stream = stream or sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() else PIPED_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not stream.isatty(),
    )


def make_table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table with one thin line; *numbers* are the columns to align at their right end.

    The first column is never broken: it holds what a person copies.
    """
    from rich import box  # noqa: PLC0415 - rich takes 0.2 s to import
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    right = set(numbers)
    for column in columns:
        if column in right:
            table.add_column(column, justify="right", no_wrap=True)
        else:
            table.add_column(column, overflow="fold", no_wrap=column == columns[0])
    return table


def print_pairs(screen: Console, pairs: Sequence[tuple[str, object]]) -> None:
    """Names at the left, values at the right: the form of every summary.

    The values are never cut or broken, so that paths and addresses can be copied.
    """
    from rich.text import Text  # noqa: PLC0415 - rich takes 0.2 s to import

    width = max(len(name) for name, _ in pairs)
    for name, value in pairs:
        screen.print(Text.assemble((f"{name:<{width}}  ", "bold"), str(value)), soft_wrap=True)


def format_number(value: float) -> str:
    """``1234567`` as ``1 234 567``: a thin line between a comma and a point misleads abroad."""
    return f"{value:,}".replace(",", " ")


def format_bytes(count: float) -> str:
    """Bytes with one unit of 1024: ``12.3 MiB``."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":  # noqa: PLR2004 - the unit's own factor
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def shell_command(*words: str) -> str:
    """The words as a line that can be pasted into a shell."""
    import shlex  # noqa: PLC0415 - rarely needed

    return shlex.join(words)
