"""The lines of a journal: found, read again, and as our writer would have written them."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any, BinaryIO

MAX_LINE_BYTES = 16 << 20
"""A head has 1 MiB at most, and no escape is longer than six bytes: what is longer is no line."""


class Line:
    """One line, its values read anew each time it is asked about."""

    def __init__(self, position: int, data: bytes) -> None:
        self.position = position
        self.data = data
        self.doubled: list[str] = []
        """Names that stand in it twice."""

        self.values = self._parse()
        """None: this is no journal line."""

    @property
    def offset(self) -> int:
        return _number(self.values or {}, "offset")

    @property
    def length(self) -> int:
        return _number(self.values or {}, "length")

    def _parse(self) -> dict[str, Any] | None:
        try:
            values = json.loads(self.data, object_pairs_hook=self._as_dict)
        except (ValueError, RecursionError):
            return None
        is_line = isinstance(values, dict) and isinstance(values.get("recordId"), str)
        return values if is_line else None

    def _as_dict(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            count = Counter(name for name, _ in pairs)
            twice = {name for name in count if count[name] > 1}
            self.doubled = sorted(twice.union(self.doubled))
        return values


def _number(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) and 0 <= value < 1 << 63 else -1


class JournalLines:
    """Where the lines of a journal stand and what records they name: some 100 bytes a line are
    held, the rest is read again when it is asked for.
    """

    def __init__(self, file: BinaryIO, limit: int | None) -> None:
        self._file = file
        self._limit = limit
        self.positions = array("Q")
        self.offsets = array("q")
        self.lengths = array("q")
        self.seen = bytearray()
        self.by_id: dict[int, int] = {}
        """Hash of the record's id → index of its line."""

        self.end = 0
        """Behind the last line end."""

        self.size = 0

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: int) -> Line:
        return self.at(self.positions[index])

    def at(self, position: int) -> Line:
        self._file.seek(position)
        return Line(position, self._file.readline(MAX_LINE_BYTES))

    def start_at(self, position: int) -> str:
        """The beginning of a line that may be none."""
        self._file.seek(position)
        return self._file.readline(80).decode("utf-8", "backslashreplace").removesuffix("\n")

    def add(self, line: Line, *, seen: bool) -> bool:
        """False: there is a line for this record already."""
        key = hash((line.values or {})["recordId"])
        if key in self.by_id:
            return False
        self.by_id[key] = len(self)
        self.positions.append(line.position)
        self.offsets.append(line.offset)
        self.lengths.append(line.length)
        self.seen.append(seen)
        return True

    def walk(self) -> Iterator[Line]:
        """Every line from the start; what follows the last line end is none."""
        self._file.seek(0)
        while self._limit is None or self.size < self._limit:
            data = self._file.readline(MAX_LINE_BYTES)
            if not data:
                break
            position, self.size = self.size, self.size + len(data)
            if data.endswith(b"\n"):
                self.end = self.size
                place = self._file.tell()
                yield Line(position, data)
                self._file.seek(place)

    @cached_property
    def _sorted_offsets(self) -> array[int]:
        return array("q", sorted(self.offsets))

    def next_after(self, offset: int) -> int | None:
        """The smallest offset behind this one that a line names."""
        at = bisect_right(self._sorted_offsets, offset)
        return self._sorted_offsets[at] if at < len(self) else None
