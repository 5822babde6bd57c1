"""One record of ours: what its bytes are, what its fields say, what its journal line should be."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from archive.home.cdxj import INDEXED_TYPES, urlkey
from archive.home.journal import JournalEntry
from archive.verify.content import EMPTY_PAYLOAD_DIGEST, Content, block_faults, read_content
from archive.verify.finding import shorten
from archive.warc.validators import validators_of

if TYPE_CHECKING:
    from archive.verify.fields import Fault, Fields
    from archive.verify.members import MemberFile

RECORD_END = b"\r\n\r\n"
MAX_HEAD_BYTES = 1 << 20

RecordRow = tuple[
    str, int, str, str | None, str | None, str | None, str | None, str | None,
    str | None, str | None, str | None, bool,
]  # fmt: skip
"""record id, offset, type, target URI, date, payload digest, status, mime, refers to, its URI, its
date, whether revisits may refer to it."""

_WITHOUT_DETAILS = frozenset({"request", "warcinfo"})
_WITH_PAYLOAD = frozenset({"response", "resource"})


def examine(
    fields: Fields, first: bytes, start: int, members: MemberFile, offset: int
) -> tuple[JournalEntry, Content, list[Fault]]:
    """Read the block and compare it with what the fields say of it."""
    faults: list[Fault] = []
    length = fields.block_length
    if members.is_whole:
        size = len(first)
        in_block = size - start - len(RECORD_END) if length is None else length
        block = first[start : start + in_block]
        content = read_content(fields.type, block, ())
        end = first[start + in_block :]
    else:
        tail = _Tail(members, first, start, length)
        content = read_content(fields.type, tail.first, tail.pieces())
        size, end = tail.size, tail.end
    if length is not None and end != RECORD_END:
        expected = f"{start + length + len(RECORD_END)} bytes with an empty line at the end"
        found = f"{size} bytes, {shorten(repr(end[:20]))} after the block"
        faults.append(("record-framing", expected, found))
    _compare_digests(fields, content, faults)
    is_not_modified = str(fields.get("WARC-Profile")).endswith("server-not-modified")
    wanted_status = HTTPStatus.NOT_MODIFIED if is_not_modified else None
    faults += block_faults(fields.type, content, wanted_status)
    if fields.type == "revisit" and wanted_status is None and fields.get("WARC-Truncated") is None:
        faults.append(("field-missing", "WARC-Truncated: length", "none"))
    return _entry(fields, content, offset, members.member_length, size), content, faults


class _Tail:
    """The block of a record that is too large to be held, and what follows it."""

    def __init__(self, members: MemberFile, first: bytes, start: int, length: int | None) -> None:
        self._members = members
        self._left = (1 << 62) if length is None else length
        self.first = first[start : start + self._left]
        self._left -= len(self.first)
        self.end = first[start + len(self.first) :]
        self.size = len(first)

    def pieces(self) -> Iterator[bytes]:
        for piece in self._members.rest():
            self.size += len(piece)
            inside = piece[: self._left]
            self._left -= len(inside)
            if len(inside) < len(piece) and len(self.end) <= len(RECORD_END):
                self.end += piece[len(inside) :][:64]
            if inside:
                yield inside


def _compare_digests(fields: Fields, content: Content, faults: list[Fault]) -> None:
    block = fields.get("WARC-Block-Digest")
    if block is not None and block != content.block_digest:
        faults.append(("block-digest", shorten(block), f"a block of {content.block_digest}"))
    payload = fields.get("WARC-Payload-Digest")
    if fields.type not in _WITH_PAYLOAD or payload == content.payload_digest:
        return  # that of a revisit is its original's
    if payload is None:
        expected = f"WARC-Payload-Digest: {content.payload_digest}"
        faults.append(("field-missing", expected, "none"))
    elif content.payload_digest is None:
        faults.append(("field-unexpected", "no payload digest: this is no HTTP", shorten(payload)))
    elif not says_nothing(fields, content):
        found = f"a payload of {content.payload_digest}"
        faults.append(("payload-digest", shorten(payload), found))


def says_nothing(fields: Fields, content: Content) -> bool:
    """Its digest is that of no payload, though there are bytes: so it is after a HEAD request."""
    return (
        fields.type == "response"
        and content.payload_digest not in {None, EMPTY_PAYLOAD_DIGEST}
        and fields.get("WARC-Payload-Digest") == EMPTY_PAYLOAD_DIGEST
    )


def _entry(fields: Fields, content: Content, offset: int, length: int, size: int) -> JournalEntry:
    """The journal line that the record's writer would have written."""
    uri, http = fields.get("WARC-Target-URI"), content.http
    mime = "warc/revisit" if fields.type == "revisit" else None
    if fields.type == "resource":
        mime = (fields.get("Content-Type") or "").split(";", 1)[0].strip()
    elif fields.type == "response" and http is not None:
        mime = http.mime
    is_original = (
        fields.type == "response"
        and http is not None
        and http.is_complete
        and http.end < content.size
        and fields.get("WARC-Truncated") is None
    )
    etag, last_modified = validators_of(http) if is_original else (None, None)
    return JournalEntry(
        offset,
        length,
        fields.record_id,
        fields.type,
        fields.get("WARC-Date") or "",
        content.block_digest,
        size,
        uri,
        urlkey(uri) if uri and fields.type in INDEXED_TYPES else None,
        http.status_text if http is not None else None,
        mime,
        fields.get("WARC-Payload-Digest"),
        content.body_digest if is_original else None,
        fields.get("WARC-Refers-To") if fields.type == "revisit" else None,
        etag,
        last_modified,
    )


def row_of(entry: JournalEntry, fields: Fields) -> RecordRow:
    """What only responses are asked for is left out of the other records."""
    if entry.type in _WITHOUT_DETAILS:
        nothing = (None, None, None, None, None, None, None, None, False)
        return (entry.record_id, entry.offset, entry.type, *nothing)
    return (
        entry.record_id,
        entry.offset,
        entry.type,
        entry.target_uri,
        entry.date,
        entry.payload_digest,
        entry.status,
        entry.mime,
        entry.refers_to,
        fields.get("WARC-Refers-To-Target-URI"),
        fields.get("WARC-Refers-To-Date"),
        entry.body_digest is not None,
    )
