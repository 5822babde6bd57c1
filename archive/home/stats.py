"""Counts of what was written, for the run report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archive.home.model import ArchiveStats

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry


class RecordCounter:
    """Adds up durable records; what is only expected counts when the next commit has succeeded."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._raw_bytes = self._compressed_bytes = 0
        self._saved_bytes = self._expected_saved_bytes = 0

    def expect_saved(self, body_bytes: int) -> None:
        """A revisit record that is being written spares this many bytes of body."""
        self._expected_saved_bytes += body_bytes

    def count(self, entries: Iterable[JournalEntry]) -> None:
        for entry in entries:
            self._records[entry.type] += 1
            self._raw_bytes += entry.record_length
            self._compressed_bytes += entry.length
        self._saved_bytes += self._expected_saved_bytes
        self._expected_saved_bytes = 0

    def snapshot(self) -> ArchiveStats:
        return ArchiveStats(
            dict(self._records),
            self._raw_bytes,
            self._compressed_bytes,
            self._saved_bytes,
            files=self._records["warcinfo"],
        )
