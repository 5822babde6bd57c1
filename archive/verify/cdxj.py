"""CDXJ index against the records, without holding either in memory.

Of every line that should be there 16 bytes stay in memory: its hash and its record's offset.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.cdxj import cdxj_line
from archive.verify.finding import Finding, shorten

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry

_ADVICE = "run `khobao archive index`: it makes the index again from the records"


class CdxjCheck:
    """Give it every record; :meth:`finish` compares with the file."""

    def __init__(self, path: Path, warc_filename: str, warc: str) -> None:
        self._path, self._name, self._warc = path, warc_filename, warc
        self._expected: dict[int, int] = {}  # hash of the line → offset of its record
        self.findings: list[Finding] = []

    def record(self, entry: JournalEntry) -> None:
        if entry.urlkey is not None:
            self._expected[hash(cdxj_line(entry, self._name).encode())] = entry.offset

    def finish(self, entry_at: Callable[[int], JournalEntry | None]) -> list[Finding]:
        """:param entry_at: the record at an offset, read again: to say what a line should be."""
        try:
            with self._path.open("rb") as file:
                wrong = self._walk(file)
        except FileNotFoundError:
            if self._expected:
                self._add("cdxj-missing", None, "the index of a closed file", "none")
            return self.findings
        except OSError as exc:
            self._add("unreadable", None, "a file that can be read", exc.strerror or str(exc))
            return self.findings
        missing = set(self._expected.values())
        for position, line in wrong:
            self._report(position, line, missing, entry_at)
        for offset in sorted(missing):
            expected = f"a line for the record at byte {offset} of {self._name}"
            self._add("cdxj-incomplete", None, expected, "none")
        return self.findings

    def _walk(self, lines: Iterable[bytes]) -> list[tuple[int, bytes]]:
        """Lines that no record accounts for; what is found of the others is taken off."""
        wrong: list[tuple[int, bytes]] = []
        position, before, is_sorted = 0, b"", True
        for line in lines:
            if self._expected.pop(hash(line), None) is None:
                wrong.append((position, line))
            if line < before and is_sorted:
                is_sorted = False
                after = f"a line not smaller than {shorten(before[:60])}"
                self._add("cdxj-unsorted", position, after, shorten(line[:60]))
            before = line
            position += len(line)
        return wrong

    def _report(
        self,
        position: int,
        line: bytes,
        missing: set[int],
        entry_at: Callable[[int], JournalEntry | None],
    ) -> None:
        offset = _offset(line)
        if offset not in missing:
            # The offset itself may be what is wrong: then the rest tells which record was meant.
            offset = next((o for o in sorted(missing) if self._is_alike(line, entry_at(o))), None)
        entry = entry_at(offset) if offset is not None else None
        if offset is None or entry is None:
            expected = "lines of the records of this file, each once"
            self._add("cdxj-line", position, expected, shorten(line))
            return
        missing.discard(offset)
        want = cdxj_line(entry, self._name).rstrip("\n")
        expected, found = _difference(want, line.decode("utf-8", "replace"))
        self._add("cdxj-value", position, expected, found)

    @staticmethod
    def _is_alike(line: bytes, entry: JournalEntry | None) -> bool:
        return (
            entry is not None
            and entry.payload_digest is not None
            and f'"{entry.payload_digest}"'.encode() in line
            and line.startswith(f"{entry.urlkey} ".encode())
        )

    def _add(self, kind: str, position: int | None, expected: str, found: str) -> None:
        self.findings.append(Finding(kind, str(self._path), position, expected, found, _ADVICE))


def _offset(line: bytes) -> int | None:
    try:
        return int(json.loads(line.split(b" ", 2)[2])["offset"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _difference(want: str, have: str) -> tuple[str, str]:
    """The first word in which the lines differ, if both can be read; else the lines."""
    have = have.rstrip("\n")
    wanted, got = want.split(" ", 2), have.split(" ", 2)
    if len(got) == len(wanted):
        for a, b in zip(wanted[:2], got[:2], strict=True):
            if a != b:
                return shorten(a), shorten(b)
        try:
            a_values, b_values = json.loads(wanted[2]), json.loads(got[2])
        except (ValueError, RecursionError):
            return shorten(want), shorten(have)
        if isinstance(b_values, dict):
            for name in [*a_values, *b_values]:
                if a_values.get(name) != b_values.get(name):
                    return (
                        f"{name} {shorten(a_values.get(name))}",
                        shorten(b_values.get(name, "nothing")),
                    )
    return shorten(want), shorten(have)
