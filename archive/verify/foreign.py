"""Foreign WARC files: by the rules of WARC 1.0 and 1.1, and by no custom of ours.

Compressed in members or not, one record a member or many; journal and index there are none. What
such a file may do and ours may not is no fault here.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING

from archive.home.imported_records import BlockFacts
from archive.verify import arc
from archive.verify.finding import Finding, shorten
from archive.verify.foreign_digests import compare_digests
from archive.verify.members import GZIP_HEADER
from archive.warc.fields import parse_warc_head
from archive.warc.places import next_record
from archive.warc.record_types import SEVERAL_PROGRAMS
from archive.warc.stream import RecordStream

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from archive.home.journal import JournalEntry
    from archive.verify.report import FileReport
    from archive.warc.fields import WarcHead

_VERSION = re.compile(rb"WARC/(0\.1[78]|1\.[01])")
_DATE = re.compile(rb"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?|\d{14}")
_REQUIRED = (b"warc-type", b"warc-record-id", b"warc-date", b"content-length")
_NEED_URI = frozenset({b"response", b"resource", b"request", b"revisit", b"conversion"})
_ADVICE = "get the file again from where it came from"
_LENGTH = re.compile(rb"\d{1,18}")
_FOLD = re.compile(rb"\r\n[ \t]+")
_RECORD = b"WARC/"
_NEXT_RECORD = b"\r\n\r\n" + _RECORD
_STANDARD = (b"warc-", b"content-")
_REPEATABLE = frozenset({b"warc-concurrent-to", b"warc-protocol", b"warc-ip-address"})
"""WARC 1.1, 5.7, and the proposals for 1.2."""

_SEVERAL_PROGRAMS = "\n{}: {}".format(*SEVERAL_PROGRAMS).encode()
_FIRST_BYTES = 4096
_READ_BYTES = 1 << 20


def verifier_of(file: FileIO) -> Callable[[str, FileIO, FileReport], None] | None:
    """Of a file that begins with a record that another program wrote. Rewinds the file.

    None: one that says khobao wrote it all, or that cannot be read, is not another's.
    """
    raw = file.read(_FIRST_BYTES)
    file.seek(0)
    first = first_bytes(raw)
    if first.startswith(arc.BEGIN):
        return arc.verify_arc
    if not first.startswith(b"WARC/"):
        return None
    is_ours = (
        b"\nsoftware: khobao" in first and _SEVERAL_PROGRAMS not in first
        if b"\nWARC-Type: warcinfo" in first[:200]
        else (raw.startswith(GZIP_HEADER) and b"\nWARC-Block-Digest: sha256:" in first)
    )
    return None if is_ours else verify_foreign


def first_bytes(raw: bytes) -> bytes:
    """What a file's beginning says, uncompressed; nothing if it cannot be read."""
    first = raw
    while first.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(31)
        try:
            first = member.decompress(first, _FIRST_BYTES) or member.unused_data
        except zlib.error:
            return b""
    return first


def verify_foreign(path: str, file: FileIO, report: FileReport) -> None:
    """Walk the records; what is found goes into *report*."""
    ForeignWalk(path, file, report).run()
    advice = "without journal and index nobody can tell whether records at its end are gone"
    found = "another program's"
    report.add(Finding("not-khobao", path, None, "a file of khobao's", found, advice))


class ForeignWalk:
    """Reads the whole file; behind damage it goes on with the next record there is."""

    def __init__(
        self,
        path: str,
        file: FileIO,
        report: FileReport,
        *,
        on_record: Callable[[JournalEntry, WarcHead], None] | None = None,
        on_damage: Callable[[int], None] = lambda _offset: None,
    ) -> None:
        """:param on_record: gets what the journal should say of each record that has a place of its
        own.
        :param on_damage: gets the offset of each that cannot be read.
        """
        self._path, self._file, self._report = path, file, report
        self._on_record, self._on_damage = on_record, on_damage
        self._hash = hashlib.sha256()
        self._hashed = 0
        self._offset = 0
        self._framed = self._of_nothing = self._padding = 0
        self._is_sound = True
        """Nothing was found in this record yet."""

        self._unchecked: Counter[str] = Counter()

    def run(self) -> None:
        start: int | None = 0
        while start is not None:
            start = self._walk_from(start)
        self._file.seek(self._hashed)
        while data := self._file.read(_READ_BYTES):
            self._take(self._hashed, data)
        self._report.size = self._hashed
        self._report.sha256 = self._hash.hexdigest()
        self._notes()

    def _walk_from(self, start: int) -> int | None:
        """Where to go on behind damage; None: there is no going on, or no need to."""
        self._file.seek(start)
        position = self._base = start

        def on_read(data: bytes) -> None:
            nonlocal position
            self._take(position, data)
            position += len(data)

        stream = self._stream = RecordStream(self._file, on_read=on_read)
        is_whole = True
        while is_whole and not stream.at_end:
            self._offset = start + stream.place
            is_whole = self._record()
        if stream.reason is not None:
            is_whole = False
            self._offset = start + stream.place
            kind = "file-cut" if stream.is_cut else "member-damaged"
            self._add(kind, "a whole gzip member", stream.reason)
        self._report.raw_bytes += stream.size
        self._padding += stream.padding
        if is_whole:
            return None
        self._on_damage(self._offset)
        return next_record(self._file, self._offset + 1, plain=not stream.is_gzip)

    def _take(self, position: int, data: bytes) -> None:
        """Hash what has not been hashed yet."""
        new = self._hashed - position
        if new < len(data):
            self._hash.update(data[new:])
            self._hashed = position + len(data)

    def _notes(self) -> None:
        if self._framed:
            expected = "payload digests of transfer-decoded bodies"
            found = f"digests over the chunks' framing in {self._framed} records"
            advice = "nothing to do: it is how their program writes them (warcio#74)"
            self._add("tool-disagreement", expected, found, advice, at=None)
        if self._of_nothing:
            expected = "block digests of the blocks"
            found = f"digests of no bytes at all on {self._of_nothing} revisits"
            advice = "nothing to do: it is how wget writes revisits"
            self._add("tool-disagreement", expected, found, advice, at=None)
        if self._padding:
            found = f"{self._padding} zero bytes behind members"
            advice = "nothing to do: gzip takes them for the rest of a tape's block"
            self._add("padding", "only gzip members", found, advice, at=None)
        for what, count in sorted(self._unchecked.items()):
            found = f"{count} of {what}"
            self._add("not-checked", "digests", found, "another tool may know them", at=None)

    def _record(self) -> bool:
        """Check one record; False if there is no going on."""
        stream = self._stream
        before, place = stream.size, stream.place
        head = stream.until(b"\r\n\r\n")
        if head is None or not _VERSION.match(head):
            if stream.reason is None:
                self._add("record-framing", "a WARC record", shorten(repr((head or b"")[:40])))
            return False
        self._report.records += 1
        self._is_sound = True
        fields = self._fields(head)
        length = fields.get(b"content-length", b"")
        if not _LENGTH.fullmatch(length):
            return self._go_on_behind(shorten(repr(length)) if length else "none")
        facts = self._facts(head)
        missing = self._check_block(fields, int(length), facts)
        if missing and stream.reason is None:
            self._add("file-cut", f"a block of {int(length)} bytes", f"{missing} bytes fewer")
        if missing or stream.reason is not None:
            return False
        behind_block = stream.size
        ends = stream.skip_line_ends()
        if ends != len(b"\r\n\r\n"):
            self._add("record-framing", "two line ends after the block", f"{ends} bytes of them")
        if self._on_record is not None and (stream.at_end or stream.place != place):
            self._describe(facts, (before, behind_block))
        return stream.reason is None

    def _facts(self, head: bytes) -> BlockFacts | None:
        if self._on_record is None:
            return None
        try:
            return BlockFacts(parse_warc_head(head + b"\r\n\r\n"))
        except ValueError as exc:
            self._add("field-malformed", "a head that can be read", shorten(exc))
            return None

    def _describe(self, facts: BlockFacts | None, block: tuple[int, int]) -> None:
        """:param block: where in the decompressed bytes the record begins and its block ends."""
        assert self._on_record is not None
        stream, (begin, behind) = self._stream, block
        end = stream.member_end if stream.is_gzip else behind
        if facts is None or end is None:
            self._on_damage(self._offset)
            return
        length = self._base + end - self._offset
        try:
            entry = facts.entry(self._offset, length, stream.size - begin)
        except ValueError as exc:
            self._on_damage(self._offset)
            if self._is_sound:
                self._add("field-malformed", "a record that can be described", shorten(exc))
            return
        self._on_record(entry, facts.head)

    def _fields(self, head: bytes) -> dict[bytes, bytes]:
        fields: dict[bytes, bytes] = {}
        repeated: set[bytes] = set()
        # A line that begins with a blank goes on with the one before it (WARC 1.0 and 1.1).
        for line in _FOLD.sub(b" ", head).split(b"\r\n")[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not name.strip():
                found = shorten(repr(line[:60]))
                self._add("field-malformed", "lines of the form Name: value", found)
            name = name.strip().lower()
            if name in fields and name not in _REPEATABLE and name.startswith(_STANDARD):
                repeated.add(name)
            fields.setdefault(name, value.strip())
        for name in sorted(repeated):
            self._add("field-repeated", f"one {name.decode()}", "several")
        needed = list(_REQUIRED)
        if fields.get(b"warc-type", b"").lower() in _NEED_URI:
            needed.append(b"warc-target-uri")
        for name in needed:
            if name not in fields:
                self._add("field-missing", name.decode(), "none")
        date = fields.get(b"warc-date")
        if date is not None and not _DATE.fullmatch(date):
            self._add("field-malformed", "a WARC-Date", shorten(repr(date[:60])))
        return fields

    def _check_block(
        self, fields: dict[bytes, bytes], length: int, facts: BlockFacts | None
    ) -> int:
        """Returns how many bytes of the block are missing."""
        pieces = self._stream.take(length)
        result = compare_digests(fields, length, facts.through(pieces) if facts else pieces)
        for wrong in result.wrong:
            self._add(*wrong)
        self._framed += result.is_framed
        self._of_nothing += result.is_of_nothing
        self._unchecked.update(result.unchecked)
        return result.missing

    def _go_on_behind(self, what: str) -> bool:
        """Nobody knows how long the record is: look for the next one."""
        is_next = self._stream.begins_with(_RECORD)
        is_next = is_next or self._stream.skip_to(_NEXT_RECORD) is not None
        found = "the next record is read" if is_next else "no other record follows"
        self._add("record-framing", "a Content-Length", f"{what}; {found}")
        return is_next

    def _add(
        self, kind: str, expected: str, found: str, advice: str = _ADVICE, *, at: int | None = -1
    ) -> None:
        self._is_sound = False
        offset = self._offset if at is not None else None
        self._report.add(Finding(kind, self._path, offset, expected, found, advice))
