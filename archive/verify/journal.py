"""Journal against the records: every line, every value, in both directions.

As long as all is well a line is compared as bytes with the line our writer would have written for
the record. At the first difference the whole journal is read and told apart by record id; however
much is wrong, that takes a few looks at each line.
"""

from __future__ import annotations

import json
import re
import tempfile
from array import array
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.home.layout import open_regular
from archive.verify.finding import Finding, shorten
from archive.verify.journal_lines import MAX_LINE_BYTES, JournalLines, Line

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry

PLACE = re.compile(rb'\{"offset":(\d{1,18}),"length":(\d{1,18}),')
#: What a line of a response may lack: journals of earlier versions did not say it.
_VALIDATORS = frozenset({"etag", "lastModified"})
_RESTORE = (
    "the WARC file is the evidence: if nothing else is found in it, restore the journal from a copy"
)
_RESTORE_RECORDS = (
    "restore the WARC file from a copy (`khobao archive fixity run` does, if there is one)"
)
_SPOOL_BYTES = 1 << 20


class JournalCheck:
    """Give it every record in the order of the file; :meth:`finish` says what is left.

    :param is_complete: every record must have a line. Not so in a file that its writer left open.
    """

    def __init__(
        self,
        path: Path,
        warc: str,
        add: Callable[[Finding], None],
        *,
        is_complete: bool,
        limit: int | None = None,
    ) -> None:
        """:param limit: the journal counts as ending here; what is behind is being written.

        :raises OSError: it cannot be read.
        """
        self.path, self._warc = str(path), warc
        self._say = add
        self._is_complete = is_complete
        self._file = BufferedReader(open_regular(path))
        self._limit = limit
        self._position = 0  # behind the next line
        self._next = b""
        self._is_torn = False  # what follows the last line end is no line
        self._told: _Comparison | None = None  # once something differs
        self._advance()

    def close(self) -> None:
        self._file.close()
        if self._told is not None:
            self._told.strangers.close()

    def hint(self) -> tuple[int, int] | None:
        """(offset, length) of the record that should be next."""
        if self._told is not None:
            return self._told.hint()
        match = PLACE.match(self._next)
        return (int(match[1]), int(match[2])) if match else None

    def next_after(self, offset: int) -> int | None:
        """Where the journal says that the next record behind *offset* begins."""
        return self._tell().lines.next_after(offset)

    def record(self, entry: JournalEntry) -> None:
        """A whole record of the file, described as its writer would have."""
        if self._told is None:
            if self._next == entry.to_line():
                self._advance()
                return
            self._tell()
        self._tell().record(entry)

    def unreadable(self, offset: int) -> None:
        """A record at this place cannot be read: its line is no further finding."""
        self._tell().unreadable.add(offset)

    def finish(self) -> None:
        if self._told is not None or self._next or self._is_torn:
            self._tell().finish()

    def _advance(self) -> None:
        line = b""
        if self._limit is None or self._position < self._limit:
            line = self._file.readline(MAX_LINE_BYTES)
        self._is_torn = bool(line) and not line.endswith(b"\n")
        self._next = b"" if self._is_torn else line
        self._position += len(self._next)

    def _tell(self) -> _Comparison:
        if self._told is None:
            consumed = self._position - len(self._next)
            lines = JournalLines(self._file, self._limit)
            self._told = _Comparison(
                self.path, self._warc, self._say, lines, consumed, is_complete=self._is_complete
            )
        return self._told


class _Comparison:
    """What went wrong, record by record."""

    def __init__(
        self,
        path: str,
        warc: str,
        add: Callable[[Finding], None],
        lines: JournalLines,
        consumed: int,
        *,
        is_complete: bool,
    ) -> None:
        """:param consumed: up to this byte the lines are those of the records before."""
        self._path, self._warc, self._say = path, warc, add
        self._is_complete = is_complete
        self.lines = lines
        self._broken = array("Q")
        """Positions of lines that are none."""

        self.unreadable: set[int] = set()
        """Where something lies that cannot be read: reported already."""

        self.strangers = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115
        """Records whose id no line names, each as the line that it should have."""

        self._shift = 0
        """How far the record seen last lay from where its line says."""

        self._read(consumed)
        self._at = sum(lines.seen)
        """The line that should be next."""

    def _read(self, consumed: int) -> None:
        for line in self.lines.walk():
            if line.values is None:
                self._broken.append(line.position)
                continue
            for name in line.doubled:
                self._add(
                    "journal-value", line.position, f"one {name}", "it stands twice", _RESTORE
                )
            if not self.lines.add(line, seen=line.position < consumed):
                expected = f"one line for record {shorten(line.values['recordId'])}"
                self._add("journal-line", line.position, expected, "another one", _RESTORE)

    def hint(self) -> tuple[int, int] | None:
        if self._at < len(self.lines) and not self._shift:
            length = self.lines.lengths[self._at]
            if length >= 0:
                return self.lines.offsets[self._at], length
        return None

    def record(self, entry: JournalEntry) -> None:
        lines = self.lines
        index = lines.by_id.get(hash(entry.record_id))
        if index is None:
            self.strangers.write(entry.to_line())
            return
        offset = lines.offsets[index]
        if lines.seen[index]:
            self._warc_finding(
                "record-doubled",
                entry.offset,
                "each record once",
                f"record {entry.record_id} again, of byte {offset}",
            )
            return
        lines.seen[index] = True
        line = lines[index]
        if index < self._at and offset == entry.offset:
            expected = "lines in the order of their records"
            found = f"the line of the record at byte {offset} too late"
            self._add("journal-line", line.position, expected, found, _RESTORE)
        between = range(self._at, index)
        is_next = all(lines.seen[i] or lines.offsets[i] in self.unreadable for i in between)
        self._at = max(self._at, index + 1)
        self._compare_place(entry, index, is_next=is_next)
        self._compare_values(json.loads(entry.to_line()), line)

    def finish(self) -> None:
        broken = iter(self._broken)
        self._pair_strangers(broken)
        self._report_missing()
        for position in broken:
            found = shorten(self.lines.start_at(position))
            self._add("journal-line", position, "a JSON object", found, _RESTORE)
        lines = self.lines
        if lines.end < lines.size and self._is_complete:
            self._add(
                "journal-cut",
                lines.end,
                "a line end after the last line",
                f"{lines.size - lines.end} bytes without one",
                _RESTORE,
            )

    def _compare_place(self, entry: JournalEntry, index: int, *, is_next: bool) -> None:
        offset = self.lines.offsets[index]
        shift = entry.offset - offset
        if shift == 0:
            self._shift = 0
            return
        if is_next and self._fits(entry.offset, index):
            # Its neighbours stand where they should: the line is wrong, not the file.
            position = self.lines.positions[index]
            self._add("journal-value", position, f"offset {entry.offset}", f"{offset}", _RESTORE)
            return
        if shift != self._shift:
            self._warc_finding(
                "record-moved",
                entry.offset,
                f"record {entry.record_id} at byte {offset}, as its journal says",
                f"it {abs(shift)} bytes {'later' if shift > 0 else 'earlier'},"
                " and maybe those behind it",
            )
        self._shift = shift

    def _fits(self, offset: int, index: int) -> bool:
        """Whether the record lies behind the one before it, as that one's line says."""
        if not index:
            return offset == 0
        length = self.lines.lengths[index - 1]
        return length >= 0 and self.lines.offsets[index - 1] + length == offset

    def _compare_values(self, expected: dict[str, Any], line: Line) -> None:
        found = dict(line.values or {})
        if found.get("recovered") is True:
            del found["recovered"]
        for name in _VALIDATORS - found.keys():
            expected.pop(name, None)
        for name in expected.keys() | found.keys():
            if name == "offset":
                continue
            want, have = expected.get(name), found.get(name)
            if want != have or type(want) is not type(have):
                self._add(
                    "journal-value",
                    line.position,
                    f"{name} {shorten(_shown(want))} (record {expected['recordId']})",
                    shorten(_shown(have)),
                    _RESTORE,
                )

    # -- records whose id no line names, lines whose record is not there --------------------------

    def _pair_strangers(self, broken: Iterator[int]) -> None:
        """Each has a line with a wrong id, a broken line, or none."""
        if not self.strangers.tell():
            return
        unseen = _Unseen(self.lines)
        self.strangers.seek(0)
        for data in self.strangers:
            entry: dict[str, Any] = json.loads(data)
            line = unseen.take(entry["offset"], entry["blockDigest"])
            if line is not None:
                if line.offset != entry["offset"]:
                    self._add("journal-value", line.position, f"offset {entry['offset']}",
                              str(line.offset), _RESTORE)  # fmt: skip
                self._compare_values(entry, line)
            elif (position := next(broken, None)) is not None:
                expected = f"the line of record {entry['recordId']}"
                found = shorten(self.lines.start_at(position))
                self._add("journal-line", position, expected, found, _RESTORE)
            elif self._is_complete:
                self._warc_finding(
                    "journal-incomplete",
                    entry["offset"],
                    f"a journal line for record {entry['recordId']} ({entry['type']})",
                    "none",
                    _RESTORE,
                )

    def _report_missing(self) -> None:
        """One finding for records in a row that are gone."""
        lines = self.lines
        first = 0
        count = 0
        for index in range(len(lines) + 1):
            if (
                index < len(lines)
                and not lines.seen[index]
                and lines.offsets[index] not in self.unreadable
            ):
                first = index if not count else first
                count += 1
            elif count:
                self._missing(first, count)
                count = 0

    def _missing(self, first: int, count: int) -> None:
        line = self.lines[first]
        expected = f"record {shorten((line.values or {}).get('recordId'))}"
        if count > 1:
            expected += f" and {count - 1} more"
        self._warc_finding(
            "record-missing",
            line.offset,
            f"{expected}, acknowledged by the journal at byte {line.position}",
            "no such record",
        )

    def _add(self, kind: str, position: int, expected: str, found: str, advice: str) -> None:
        self._say(Finding(kind, self._path, position, expected, found, advice))

    def _warc_finding(
        self, kind: str, offset: int, expected: str, found: str, advice: str = _RESTORE_RECORDS
    ) -> None:
        self._say(Finding(kind, self._warc, offset, expected, found, advice))


class _Unseen:
    """Lines whose records have not been met, by place and by block digest."""

    def __init__(self, lines: JournalLines) -> None:
        self._lines = lines
        self._by_offset: dict[int, list[int]] = {}
        self._by_digest: dict[int, list[int]] = {}
        for index in reversed(range(len(lines))):  # the first line is taken first
            if not lines.seen[index]:
                digest = (lines[index].values or {}).get("blockDigest")
                self._by_offset.setdefault(lines.offsets[index], []).append(index)
                self._by_digest.setdefault(hash(str(digest)), []).append(index)

    def take(self, offset: int, digest: str) -> Line | None:
        """The first line that names this place or this block; it is seen from now on."""
        found = [
            *self._first(self._by_offset.get(offset, [])),
            *self._first(self._by_digest.get(hash(digest), [])),
        ]
        if not found:
            return None
        index = min(found)
        self._lines.seen[index] = True
        return self._lines[index]

    def _first(self, waiting: list[int]) -> list[int]:
        while waiting and self._lines.seen[waiting[-1]]:
            waiting.pop()
        return waiting[-1:]


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
