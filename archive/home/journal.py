"""The journal: one line for every durable record, beside the file that holds it.

A line is appended and flushed *after* its record is on disk. So a line proves that the record was
there, which is what finds a file cut exactly between two records; and the CDXJ index and the dedupe
index can be made again from the journals alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import JournalError
from archive.home.layout import open_regular

if TYPE_CHECKING:
    from archive.warc.record import NewRecord
    from archive.warc.writer import Written


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What a journal line says. In the file the names are camelCase and absent means None."""

    offset: int
    length: int
    record_id: str
    type: str
    date: str
    block_digest: str
    record_length: int
    """Bytes of the record before compression, from its version line to its last line end."""

    target_uri: str | None = None
    urlkey: str | None = None
    """Only of records that the CDXJ index lists."""

    status: str | None = None
    mime: str | None = None
    payload_digest: str | None = None
    body_digest: str | None = None
    """SHA-256 of the body with its framing: only of responses that revisits may refer to."""

    refers_to: str | None = None
    etag: str | None = None
    """Validators of a whole 200 response, well-formed ones only."""

    last_modified: str | None = None
    recovered: bool | None = None
    """True: salvage found the record, its writer had not acknowledged it yet."""

    imported: bool | None = None
    """True: another program wrote the record. Nothing of ours refers to it."""

    def to_line(self) -> bytes:
        values = {
            json_name: value
            for name, json_name in _NAMES.items()
            if (value := getattr(self, name)) is not None
        }
        return (_ENCODER.encode(values) + "\n").encode("utf-8", "replace")


_NAMES = {
    "offset": "offset",
    "length": "length",
    "record_id": "recordId",
    "type": "type",
    "date": "date",
    "target_uri": "targetUri",
    "urlkey": "urlkey",
    "status": "status",
    "mime": "mime",
    "payload_digest": "payloadDigest",
    "block_digest": "blockDigest",
    "record_length": "recordLength",
    "body_digest": "bodyDigest",
    "refers_to": "refersTo",
    "etag": "etag",
    "last_modified": "lastModified",
    "recovered": "recovered",
    "imported": "imported",
}
_MAX_LINE_BYTES = 1 << 20
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FIELDS = {json_name: name for name, json_name in _NAMES.items()}


def entry_for(record: NewRecord, place: Written, urlkey: str | None) -> JournalEntry:
    return JournalEntry(
        place.offset,
        place.length,
        record.record_id,
        record.type,
        record.date,
        record.block_digest,
        place.record_length,
        record.target_uri,
        urlkey,
        record.status,
        record.mime,
        record.payload_digest,
        record.body_digest,
        record.refers_to,
        record.etag,
        record.last_modified,
    )


def read_journal(path: Path) -> Iterator[JournalEntry]:
    """All entries, in the order of the records."""
    return (entry for entry, _ in read_journal_from(path, 0))


def read_indexed(path: Path) -> Iterator[JournalEntry]:
    """The entries that the CDXJ index lists."""
    return (entry for entry, _ in read_journal_from(path, 0, having=b'"urlkey":') if entry.urlkey)


def read_journal_from(
    path: Path, position: int, *, having: bytes = b""
) -> Iterator[tuple[JournalEntry, int]]:
    """Entries after byte *position*, each with the position after its line.

    :param having: lines without these bytes are passed over unread, which is much faster.

    A last line without line end is being written, or its writer died: it acknowledges nothing.

    :raises JournalError: a line is no journal line; those before it have been yielded.
    """
    with BufferedReader(open_regular(path)) as file:
        file.seek(position)
        for line in file:
            if not line.endswith(b"\n"):
                return
            start, position = position, position + len(line)
            if having in line:
                yield _entry(path, start, line), position


def read_whole_lines(path: Path) -> tuple[list[JournalEntry], int]:
    """Every line that is a journal line, and how many pieces of the file are none.

    For salvage: after power loss anything may stand between what is sound, a page of zeros or the
    half of a line, and what comes after it was acknowledged all the same.
    """
    entries: list[JournalEntry] = []
    damaged = position = 0
    with path.open("rb") as file:
        while line := file.readline(_MAX_LINE_BYTES):
            try:
                entry = _entry(path, position, line)
                if is_sound := line.endswith(b"\n") and _is_placed(entry):
                    entries.append(entry)
            except JournalError:
                is_sound = False
            if not is_sound:
                damaged += 1
            position += len(line)
    return entries, damaged


def _is_placed(entry: JournalEntry) -> bool:
    return type(entry.offset) is int and type(entry.record_id) is str


def _entry(path: Path, position: int, line: bytes) -> JournalEntry:
    try:
        values: dict[str, Any] = json.loads(line)
        return JournalEntry(**{_FIELDS[name]: value for name, value in values.items()})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise JournalError(path, position, f"this is no journal line ({exc})") from exc
