"""Reading records back, from closed files and from the one that is being written."""

from __future__ import annotations

import contextlib
import datetime as dt
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from archive.errors import (
    InvalidRecordError,
    RecordNotFoundError,
    RecordTooLargeError,
    UnresolvedRevisitError,
)
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.home.revisits import find_original_by_id
from archive.warc.content import decode_content
from archive.warc.fields import WarcHead, parse_warc_head
from archive.warc.http import iter_payload, parse_response_head
from archive.warc.members import MemberError, MemberWalk, inflate
from archive.warc.record import PROFILE_NOT_MODIFIED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.warc.http import HttpHead

__all__ = ["ArchivedRecord", "iter_records", "read_record"]

_FIRST_BYTES = 2 << 20
_MAX_BLOCK_BYTES = 256 << 20
_MAX_BODY_BYTES = 256 << 20
_RESPONSE_TYPES = frozenset({"response", "revisit"})
_UNKNOWN_METHOD = b""


class ArchivedRecord:
    """One record. What is large is read when it is asked for."""

    def __init__(self, path: Path, offset: int, first: bytes, layout: Layout) -> None:
        """:param first: the uncompressed record, or its first bytes, all fields among them.

        :raises InvalidRecordError: this is no WARC record.
        """
        self.path = path
        self.offset = offset
        self._layout = layout
        try:
            self.head: WarcHead = parse_warc_head(first)
            self.type = self.head.require("WARC-Type")
            self.record_id = self.head.require("WARC-Record-ID")
            self.warc_date = _instant(self.head.require("WARC-Date"))
        except ValueError as exc:
            raise InvalidRecordError(path, offset, str(exc)) from exc
        self._first = first[self.head.block_start :][: self.head.block_length]

    def __repr__(self) -> str:
        return f"<{self.type} {self.record_id} at {self.offset} of {self.path.name}>"

    @property
    def warc_record_id(self) -> str:
        """As :class:`RecordRef` calls it."""
        return self.record_id

    @property
    def warc_filename(self) -> str:
        return self.path.name.removesuffix(".open")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The record's own fields, in order."""
        return self.head.fields

    @property
    def target_uri(self) -> str | None:
        return self.head.get("WARC-Target-URI")

    @property
    def block_length(self) -> int:
        return self.head.block_length

    @property
    def payload_digest(self) -> str | None:
        return self.head.get("WARC-Payload-Digest")

    @property
    def refers_to(self) -> str | None:
        return self.head.get("WARC-Refers-To")

    def iter_block(self) -> Iterator[bytes]:
        """The block in pieces, in bounded memory.

        :raises InvalidRecordError: the record is cut or damaged.
        """
        if len(self._first) == self.block_length:
            yield self._first
            return
        start = self.head.block_start
        left = self.block_length
        for piece in _inflate(self.path, self.offset):
            part = piece[start:][:left]
            start = max(0, start - len(piece))
            left -= len(part)
            yield part

    def raw_block(self, *, max_bytes: int = _MAX_BLOCK_BYTES) -> bytes:
        """The block: for a response the bytes of the wire, for a revisit those of its head.

        :raises RecordTooLargeError: use :meth:`iter_block`.
        """
        if self.block_length > max_bytes:
            raise RecordTooLargeError(
                f"{self.path} at byte {self.offset}: the block has {self.block_length} bytes,"
                f" more than the {max_bytes} that may be held in memory."
            )
        return b"".join(self.iter_block())

    @cached_property
    def http(self) -> HttpHead | None:
        """Head of the final response; None if the record holds no HTTP response."""
        return parse_response_head(self._first) if self.type in _RESPONSE_TYPES else None

    @property
    def http_status(self) -> int | None:
        return self.http.status if self.http else None

    @property
    def http_headers(self) -> list[tuple[bytes, bytes]]:
        return self.http.headers if self.http else []

    @property
    def is_not_modified(self) -> bool:
        """Whether this is a 304 that says: still what :meth:`original` holds."""
        return self.type == "revisit" and self.head.get("WARC-Profile") == PROFILE_NOT_MODIFIED

    def full_block(self) -> bytes:
        """The bytes of the wire. Those of a revisit are its head and the original's body, but a 304
        has none.
        """
        if self.type != "revisit" or self.is_not_modified:
            return self.raw_block()
        original = self.original()
        start = original.http.end if original.http else 0
        return self.raw_block() + original.raw_block()[start:]

    @cached_property
    def payload(self) -> bytes:
        """What was transferred, without transfer coding, still content-encoded.

        For records that are no HTTP response, the block. For a revisit, the original's payload.

        :raises UnresolvedRevisitError: the original is not in this home.
        """
        if self.type == "revisit":
            return self.original().payload
        if self.type != "response":
            return self.raw_block()
        if self.http is None:
            return b""
        body = memoryview(self.raw_block())[self.http.end :]
        return b"".join(iter_payload(self.http, _UNKNOWN_METHOD, [bytes(body)]))

    def body_bytes(self, *, max_bytes: int = _MAX_BODY_BYTES) -> bytes:
        """The payload, content-decoded.

        :raises RecordTooLargeError: it is larger than *max_bytes*.
        :raises ContentDecodingError: it cannot be decoded.
        """
        # A 304 does not say how the body is coded: the original does.
        http = self.original().http if self.is_not_modified else self.http
        encodings = http.get_all(b"content-encoding") if http else []
        return decode_content(self.payload, encodings, max_bytes=max_bytes)

    @cached_property
    def body(self) -> bytes:
        """:meth:`body_bytes` with its default limit."""
        return self.body_bytes()

    def original(self) -> ArchivedRecord:
        """The response that this revisit refers to; looked for once.

        :raises UnresolvedRevisitError: it is not in this home, or is a revisit itself.
        """
        return self._original

    @cached_property
    def _original(self) -> ArchivedRecord:
        record_id, digest = self.refers_to, self.payload_digest
        if record_id is None or digest is None:
            raise UnresolvedRevisitError(f"{self!r} does not say which record it refers to.")
        uri = self.head.get("WARC-Refers-To-Target-URI") or ""
        place = find_original_by_id(self._layout, record_id, digest, uri)
        for name, offset in chain([place] if place else [], _places(self._layout, record_id)):
            with contextlib.suppress(RecordNotFoundError):
                original = read_record(self._layout.home, name, offset)
                if original.record_id == record_id and original.type == "response":
                    return original
        raise UnresolvedRevisitError(f"{self!r}: its original {record_id} is not in this home.")


def _places(layout: Layout, record_id: str) -> Iterator[tuple[str, int]]:
    """Where the journals say that a record lies: the slow way, when the index does not know."""
    for name, path in layout.journals():
        for entry in read_journal(path):
            if entry.record_id == record_id:
                yield name, entry.offset


def read_record(home: Path, warc_filename: str, offset: int) -> ArchivedRecord:
    """Read the record at *offset* of a file in *home*, closed or not.

    :param warc_filename: the bare name, as in :class:`archive.RecordRef`.
    :raises RecordNotFoundError: there is no such file, or it ends before *offset*.
    :raises InvalidRecordError: no whole record begins there.
    """
    layout = Layout(home)
    path = layout.find_warc(warc_filename)
    if not 0 <= offset < path.stat().st_size:
        raise RecordNotFoundError(f"{path} has no byte {offset}: no record begins there.")
    first: list[bytes] = []
    size = 0
    for piece in _inflate(path, offset):
        first.append(piece)
        size += len(piece)
        if size >= _FIRST_BYTES:
            break
    return ArchivedRecord(path, offset, b"".join(first), layout)


def _inflate(path: Path, offset: int) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from inflate(file, offset)
    except FileNotFoundError:
        # Its writer closed it since we looked.
        with path.with_name(path.name.removesuffix(".open")).open("rb") as file:
            yield from inflate(file, offset)
    except MemberError as exc:
        raise InvalidRecordError(path, offset, str(exc)) from exc


def iter_records(path: Path, *, home: Path | None = None) -> Iterator[tuple[int, ArchivedRecord]]:
    """Walk a file from its start: (offset, record) of each, in bounded memory.

    :param home: where originals of revisits are looked for; the file's own home if not given.
    :raises InvalidRecordError: the file is cut or damaged; the records before it were yielded.
    """
    layout = Layout(home or path.absolute().parent.parent)
    with path.open("rb") as file:
        walk = MemberWalk(file)
        for member in walk:
            yield member.offset, ArchivedRecord(path, member.offset, member.data, layout)
        if walk.reason:
            raise InvalidRecordError(path, walk.whole_end, walk.reason)


def _instant(date: str) -> dt.datetime:
    parsed = dt.datetime.fromisoformat(date)
    if parsed.tzinfo is None:
        raise ValueError(f"WARC-Date {date!r} has no zone")
    return parsed
