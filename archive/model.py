"""What goes into the archive and what comes back: plain values."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass, field

from archive.warc.spool import Body, Spool

__all__ = [
    "TRUNCATED_REASONS",
    "ArchiveStats",
    "Body",
    "CaptureEvent",
    "Original",
    "RecordRef",
    "SalvageReport",
    "Spool",
    "utc_now",
    "warc_date",
]

#: WARC 1.1, "WARC-Truncated".
TRUNCATED_REASONS = frozenset({"length", "time", "disconnect", "unspecified"})

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Original:
    """A durable ``response`` record that a revisit may refer to."""

    record_id: str
    target_uri: str
    date: str
    """Its WARC-Date, as written."""

    payload_digest: str
    warc_filename: str
    offset: int
    etag: str | None = None
    """As the server sent it; only of whole 200 responses."""

    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureEvent:
    """One exchange as it crossed the wire (inside TLS)."""

    target_uri: str
    started_at: dt.datetime
    """When the request was sent; it becomes the WARC-Date of all records of the exchange."""

    request: Body
    """The exact bytes sent; empty if none were."""

    response: Body
    """The exact bytes received; empty if none came."""

    ip_address: str | None = None
    protocols: tuple[str, ...] = ()
    """``("http/1.1", "tls/1.3")``."""

    cipher_suite: str | None = None
    truncated: str | None = None
    """One of :data:`TRUNCATED_REASONS`, or None: the response is whole."""

    metadata: tuple[tuple[str, str], ...] = ()
    """Fields of the metadata record: via, hopsFromSeed, fetchTimeMs, outcome, …"""

    may_revisit: bool = True
    """False: write the response even if an equal one is archived already."""

    not_modified_of: Original | None = None
    """What the request's If-None-Match or If-Modified-Since spoke of. If the answer is a 304 that
    confirms it, the record is a revisit of it (profile server-not-modified)."""

    def __post_init__(self) -> None:
        """Refuse what would make a wrong record, in the thread that made the event."""
        if self.started_at.tzinfo is None:
            raise ValueError(f"{self.target_uri}: started_at {self.started_at} has no time zone")
        if self.truncated is not None and self.truncated not in TRUNCATED_REASONS:
            raise ValueError(
                f"{self.target_uri}: {self.truncated!r} is none of the reasons that WARC-Truncated"
                f" knows: {', '.join(sorted(TRUNCATED_REASONS))}"
            )
        for name, _ in self.metadata:
            if not _TOKEN.fullmatch(name):
                raise ValueError(f"{self.target_uri}: {name!r} cannot be the name of a field")


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
    """Where the torn bytes after the last whole record were set aside."""

    reason: str | None
    """Why the walk ended before the end of the file."""

    at: str | None = field(default=None, compare=False)
    """When, ISO 8601; only of reports read back from the file's history."""

    @property
    def is_alarm(self) -> bool:
        return bool(self.lost_record_ids)

    def __str__(self) -> str:
        """The whole story on one line, for logs, reports and screens."""
        kept = f"{self.records_kept} records kept"
        if self.records_recovered:
            kept += f" ({self.records_recovered} of them not acknowledged yet)"
        text = f"{self.warc_filename} was not closed: {kept}"
        if self.tail_bytes:
            text += f", {self.tail_bytes} bytes that are no record set aside in"
            text += f" {self.tail_filename} ({self.reason})"
        elif self.reason:
            text += f"; {self.reason}"
        if self.is_alarm:
            text += (
                f"; {len(self.lost_record_ids)} acknowledged records are LOST, which no crash"
                " explains: check this disk, and restore the file from a copy"
            )
        return text


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@functools.lru_cache(maxsize=64)  # three records in a row have the same
def warc_date(instant: dt.datetime) -> str:
    """``2026-03-02T07:05:00.000000Z``: UTC, always with microseconds (WARC 1.1, "WARC-Date")."""
    return (
        instant.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    )
