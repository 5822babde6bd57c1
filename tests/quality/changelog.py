"""The lines of CHANGELOG.md that tell of lowered floors."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from .floors import FloorsError, Record

__all__ = ["CHANGELOG", "add_line", "without_line"]

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
_UNRELEASED = re.compile(r"^## Unreleased\n(?P<text>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_WIDTH = 100


def without_line(record: Record, changelog: str) -> list[str]:
    """The lines that lowered floors must have and have not, wherever they are broken."""
    told = " ".join(changelog.split())
    return [entry["line"] for entry in record["lowered"] if entry["line"] not in told]


def add_line(changelog: str, line: str) -> str:
    """The changelog with the line as an entry under "Changed" of what is not released yet."""
    found = _UNRELEASED.search(changelog)
    if found is None:
        raise FloorsError('the changelog has no "## Unreleased" for the line of a lowered floor')
    entry = textwrap.fill(
        f"- {line}",
        width=_WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    text = found["text"]
    if "### Changed\n" in text:
        text = text.replace("### Changed\n\n", f"### Changed\n\n{entry}\n", 1)
    else:
        text = f"{text.rstrip()}\n\n### Changed\n\n{entry}\n\n"
    return changelog[: found.start("text")] + text + changelog[found.end("text") :]
