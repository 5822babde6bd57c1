"""Findings: what verify can find, one name a kind; the names are stable, for scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["KINDS", "NOTES", "Finding", "shorten"]

_MAX_CHARS = 160

KINDS = {
    # The file's bytes.
    "file-cut": "the file ends inside a record",
    "member-damaged": "a record cannot be decompressed, or fails its checksum",
    "gzip-header": "the header of a gzip member is not the one our writer writes",
    "stray-bytes": "bytes between records, or after the last one, that belong to none",
    "file-altered": "size or SHA-256 differ from the manifest's",
    "not-a-warc": "no WARC record begins the file",
    "unreadable": "the operating system cannot read the file",
    # One record.
    "record-framing": "the record is longer or shorter than its Content-Length says",
    "field-malformed": "a line is no field, or its value is not what this field may hold",
    "field-repeated": "a field stands twice that may stand once",
    "field-missing": "a field is missing that this type of record must have",
    "field-unexpected": "a field that this type of record must not have, or that we never write",
    "block-digest": "the block does not hash to WARC-Block-Digest",
    "payload-digest": "the payload does not hash to WARC-Payload-Digest",
    "block-malformed": "the block is not what its Content-Type promises",
    # Records together.
    "warcinfo-missing": "the file does not begin with a warcinfo record",
    "warcinfo-misplaced": "a warcinfo record that is not the first",
    "warcinfo-filename": "WARC-Filename names another file",
    "warcinfo-id": "WARC-Warcinfo-ID names another record than the file's warcinfo",
    "request-without-response": "a request whose response (or metadata) is not there",
    "response-without-request": "a response or revisit whose request is not there",
    "metadata-without-response": "metadata of an exchange that is not there",
    "twin-missing": "WARC-Concurrent-To names a record that is not beside this one",
    "twin-one-way": "of two records of one exchange only one names the other",
    "exchange-mismatch": "records of one exchange differ in date, address or order",
    "record-doubled": "a record stands twice",
    "record-id-doubled": "records of two files have the same id",
    "revisit-dangles": "the record that a revisit refers to is nowhere",
    "revisit-chain": "a revisit refers to a record that is no response",
    "revisit-later": "a revisit refers to a record that was written after it",
    "revisit-target": "WARC-Refers-To-Target-URI or -Date differ from the original's",
    "revisit-digest": "the payload digests of revisit and original differ",
    "revisit-original": "a revisit refers to a response that is truncated or has no body",
    # The journal.
    "journal-missing": "a closed file without its journal",
    "journal-cut": "the journal's last line has no end",
    "journal-line": "a line of the journal is no journal line",
    "journal-value": "a line of the journal says something else than its record",
    "journal-incomplete": "a record that no line of the journal names",
    "journal-altered": "size or SHA-256 of the journal differ from the manifest's",
    "record-missing": "the journal acknowledges a record that is not in the file",
    "record-moved": "a record lies elsewhere than the journal says",
    # The index.
    "cdxj-missing": "a closed file without its index",
    "cdxj-line": "a line of the index that belongs to no record, or stands twice",
    "cdxj-value": "a line of the index says something else than its record",
    "cdxj-incomplete": "a record that the index does not list",
    "cdxj-unsorted": "lines of the index are not in the order of their bytes",
    # The home.
    "not-closed": "a file that its writer left open, and nobody writes to it now",
    "warc-missing": "journal, index or manifest of a WARC file that is not there",
    "not-in-manifest": "a closed file that no manifest lists",
    "manifest-chain": "the chain of manifests is broken",
    "set-aside": "bytes that salvage quarantined",
    "leftover": "a file that nothing here has written, or that was not finished",
    "not-khobao": "another program's file: checked by the rules of WARC 1.1 only",
    "not-checked": "something that could not be checked from what was given",
    "tool-disagreement": "a digest as warcio writes it, over the framing; the standard differs",
    # MongoDB.
    "document-record-gone": "a document whose record is not in the archive",
    "document-record-elsewhere": "a document that says another place than its record has",
    "capture-value": "a capture says something else than its record",
    "capture-missing": "a record that the captures do not list",
    "article-without-document": "the record of an article that has no document and no reason",
    "run-unknown": "records of a run that the database does not know",
    "run-unfinished": "records of a run that was cut short and had no time to list them",
}

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
