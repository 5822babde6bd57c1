"""Findings: what verify has to say of a file, in one line each."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

_MAX_CHARS = 160

KINDS: dict[str, str] = tomllib.loads(
    resources.files("archive.verify").joinpath("kinds.toml").read_text("utf-8")
)
"""What verify can find; the names are stable, for scripts."""

NOTES = frozenset(
    {"set-aside", "leftover", "not-khobao", "not-checked", "tool-disagreement", "run-unfinished"}
)
"""Kinds that are worth a line and are no failure."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, or one thing worth knowing (:data:`NOTES`)."""

    kind: str
    """One of :data:`KINDS`."""

    path: str
    """The file; for a document ``mongodb: COLLECTION/ID``."""

    offset: int | None
    """Byte of the file, compressed; of a journal or index the byte where its line begins."""

    expected: str
    found: str
    advice: str

    @property
    def is_note(self) -> bool:
        return self.kind in NOTES

    def line(self) -> str:
        """``file at byte offset: what was expected, what was found, what to do``."""
        where = self.path if self.offset is None else f"{self.path} at byte {self.offset}"
        text = f"{where}: expected {self.expected}, found {self.found}; {self.advice}"
        return f"{_printable(' '.join(text.split()))} [{self.kind}]"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "note": self.is_note}


def shorten(value: object) -> str:
    """A value as it can stand in one line: nothing that moves the cursor, nothing endless."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    text = _printable(text) or "nothing"
    return text if len(text) <= _MAX_CHARS else f"{text[: _MAX_CHARS - 1]}…"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
