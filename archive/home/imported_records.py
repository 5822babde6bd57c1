"""Journal lines of other programs' records: what the index lists of them, and nothing that would
let a revisit of ours refer to one.

Their lines have no ``bodyDigest``, ``etag`` or ``lastModified``, whoever wrote the file: whether
another's record is whole as ours are, nobody can promise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import InvalidRecordError
from archive.home.cdxj import urlkey
from archive.home.journal import JournalEntry
from archive.warc.dates import whole_date
from archive.warc.digests import payload_digest_of
from archive.warc.fields import WarcHead, parse_warc_head
from archive.warc.http import (
    MAX_HEAD_BYTES,
    ChunkedDecoder,
    HttpHead,
    is_interim,
    parse_response_head,
)
from archive.warc.places import header_fault, is_plain, next_record, read_at, walk_records

if TYPE_CHECKING:
    from archive.warc.members import Member

_HTTP_TYPES = frozenset({"response", "revisit"})
_WITH_CONTENT_TYPE = frozenset({"resource", "metadata"})
_INDEXED_TYPES = _HTTP_TYPES | _WITH_CONTENT_TYPE
"""cdxj-indexer's choice."""

_NO_PAGE = "application/warc-fields"
_MIME_END = re.compile(r"[;\s]")
_SPACE = re.compile(r"\s")
_LINE_ENDS = b"\r\n"
_SHOWN_BYTES = 64


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes of a file that are no whole record."""

    offset: int
    length: int
    reason: str


class SharedMemberError(InvalidRecordError):
    """A gzip member with more than one record: none of them has a place of its own."""


class BlockFacts:
    """What is found out of a block while it is read, in bounded memory."""

    def __init__(self, head: WarcHead) -> None:
        """:raises ValueError: the record does not say what it is."""
        self.head = head
        self.type = head.require("WARC-Type").lower()
        self.http: HttpHead | None = None
        self._block = hashlib.sha256()
        self._first = b""
        self._is_first = self.type in _HTTP_TYPES
        self._payload = None
        if head.get("WARC-Payload-Digest") is None and self.is_indexed and self.type != "revisit":
            self._payload = hashlib.sha1(usedforsecurity=False)
        self._chunks: ChunkedDecoder | None = None
        self._left: int | None = None

    @property
    def is_indexed(self) -> bool:
        """As cdxj-indexer has it."""
        if self.type not in _INDEXED_TYPES or not self.head.target_uri:
            return False
        return self.type in _HTTP_TYPES or self.head.get("Content-Type") != _NO_PAGE

    def through(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of the block; all of them have to be taken."""
        for piece in pieces:
            self._block.update(piece)
            if self._is_first:
                self._first += piece
                self._read_head(is_end=len(self._first) >= MAX_HEAD_BYTES)
            else:
                self._add_payload(piece)
            yield piece
        if self._is_first:
            self._read_head(is_end=True)
        if self._payload is not None and self._chunks is not None:
            for piece in self._chunks.finish():
                self._payload.update(piece)

    def _read_head(self, *, is_end: bool) -> None:
        http = parse_response_head(self._first[:MAX_HEAD_BYTES])
        may_end = http is not None and http.is_complete and not is_interim(http.status)
        if not may_end and not is_end:
            return
        self._is_first, self.http = False, http
        if http is None:
            self._payload = None  # no HTTP, no payload
            return
        if http.is_chunked:
            self._chunks = ChunkedDecoder()
        elif not http.has_body(b""):
            self._left = 0
        else:
            self._left = http.content_length
        self._add_payload(self._first[http.end :])
        self._first = b""

    def _add_payload(self, piece: bytes) -> None:
        if self._payload is None:
            return
        if self._chunks is not None:
            for part in self._chunks.feed(piece):
                self._payload.update(part)
            return
        if self._left is not None:
            piece = piece[: self._left]
            self._left -= len(piece)
        self._payload.update(piece)

    def entry(self, offset: int, length: int, size: int) -> JournalEntry:
        """The journal line, when all of the block has been read.

        :raises ValueError: the record does not say who, what or when it is.
        """
        head, uri = self.head, self.head.target_uri
        digest = head.get("WARC-Payload-Digest")
        if digest is None and self._payload is not None:
            digest = payload_digest_of(self._payload)
        return JournalEntry(
            offset,
            length,
            head.require("WARC-Record-ID"),
            self.type,
            whole_date(head.require("WARC-Date")),
            f"sha256:{self._block.hexdigest()}",
            size,
            uri,
            _SPACE.sub("%20", urlkey(uri)) if self.is_indexed and uri else None,
            self.http.status_text if self.http else None,
            self._mime(),
            digest,
            refers_to=head.get("WARC-Refers-To") if self.type == "revisit" else None,
            imported=True,
        )

    def _mime(self) -> str | None:
        if self.type == "revisit":
            return "warc/revisit"
        if self.type in _WITH_CONTENT_TYPE:
            value = self.head.get("Content-Type")
            return None if value is None else _MIME_END.split(value, maxsplit=1)[0]
        return self.http.mime if self.http else None


def imported_records(path: Path) -> Iterator[JournalEntry | Unreadable]:
    """All records of a file in their order, and what cannot be read between them.

    :raises SharedMemberError: several records in one gzip member.
    """
    with path.open("rb") as file, path.open("rb") as again:
        start: int | None = 0
        while start is not None:
            walk = walk_records(path, file, start=start)
            for member in walk:
                fault = None if is_plain(path.name) else header_fault(again, member.offset)
                if fault is not None:
                    yield Unreadable(member.offset, member.length, fault)
                elif member.size:
                    yield _describe(path, member, lambda at: read_at(path, again, at))
            if walk.reason is None:
                return
            start = next_record(file, walk.whole_end + 1, plain=is_plain(path.name))
            end = file.seek(0, 2) if start is None else start
            yield Unreadable(walk.whole_end, end - walk.whole_end, walk.reason)


def imported_record(path: Path, offset: int) -> JournalEntry | None:
    """The line of the record at *offset*, read again; None: it cannot be read."""
    with path.open("rb") as file, path.open("rb") as again:
        for member in walk_records(path, file, start=offset):
            found = _describe(path, member, lambda at: read_at(path, again, at))
            return found if isinstance(found, JournalEntry) else None
    return None


def _describe(
    path: Path, member: Member, read: Callable[[int], Iterator[bytes]]
) -> JournalEntry | Unreadable:
    try:
        facts = BlockFacts(parse_warc_head(member.data))
        rest = _Rest()
        pieces = iter((member.data,)) if member.is_whole else read(member.offset)
        for _ in facts.through(rest.block_of(facts.head, pieces)):
            pass
        entry = facts.entry(member.offset, member.length, member.size)
    except ValueError as exc:
        return Unreadable(member.offset, member.length, str(exc))
    if rest.behind.startswith(b"WARC/"):
        raise SharedMemberError(path, member.offset, "several records in one gzip member")
    reason = f"{rest.missing} bytes of the block are missing" if rest.missing else None
    if rest.behind:
        reason = f"{rest.behind[:20]!r} follows the block"
    return Unreadable(member.offset, member.length, reason) if reason else entry


class _Rest:
    """Splits a record's bytes into its block and what is behind that."""

    def __init__(self) -> None:
        self.missing = 0
        self.behind = b""
        """The first bytes that are no line ends."""

    def block_of(self, head: WarcHead, pieces: Iterator[bytes]) -> Iterator[bytes]:
        skip, self.missing = head.block_start, head.block_length
        for piece in pieces:
            part = piece[skip:]
            skip = max(0, skip - len(piece))
            block = part[: self.missing]
            self.missing -= len(block)
            if not self.missing and len(self.behind) < _SHOWN_BYTES:
                behind = self.behind + part[len(block) :][:_SHOWN_BYTES]
                self.behind = behind.lstrip(_LINE_ENDS)
            if block:
                yield block
