"""Records of a home: of closed files and of the one being written, revisits resolved."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import InvalidRecordError, RecordNotFoundError, UnresolvedRevisitError
from archive.home.journal import read_journal
from archive.home.layout import OPEN_SUFFIX, Layout
from archive.home.lookup import captures
from archive.home.revisits import find_original_by_id
from archive.warc.members import MemberError
from archive.warc.places import read_at, walk_records
from archive.warc.reader import FIRST_BYTES, WarcRecord

if TYPE_CHECKING:
    from archive.warc.http import HttpHead


class ArchivedRecord(WarcRecord):
    """A record of a home: it knows its file, and where the original of a revisit lies."""

    path: Path

    def __init__(self, path: Path, offset: int, first: bytes, layout: Layout) -> None:
        """:param first: the uncompressed record, or its first bytes, all fields among them.

        :raises InvalidRecordError: this is no WARC record.
        """
        super().__init__(path, offset, first, partial(_pieces, path, offset))
        self._layout = layout

    def __repr__(self) -> str:
        return f"<{self.type} {self.record_id} at {self.offset} of {self.path.name}>"

    @property
    def warc_filename(self) -> str:
        return self.path.name.removesuffix(OPEN_SUFFIX)

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
        """As of every record; for a revisit, the original's.

        :raises UnresolvedRevisitError: the original is not in this home.
        """
        return self.original().payload if self.type == "revisit" else super().payload

    @cached_property
    def is_badly_chunked(self) -> bool:
        if self.type == "revisit" and not self.is_not_modified:
            return self.original().is_badly_chunked
        return super().is_badly_chunked

    @property
    def _coded_by(self) -> HttpHead | None:
        """A 304 does not say how the body is coded: the original does."""
        return self.original().http if self.is_not_modified else self.http

    def original(self) -> ArchivedRecord:
        """The response that this revisit refers to; looked for once.

        :raises UnresolvedRevisitError: it is not in this home, or is a revisit itself.
        """
        return self._original

    @cached_property
    def _original(self) -> ArchivedRecord:
        record_id = self.refers_to
        if record_id is None:
            return self._original_by_address()
        uri = self.head.get("WARC-Refers-To-Target-URI") or ""
        place = find_original_by_id(self._layout, record_id, self.payload_digest or "", uri)
        for name, offset in chain([place] if place else [], _places(self._layout, record_id)):
            with contextlib.suppress(RecordNotFoundError):
                original = read_record(self._layout.home, name, offset)
                if original.record_id == record_id and original.type == "response":
                    return original
        raise UnresolvedRevisitError(f"{self!r}: its original {record_id} is not in this home.")

    def _original_by_address(self) -> ArchivedRecord:
        """As other programs name it: address and date, without an id."""
        uri = self.head.get("WARC-Refers-To-Target-URI")
        date = self.head.get("WARC-Refers-To-Date")
        if uri is None or date is None:
            raise UnresolvedRevisitError(f"{self!r} does not say which record it refers to.")
        for found in captures(self._layout.home, uri):
            if found.mime == "warc/revisit" or found.payload_digest != self.payload_digest:
                continue
            original = read_record(self._layout.home, found.warc_filename, found.offset)
            if original.type == "response" and original.head.get("WARC-Date") == date:
                return original
        raise UnresolvedRevisitError(
            f"{self!r}: its original, {uri} of {date}, is not in this home."
        )


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
    for piece in _pieces(path, offset):
        first.append(piece)
        size += len(piece)
        if size >= FIRST_BYTES:
            break
    return ArchivedRecord(path, offset, b"".join(first), layout)


def _pieces(path: Path, offset: int) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from read_at(path, file, offset)
    except FileNotFoundError:
        # Its writer closed it since we looked.
        with path.with_name(path.name.removesuffix(".open")).open("rb") as file:
            yield from read_at(path, file, offset)
    except MemberError as exc:
        raise InvalidRecordError(path, offset, str(exc)) from exc


def iter_records(path: Path, *, home: Path | None = None) -> Iterator[tuple[int, ArchivedRecord]]:
    """Walk a file from its start: (offset, record) of each, in bounded memory.

    :param home: where originals of revisits are looked for; the file's own home if not given.
    :raises InvalidRecordError: the file is cut or damaged; the records before it were yielded.
    """
    layout = Layout(home or path.absolute().parent.parent)
    with path.open("rb") as file:
        walk = walk_records(path, file)
        for member in walk:
            yield member.offset, ArchivedRecord(path, member.offset, member.data, layout)
        if walk.reason:
            raise InvalidRecordError(path, walk.whole_end, walk.reason)
