"""Values that come back from a home: places of records, counts, reports of salvages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Where a durable record lies. Having one is the promise that the bytes are on disk."""

    warc_filename: str
    """Name without directory and without ``.open``."""

    offset: int
    length: int
    """Bytes of the record's gzip member."""

    warc_record_id: str
    """``<urn:uuid:…>``."""

    warc_date: dt.datetime
    payload_digest: str | None
    record_type: str
    """``response``, ``revisit``, ``resource``, or ``metadata`` (no byte of a response came)."""

    request_record_id: str | None = None
    metadata_record_id: str | None = None
    refers_to: str | None = None
    """Record id of the original of a revisit."""


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """What one :class:`archive.Archive` has written so far; all of it durable."""

    records: dict[str, int] = field(default_factory=dict)
    """By record type."""

    raw_bytes: int = 0
    """Bytes of the records before compression."""

    compressed_bytes: int = 0
    """Bytes of the gzip members."""

    saved_bytes: int = 0
    """Body bytes that revisit records did not have to store again."""

    files: int = 0


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What was found in a file that its writer did not close, and what was done with it."""

    warc_filename: str
    records_kept: int
    records_recovered: int
    """Of those kept: whole on disk though the journal did not know them yet."""

    lost_record_ids: tuple[str, ...]
    """Acknowledged by the journal, but not in the file: an alarm, the disk lied or was altered."""

    tail_offset: int
    tail_bytes: int
    tail_filename: str | None
    """Where the torn bytes after the last whole record were quarantined."""

    reason: str | None
    """Why the walk ended before the end of the file."""

    at: str | None = field(default=None, compare=False)
    """When, ISO 8601; only of reports read back from the file's history."""

    @property
    def is_alarm(self) -> bool:
        return bool(self.lost_record_ids)

    def __str__(self) -> str:
        """The whole story on one line, for logs, reports and screens."""
        records = f"{self.records_kept} records kept"
        if self.records_recovered:
            records += f" ({self.records_recovered} of them not acknowledged yet)"
        text = f"{self.warc_filename} was not closed: {records}"
        if self.tail_bytes:
            text += f", {self.tail_bytes} bytes that are no record quarantined in"
            text += f" {self.tail_filename} ({self.reason})"
        elif self.reason:
            text += f"; {self.reason}"
        if self.is_alarm:
            text += (
                f"; {len(self.lost_record_ids)} acknowledged records are LOST, which no crash"
                " explains: check this disk, and restore the file from a copy"
            )
        return text
