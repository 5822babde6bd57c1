"""Findings: what verify has to say of a file, in one line each."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

_MAX_CHARS = 160
MAX_FINDINGS = 1000
"""Of one kind in one file: what is beyond is counted, and said in one finding more."""

_DATABASE = "mongodb: "

KINDS: dict[str, str] = tomllib.loads(
    resources.files("archive.verify").joinpath("kinds.toml").read_text("utf-8")
)
"""What verify can find; the names are stable, for scripts."""

NOTES = frozenset(
    {
        "import-overlaps",
        "imported-damaged",
        "leftover",
        "not-checked",
        "not-khobao",
        "padding",
        "run-unfinished",
        "set-aside",
        "tool-disagreement",
    }
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
    count: int = 1
    """More than 1: this stands for as many that were left out (:class:`FindingCap`)."""

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


class FindingCap:
    """The first findings of each kind in a file, and how many more there were.

    A file of a million wrong records needs no million lines, and no memory for them.
    """

    def __init__(self, most: int = MAX_FINDINGS) -> None:
        """:param most: of a kind in a file; 0: all."""
        self._most = most
        self._seen: Counter[tuple[str, str]] = Counter()

    def lets_through(self, finding: Finding) -> bool:
        key = (finding.kind, _file_of(finding.path))
        self._seen[key] += 1
        return not self._most or self._seen[key] <= self._most

    def forget(self) -> Counter[str]:
        """Begin anew; how many of each kind there were."""
        kinds: Counter[str] = Counter()
        for (kind, _), seen in self._seen.items():
            kinds[kind] += seen
        self._seen.clear()
        return kinds

    def left_out(self) -> Iterator[Finding]:
        """One finding for each kind and file of which some were left out."""
        for (kind, path), seen in self._seen.items():
            if self._most and seen > self._most:
                yield Finding(
                    kind,
                    path,
                    None,
                    f"no more than the {self._most} of this kind that are listed",
                    f"{seen - self._most} more",
                    "`--max-findings 0` lists them all",
                    seen - self._most,
                )


def capped(findings: Iterable[Finding], most: int = MAX_FINDINGS) -> Iterator[Finding]:
    """*findings* as far as a :class:`FindingCap` lets them through, then what it left out."""
    cap = FindingCap(most)
    yield from filter(cap.lets_through, findings)
    yield from cap.left_out()


def _file_of(path: str) -> str:
    """Of a document its collection: each has a path of its own."""
    return path.partition("/")[0] if path.startswith(_DATABASE) else path


def shorten(value: object) -> str:
    """A value as it can stand in one line: nothing that moves the cursor, nothing endless."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    text = _printable(text) or "nothing"
    return text if len(text) <= _MAX_CHARS else f"{text[: _MAX_CHARS - 1]}…"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
