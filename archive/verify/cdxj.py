"""CDXJ index against the records, without holding either in memory.

Of every line that should be there 16 bytes stay in memory: its hash and its record's offset.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archive.home.cdxj import cdxj_line
from archive.home.layout import open_regular
from archive.verify.finding import Finding, shorten

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry

_QUOTED = re.compile(rb'"([^"]+)"')
_MAX_LINE_BYTES = 16 << 20
_ADVICE = "run `khobao archive index`: it makes the index again from the records"


class CdxjCheck:
    """Give it every record; :meth:`finish` compares with the file."""

    def __init__(
        self, path: Path, warc_filename: str, warc: str, add: Callable[[Finding], None]
    ) -> None:
        self._path, self._name, self._warc, self._say = path, warc_filename, warc, add
        self._expected: dict[int, int] = {}  # hash of the line → offset of its record

    def record(self, entry: JournalEntry) -> None:
        if entry.urlkey is not None:
            self._expected[hash(cdxj_line(entry, self._name).encode())] = entry.offset

    def finish(self, entry_at: Callable[[int], JournalEntry | None]) -> None:
        """:param entry_at: the record at an offset, read again: to say what a line should be."""
        try:
            with BufferedReader(open_regular(self._path)) as file:
                wrong = self._walk(file)
                missing = _Missing(set(self._expected.values()), entry_at)
                for position in wrong:
                    file.seek(position)
                    self._report(position, file.readline(_MAX_LINE_BYTES), missing, entry_at)
        except FileNotFoundError:
            if self._expected:
                self._add("cdxj-missing", None, "the index of a closed file", "none")
            return
        except OSError as exc:
            self._add("unreadable", None, "a file that can be read", exc.strerror or str(exc))
            return
        for offset in sorted(missing.offsets):
            expected = f"a line for the record at byte {offset} of {self._name}"
            self._add("cdxj-incomplete", None, expected, "none")

    def _walk(self, file: BinaryIO) -> array[int]:
        """Where lines stand that no record accounts for; the others' records are taken off."""
        wrong = array("Q")
        position, before, is_sorted = 0, b"", True
        while line := file.readline(_MAX_LINE_BYTES):
            if self._expected.pop(hash(line), None) is None:
                wrong.append(position)
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
        missing: _Missing,
        entry_at: Callable[[int], JournalEntry | None],
    ) -> None:
        offset = _offset(line)
        if offset not in missing.offsets:
            # The offset itself may be what is wrong: then the rest tells which record was meant.
            offset = missing.like(line)
        entry = entry_at(offset) if offset is not None else None
        if offset is None or entry is None:
            expected = "lines of the records of this file, each once"
            self._add("cdxj-line", position, expected, shorten(line[:1000]))
            return
        missing.offsets.discard(offset)
        want = cdxj_line(entry, self._name).rstrip("\n")
        expected, found = _difference(want, line.decode("utf-8", "replace"))
        self._add("cdxj-value", position, expected, found)

    def _add(self, kind: str, position: int | None, expected: str, found: str) -> None:
        self._say(Finding(kind, str(self._path), position, expected, found, _ADVICE))


class _Missing:
    """Records that no line accounts for."""

    def __init__(self, offsets: set[int], entry_at: Callable[[int], JournalEntry | None]) -> None:
        self.offsets = offsets
        self._entry_at = entry_at

    def like(self, line: bytes) -> int | None:
        """The first that has the address and the payload digest that stand in the line."""
        key = line.partition(b" ")[0]
        for digest in _QUOTED.findall(line):
            waiting = self._alike.get(hash((key, digest)), [])
            while waiting and waiting[-1] not in self.offsets:
                waiting.pop()
            if waiting:
                return waiting[-1]
        return None

    @cached_property
    def _alike(self) -> dict[int, list[int]]:
        """Hash of address and payload digest → offsets, the smallest last; each read once."""
        found: dict[int, list[int]] = {}
        for offset in sorted(self.offsets):
            entry = self._entry_at(offset)
            if entry is not None and entry.payload_digest is not None:
                key = hash((f"{entry.urlkey}".encode(), entry.payload_digest.encode()))
                found.setdefault(key, []).append(offset)
        for offsets in found.values():
            offsets.reverse()
        return found


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
