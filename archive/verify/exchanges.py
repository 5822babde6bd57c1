"""The records of one exchange, which stand together: response (or revisit), request, metadata.

Source: docs/archive-format.md, "Records of one exchange"; WARC 1.1, "WARC-Concurrent-To". An
exchange in which no byte of a response came is request and metadata, or metadata alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.verify.finding import Finding
from archive.warc.http import request_method

if TYPE_CHECKING:
    from archive.verify.content import Content
    from archive.verify.fields import Fields

_ADVICE = (
    "records of this exchange are missing or were altered: restore the file from a copy"
    " (`khobao archive fixity run` does, if there is one)"
)
_MAIN = frozenset({"response", "revisit"})
_RANK = {"response": 0, "revisit": 0, "request": 1, "metadata": 2}


@dataclass(slots=True)
class _Record:
    offset: int
    type: str
    record_id: str
    concurrent_to: list[str]
    date: str | None
    target_uri: str | None
    method: bytes = b""
    needs_head: bool = False
    """Its payload digest is that of nothing: right only if the request was HEAD."""


@dataclass(slots=True)
class _Group:
    records: list[_Record] = field(default_factory=list)
    has_gap: bool = False
    """A record beside it could not be read: what it lacks is reported already."""

    @property
    def main(self) -> _Record | None:
        return next((record for record in self.records if record.type in _MAIN), None)

    def first(self, record_type: str) -> _Record | None:
        return next((record for record in self.records if record.type == record_type), None)


class ExchangeCheck:
    """Give it the records in the order of the file."""

    def __init__(self, path: str, add: Callable[[Finding], None]) -> None:
        self._path = path
        self._say = add
        self._group = _Group()

    def record(
        self, offset: int, fields: Fields, content: Content, *, needs_head: bool = False
    ) -> None:
        record = _Record(
            offset,
            fields.type,
            fields.record_id,
            fields.concurrent_to,
            fields.get("WARC-Date"),
            fields.get("WARC-Target-URI"),
            request_method(bytes(content.first[:32])) if fields.type == "request" else b"",
            needs_head,
        )
        if record.type not in _RANK:
            self._close()
            return
        if not self._belongs(record):
            self._close()
        self._group.records.append(record)

    def gap(self) -> None:
        """A record that cannot be read stands here."""
        self._group.has_gap = True
        self._close()
        self._group.has_gap = True

    def finish(self, *, is_growing: bool = False) -> None:
        """:param is_growing: the last exchange may not be all there yet."""
        if not is_growing:
            self._close()

    def _belongs(self, record: _Record) -> bool:
        """Whether the record goes on with the exchange of those before it."""
        group = self._group
        if not group.records:
            return True
        if record.type in _MAIN:
            return False
        for other in group.records:
            if other.type == record.type:
                return False
        main = group.main or group.records[0]
        if group.has_gap and set(main.concurrent_to) & set(record.concurrent_to):
            return True  # both name the record that cannot be read
        return main.record_id in record.concurrent_to or record.record_id in main.concurrent_to

    def _close(self) -> None:
        group, self._group = self._group, _Group()
        if not group.records or group.has_gap:
            return
        main = group.main
        request = group.first("request")
        metadata = group.first("metadata")
        if main is not None:
            if request is None:
                self._add("response-without-request", main, "its request beside it", "none")
            elif main.needs_head and request.method != b"HEAD":
                method = request.method.decode("latin-1")
                expected = "the digest of its payload"
                self._add("payload-digest", main, expected, f"that of nothing, after a {method}")
        elif metadata is None and request is not None:
            expected = "its response (or its metadata) beside it"
            self._add("request-without-response", request, expected, "neither")
        elif metadata is not None and request is None and metadata.concurrent_to:
            expected = f"{metadata.concurrent_to[0]} beside it"
            self._add("metadata-without-response", metadata, expected, "no such record")
        self._check_names(group)
        self._check_alike(group)

    def _check_names(self, group: _Group) -> None:
        """Every record must be named by those beside it, and name only those."""
        ids = {record.record_id: record for record in group.records}
        main = group.main or group.records[0]
        for record in group.records:
            for name in dict.fromkeys(record.concurrent_to):
                if name not in ids:
                    self._add("twin-missing", record, f"{name} beside it", "no such record")
                elif record.record_id not in ids[name].concurrent_to:
                    expected = f"{name} to name {record.record_id} as well"
                    self._add("twin-one-way", record, expected, "that it does not")
            if record is not main and main.record_id not in record.concurrent_to:
                self._add("twin-one-way", record, f"WARC-Concurrent-To: {main.record_id}", "none")

    def _check_alike(self, group: _Group) -> None:
        first = group.records[0]
        rank = -1
        for record in group.records:
            if record.date != first.date:
                expected = f"WARC-Date {first.date}, as all of its exchange"
                self._add("exchange-mismatch", record, expected, str(record.date))
            if record.target_uri != first.target_uri:
                expected = f"WARC-Target-URI {first.target_uri}, as all of its exchange"
                self._add("exchange-mismatch", record, expected, str(record.target_uri))
            if _RANK[record.type] < rank:
                expected = "response, request, metadata in this order"
                self._add("exchange-mismatch", record, expected, f"{record.type} at the end")
            rank = max(rank, _RANK[record.type])

    def _add(self, kind: str, record: _Record, expected: str, found: str) -> None:
        what = f"{expected} ({record.type} {record.record_id})"
        self._say(Finding(kind, self._path, record.offset, what, found, _ADVICE))
