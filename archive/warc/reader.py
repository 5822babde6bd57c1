"""WARC reader: records from any stream, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path

from archive.errors import ContentDecodingError, InvalidRecordError, RecordTooLargeError
from archive.warc.content import decode_content
from archive.warc.dates import parse_warc_date
from archive.warc.fields import WarcHead, parse_warc_head
from archive.warc.http import ChunkedDecoder, HttpHead, iter_payload, parse_response_head
from archive.warc.record_types import PROFILE_NOT_MODIFIED
from archive.warc.stream import ByteSource, RecordStream

FIRST_BYTES = 2 << 20
"""So much of a record is held in memory at once."""

_MAX_BLOCK_BYTES = 256 << 20
_MAX_BODY_BYTES = 256 << 20
_RESPONSE_TYPES = frozenset({"response", "revisit"})
_UNKNOWN_METHOD = b""
_HEAD_END = _RECORD_END = b"\r\n\r\n"


class WarcRecord:
    """One record. What is large is read when it is asked for."""

    def __init__(
        self, path: Path | str, offset: int, first: bytes, read: Callable[[], Iterator[bytes]]
    ) -> None:
        """:param path: where it comes from, for messages.
        :param first: the uncompressed record, or its first bytes, all fields among them.
        :param read: the uncompressed record from its start, for what is not in *first*.

        :raises InvalidRecordError: this is no WARC record.
        """
        self.path = path
        self.offset = offset
        self._read = read
        try:
            self.head: WarcHead = parse_warc_head(first)
            self.type = self.head.require("WARC-Type").lower()
            self.record_id = self.head.require("WARC-Record-ID")
            self.warc_date = parse_warc_date(self.head.require("WARC-Date"))
        except ValueError as exc:
            raise InvalidRecordError(path, offset, str(exc)) from exc
        self._first = first[self.head.block_start :][: self.head.block_length]

    def __repr__(self) -> str:
        return f"<{self.type} {self.record_id} at {self.offset} of {self.path}>"

    @property
    def warc_record_id(self) -> str:
        """As :class:`RecordRef` calls it."""
        return self.record_id

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The record's own fields, in order."""
        return self.head.fields

    @property
    def target_uri(self) -> str | None:
        return self.head.target_uri

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
        for piece in self._read():
            part = piece[start:][:left]
            start = max(0, start - len(piece))
            left -= len(part)
            yield part
        if left:
            raise InvalidRecordError(self.path, self.offset, f"{left} bytes of the block are gone")

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
        """Whether this is a 304 that says: still what it refers to."""
        return self.type == "revisit" and self.head.get("WARC-Profile") == PROFILE_NOT_MODIFIED

    @cached_property
    def payload(self) -> bytes:
        """What was transferred, without transfer coding, still content-encoded.

        For records that are no HTTP response, the block; nothing for a revisit.
        """
        if self.type == "revisit":
            return b""
        if self.type != "response":
            return self.raw_block()
        if self.http is None:
            return b""
        body = memoryview(self.raw_block())[self.http.end :]
        return b"".join(iter_payload(self.http, _UNKNOWN_METHOD, [bytes(body)]))

    @cached_property
    def is_badly_chunked(self) -> bool:
        """Whether :attr:`payload` is only what came before the framing of its chunks broke."""
        if self.type != "response" or self.http is None or not self.http.is_chunked:
            return False
        decoder = ChunkedDecoder()
        for _ in decoder.feed(self.raw_block()[self.http.end :]):
            pass
        return decoder.is_broken

    def body_bytes(self, *, max_bytes: int = _MAX_BODY_BYTES) -> bytes:
        """The payload, content-decoded.

        :raises RecordTooLargeError: it is larger than *max_bytes*.
        :raises ContentDecodingError: it cannot be decoded.
        """
        if self.is_badly_chunked:
            error = ContentDecodingError("The chunked framing of the payload breaks in the middle.")
            error.partial = self.payload
            raise error
        encodings = self._coded_by.get_all(b"content-encoding") if self._coded_by else []
        return decode_content(self.payload, encodings, max_bytes=max_bytes)

    @property
    def _coded_by(self) -> HttpHead | None:
        """The head that says how the payload is coded."""
        return self.http

    @cached_property
    def body(self) -> bytes:
        """:meth:`body_bytes` with its default limit."""
        return self.body_bytes()


def read_records(stream: ByteSource, name: Path | str = "the stream") -> Iterator[WarcRecord]:
    """All records of a WARC file, compressed or not; the stream is never rewound.

    A large block has to be read before the next record is asked for: what is not is passed over.

    :param name: of the file, for messages.
    :raises InvalidRecordError: it is cut or damaged; the records before it were yielded.
    """
    source = RecordStream(stream)
    while not source.at_end:
        yield from _next_record(source, name)
    if source.reason:
        raise InvalidRecordError(name, source.place, source.reason)


def _next_record(source: RecordStream, name: Path | str) -> Iterator[WarcRecord]:
    offset = source.place
    fields = source.until(_HEAD_END)
    if fields is None:
        reason = source.reason or "no WARC record begins here"
        raise InvalidRecordError(name, offset, reason)
    head = fields + _HEAD_END
    try:
        length = parse_warc_head(head).block_length
    except ValueError as exc:
        raise InvalidRecordError(name, offset, str(exc)) from exc
    end = source.size + length
    first = b"".join(chain((head,), source.take(min(length, FIRST_BYTES))))
    rest = source.take(end - source.size)
    yield WarcRecord(name, offset, first, lambda: chain((first,), rest))
    for _ in rest:
        pass
    missing = end - source.size or max(0, len(_RECORD_END) - source.skip_line_ends())
    if missing and source.at_end:
        reason = source.reason or f"the file ends {missing} bytes before the record does"
        raise InvalidRecordError(name, offset, reason)
