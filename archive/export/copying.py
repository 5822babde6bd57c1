"""Copies of records as they lie in their files, byte for byte, each checked on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from isal import igzip_lib

from archive.errors import InvalidRecordError
from archive.home.journal import JournalEntry, read_journal
from archive.warc.fields import MAX_FIELDS_BYTES, WarcHead, parse_warc_head
from archive.warc.places import is_plain

if TYPE_CHECKING:
    from archive.export.selection import Selection

_READ_BYTES = 256 << 10
_INFLATE_BYTES = 1 << 20


def copy_file(selection: Selection, name: str) -> Iterator[bytes]:
    """The bytes of the package's file *name*: the selected records, one after another.

    :raises InvalidRecordError: a member is not what the journal says: not whole, its checksum or
        length is wrong, or its record has another id. Bytes yielded before are not to be used.
    """
    path = selection.layout.warc / name
    whole = 0
    is_whole = True
    with path.open("rb") as file:
        for entry in selection.entries(name):
            # What lies between another program's records, nobody has written down.
            is_whole = is_whole and entry.offset == whole and not entry.imported
            whole = entry.offset + entry.length
            if is_plain(name):
                yield from copy_plain(path, file, entry)
                continue
            file.seek(entry.offset)
            check = _MemberCheck(selection, name, entry)
            yield from _member(file, check, entry.length)
        # When all that the journal knows has been taken, the file must end here.
        if is_whole and whole < (size := path.stat().st_size) and _is_last(selection, name, whole):
            raise InvalidRecordError(
                path, whole, f"{size - whole} bytes follow that the journal does not know"
            )


def copy_plain(path: Path, file: BinaryIO, entry: JournalEntry) -> Iterator[bytes]:
    """An uncompressed record with the line ends behind it.

    :raises InvalidRecordError: it is cut, has another id, or its block does not hash to what the
        journal says. Bytes yielded before are not to be used.
    """
    block = hashlib.sha256()
    head = b""
    left, in_block = entry.record_length, 0
    file.seek(entry.offset)
    while left:
        piece = file.read(min(left, _READ_BYTES if head else MAX_FIELDS_BYTES))
        if not piece:
            raise InvalidRecordError(path, entry.offset, "the file ends within this record")
        part = piece
        if not head:
            head, fields = piece, _fields_of(path, entry, piece)
            part, in_block = piece[fields.block_start :], fields.block_length
        block.update(part[:in_block])
        in_block -= min(in_block, len(part))
        left -= len(piece)
        yield piece
    if f"sha256:{block.hexdigest()}" != entry.block_digest:
        reason = f"the block does not hash to {entry.block_digest}, as the journal says"
        raise InvalidRecordError(path, entry.offset, reason)


def _fields_of(path: Path, entry: JournalEntry, head: bytes) -> WarcHead:
    try:
        fields = parse_warc_head(head)
    except ValueError as exc:
        raise InvalidRecordError(path, entry.offset, str(exc)) from exc
    if (record_id := fields.get("WARC-Record-ID")) != entry.record_id:
        reason = f"the record is {record_id}, the journal says {entry.record_id}"
        raise InvalidRecordError(path, entry.offset, reason)
    return fields


def _is_last(selection: Selection, name: str, end: int) -> bool:
    return all(entry.offset < end for entry in read_journal(selection.layout.journal(name)))


def _member(file: BinaryIO, check: _MemberCheck, length: int) -> Iterator[bytes]:
    left = length
    while left:
        piece = file.read(min(left, _READ_BYTES))
        if not piece:
            check.fail("the file ends within this record")
        left -= len(piece)
        check.feed(piece)
        yield piece
    check.finish()


class _MemberCheck:
    """Inflates what is copied: the checksum and the length at its end, and the record's id."""

    def __init__(self, selection: Selection, name: str, entry: JournalEntry) -> None:
        self._path = selection.layout.warc / name
        self._entry = entry
        self._inflater = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        self._head = b""
        self._size = 0
        self._is_identified = False

    def fail(self, reason: str) -> NoReturn:
        raise InvalidRecordError(self._path, self._entry.offset, reason)

    def feed(self, piece: bytes) -> None:
        inflater = self._inflater
        if inflater.eof:
            self.fail("the gzip member ends before its record should")
        try:
            self._take(inflater.decompress(piece, _INFLATE_BYTES))
            while not inflater.eof and not inflater.needs_input:
                self._take(inflater.decompress(b"", _INFLATE_BYTES))
        except igzip_lib.IsalError as exc:  # type: ignore[misc]  # its stub has it as an instance
            self.fail(f"no gzip member, or a damaged one ({exc})")

    def _take(self, data: bytes) -> None:
        self._size += len(data)
        if not self._is_identified:
            self._head += data
            if b"\r\n\r\n" in self._head or len(self._head) > MAX_FIELDS_BYTES:
                self._identify()

    def _identify(self) -> None:
        self._is_identified = True
        try:
            record_id = parse_warc_head(self._head).get("WARC-Record-ID")
        except ValueError as exc:
            self.fail(str(exc))
        if record_id != self._entry.record_id:
            self.fail(f"the record is {record_id}, the journal says {self._entry.record_id}")
        self._head = b""

    def finish(self) -> None:
        if not self._inflater.eof or self._inflater.unused_data:
            self.fail("the gzip member does not end where the journal says")
        if not self._is_identified:
            self.fail("no WARC record begins here")
        if self._size != self._entry.record_length:
            self.fail(
                f"the record has {self._size} bytes, the journal says {self._entry.record_length}"
            )
