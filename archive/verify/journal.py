"""Journal against the records: every line, every value, in both directions.

As long as all is well a line is compared as bytes with the line our writer would have written for
the record. At the first difference the whole journal is read and told apart by record id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.verify.finding import Finding, shorten

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


@dataclass(slots=True)
class _Line:
    position: int
    values: dict[str, Any]
    seen: bool = False

    @property
    def offset(self) -> int:
        offset = self.values.get("offset")
        return offset if isinstance(offset, int) else -1


@dataclass(slots=True)
class _Whole:
    """The journal in memory, for telling apart what went wrong."""

    lines: list[_Line] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    """Positions of lines that are none, and that no record has been paired with yet."""

    at: int = 0
    """The line that should be next."""

    shift: int = 0
    """How far the record seen last lay from where its line says."""

    unreadable: set[int] = field(default_factory=set)
    """Where something lies that cannot be read: reported already."""

    strangers: list[JournalEntry] = field(default_factory=list)
    """Records whose id no line names."""


class JournalCheck:
    """Give it every record in the order of the file; :meth:`finish` says what is left.

    :param is_complete: every record must have a line. Not so in a file that its writer left open.
    """

    def __init__(
        self, path: Path, warc: str, *, is_complete: bool, limit: int | None = None
    ) -> None:
        """:param limit: the journal counts as ending here; what is behind is being written.

        :raises OSError: it cannot be read.
        """
        self.path, self._warc = str(path), warc
        self._path = path
        self._is_complete = is_complete
        self._file = path.open("rb")
        self._limit = limit
        self._position = 0  # behind the next line
        self._next = b""
        self._is_torn = False  # what follows the last line end is no line
        self._data = b""  # all of it, once something differs
        self._whole: _Whole | None = None
        self.findings: list[Finding] = []
        self._advance()

    def close(self) -> None:
        self._file.close()

    def hint(self) -> tuple[int, int] | None:
        """(offset, length) of the record that should be next."""
        if self._whole is None:
            match = PLACE.match(self._next)
            return (int(match[1]), int(match[2])) if match else None
        lines = self._whole.lines
        if self._whole.at < len(lines) and not self._whole.shift:
            values = lines[self._whole.at].values
            if isinstance(values.get("length"), int):
                return lines[self._whole.at].offset, values["length"]
        return None

    def next_after(self, offset: int) -> int | None:
        """Where the journal says that the next record behind *offset* begins."""
        later = [line.offset for line in self._read_whole().lines if line.offset > offset]
        return min(later, default=None)

    def record(self, entry: JournalEntry) -> None:
        """A whole record of the file, described as its writer would have."""
        if self._whole is None:
            if self._next == _plain_line(entry) or self._next == entry.to_line():
                self._advance()
                return
            self._read_whole()
        self._compare(entry)

    def unreadable(self, offset: int) -> None:
        """A record at this place cannot be read: its line is no further finding."""
        self._read_whole().unreadable.add(offset)

    def finish(self) -> list[Finding]:
        if self._whole is None and not self._next and not self._is_torn:
            return self.findings
        whole = self._read_whole()
        for entry in whole.strangers:
            self._pair(whole, entry)
        self._report_missing(whole)
        for position in whole.broken:
            self._add("journal-line", position, "a JSON object", self._line_at(position), _RESTORE)
        tail = self._data.rfind(b"\n") + 1
        if tail < len(self._data) and self._is_complete:
            self._add(
                "journal-cut",
                tail,
                "a line end after the last line",
                f"{len(self._data) - tail} bytes without one",
                _RESTORE,
            )
        return self.findings

    # -- line by line -----------------------------------------------------------------------------

    def _advance(self) -> None:
        line = b""
        if self._limit is None or self._position < self._limit:
            line = self._file.readline()
        self._is_torn = bool(line) and not line.endswith(b"\n")
        self._next = b"" if self._is_torn else line
        self._position += len(self._next)

    def _read_whole(self) -> _Whole:
        if self._whole is not None:
            return self._whole
        whole = self._whole = _Whole()
        self._file.seek(0)
        self._data = self._file.read(-1 if self._limit is None else self._limit)
        consumed = self._position - len(self._next)
        for position, line in self._all_lines():
            values = _parse(line)
            if values is None:
                whole.broken.append(position)
                continue
            for name in _doubled(line):
                self._add("journal-value", position, f"one {name}", "it stands twice", _RESTORE)
            record_id = str(values.get("recordId"))
            if record_id in whole.by_id:
                expected = f"one line for record {shorten(record_id)}"
                self._add("journal-line", position, expected, "another one", _RESTORE)
                continue
            whole.by_id[record_id] = len(whole.lines)
            whole.lines.append(_Line(position, values, seen=position < consumed))
        whole.at = sum(line.seen for line in whole.lines)
        return whole

    def _all_lines(self) -> Iterator[tuple[int, bytes]]:
        position = 0
        while end := self._data.find(b"\n", position) + 1:
            yield position, self._data[position:end]
            position = end

    def _line_at(self, position: int) -> str:
        return shorten(self._data[position : position + 80].partition(b"\n")[0])

    # -- comparing --------------------------------------------------------------------------------

    def _compare(self, entry: JournalEntry) -> None:
        whole = self._read_whole()
        index = whole.by_id.get(entry.record_id)
        if index is None:
            whole.strangers.append(entry)
            return
        line = whole.lines[index]
        if line.seen:
            self._warc_finding(
                "record-doubled",
                entry.offset,
                "each record once",
                f"record {entry.record_id} again, of byte {line.offset}",
            )
            return
        line.seen = True
        if index < whole.at and line.offset == entry.offset:
            expected = "lines in the order of their records"
            found = f"the line of the record at byte {line.offset} too late"
            self._add("journal-line", line.position, expected, found, _RESTORE)
        between = whole.lines[whole.at : index]
        is_next = all(each.seen or each.offset in whole.unreadable for each in between)
        whole.at = max(whole.at, index + 1)
        self._compare_place(whole, entry, line, is_next=is_next)
        self._compare_values(entry, line)

    def _compare_place(
        self, whole: _Whole, entry: JournalEntry, line: _Line, *, is_next: bool
    ) -> None:
        shift = entry.offset - line.offset
        if shift == 0:
            whole.shift = 0
            return
        if is_next and self._fits(whole, entry):
            # Its neighbours stand where they should: the line is wrong, not the file.
            self._add("journal-value", line.position, f"offset {entry.offset}",
                      f"{line.offset}", _RESTORE)  # fmt: skip
            return
        if shift != whole.shift:
            self._warc_finding(
                "record-moved",
                entry.offset,
                f"record {entry.record_id} at byte {line.offset}, as its journal says",
                f"it {abs(shift)} bytes {'later' if shift > 0 else 'earlier'},"
                " and maybe those behind it",
            )
        whole.shift = shift

    @staticmethod
    def _fits(whole: _Whole, entry: JournalEntry) -> bool:
        """Whether the record lies behind the one before it, as that one's line says."""
        index = whole.by_id[entry.record_id]
        if not index:
            return entry.offset == 0
        before = whole.lines[index - 1]
        length = before.values.get("length")
        return isinstance(length, int) and before.offset + length == entry.offset

    def _compare_values(self, entry: JournalEntry, line: _Line) -> None:
        expected: dict[str, Any] = json.loads(entry.to_line())
        found = dict(line.values)
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
                    f"{name} {shorten(_shown(want))} (record {entry.record_id})",
                    shorten(_shown(have)),
                    _RESTORE,
                )

    def _pair(self, whole: _Whole, entry: JournalEntry) -> None:
        """A record whose id no line names: a line with a wrong id, a broken line, or none."""
        for line in whole.lines:
            if not line.seen and (
                line.offset == entry.offset or line.values.get("blockDigest") == entry.block_digest
            ):
                line.seen = True
                if line.offset != entry.offset:
                    self._add("journal-value", line.position, f"offset {entry.offset}",
                              str(line.offset), _RESTORE)  # fmt: skip
                self._compare_values(entry, line)
                return
        if whole.broken:
            position = whole.broken.pop(0)
            expected = f"the line of record {entry.record_id}"
            self._add("journal-line", position, expected, self._line_at(position), _RESTORE)
        elif self._is_complete:
            self._warc_finding(
                "journal-incomplete",
                entry.offset,
                f"a journal line for record {entry.record_id} ({entry.type})",
                "none",
                _RESTORE,
            )

    def _report_missing(self, whole: _Whole) -> None:
        """One finding for records in a row that are gone."""
        run: list[_Line] = []
        for line in [*whole.lines, _Line(0, {}, seen=True)]:
            if not line.seen and line.offset not in whole.unreadable:
                run.append(line)
            elif run:
                first = run[0]
                expected = f"record {shorten(first.values.get('recordId'))}"
                if len(run) > 1:
                    expected += f" and {len(run) - 1} more"
                self._warc_finding(
                    "record-missing",
                    first.offset,
                    f"{expected}, acknowledged by the journal at byte {first.position}",
                    "no such record",
                )
                run = []

    def _add(self, kind: str, position: int, expected: str, found: str, advice: str) -> None:
        self.findings.append(Finding(kind, self.path, position, expected, found, advice))

    def _warc_finding(
        self, kind: str, offset: int, expected: str, found: str, advice: str = _RESTORE_RECORDS
    ) -> None:
        self.findings.append(Finding(kind, self._warc, offset, expected, found, advice))


def _plain_line(entry: JournalEntry) -> bytes | None:
    """The journal line in most cases, several times as fast as :meth:`JournalEntry.to_line`: right
    if no value needs escaping. A line that differs from it may still be right.
    """
    text = (
        f'{{"offset":{entry.offset},"length":{entry.length},"recordId":"{entry.record_id}"'
        f',"type":"{entry.type}","date":"{entry.date}"'
    )
    quotes = 16  # those that belong to the JSON
    for name, value in (
        ("targetUri", entry.target_uri),
        ("urlkey", entry.urlkey),
        ("status", entry.status),
        ("mime", entry.mime),
        ("payloadDigest", entry.payload_digest),
    ):
        if value is not None:
            text += f',"{name}":"{value}"'
            quotes += 4
    text += f',"blockDigest":"{entry.block_digest}","recordLength":{entry.record_length}'
    quotes += 6
    for name, value in (
        ("bodyDigest", entry.body_digest),
        ("refersTo", entry.refers_to),
        ("etag", entry.etag),
        ("lastModified", entry.last_modified),
    ):
        if value is not None:
            text += f',"{name}":"{value}"'
            quotes += 4
    if text.count('"') != quotes or "\\" in text or not text.isprintable():
        return None
    return f"{text}}}\n".encode()


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and isinstance(values.get("recordId"), str) else None


def _doubled(line: bytes) -> list[str]:
    names: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> None:
        names.extend(name for name, _ in pairs)

    json.loads(line, object_pairs_hook=collect)
    return sorted({name for name in names if names.count(name) > 1})


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
