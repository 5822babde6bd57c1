"""Verifying one WARC file of ours: every byte, every record, its journal and its index."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.layout import open_regular
from archive.verify.cdxj import CdxjCheck
from archive.verify.exchanges import ExchangeCheck
from archive.verify.fields import Fields, read_fields
from archive.verify.finding import MAX_FINDINGS, Finding, FindingCap, shorten
from archive.verify.foreign import verifier_of
from archive.verify.imported import verify_imported
from archive.verify.journal import PLACE, JournalCheck
from archive.verify.listed import compare_with_manifest
from archive.verify.members import GZIP_HEADER, HEADER_FIELDS, Damage, MemberFile
from archive.verify.record import (
    MAX_HEAD_BYTES,
    RECORD_END,
    RecordRow,
    examine,
    row_of,
    says_nothing,
)
from archive.verify.report import FileReport

if TYPE_CHECKING:
    from io import FileIO

    from archive.home.journal import JournalEntry
    from archive.verify.content import Content
    from archive.verify.target import Target

_COPY = "restore the file from a copy (`khobao archive fixity run` does, if there is one)"
_HEADER_ADVICE = f"no byte of a record is lost, but somebody or something wrote here: {_COPY}"
_WARCINFO_ADVICE = f"the file was put together by something else than khobao: {_COPY}"


def verify_file(
    target: Target,
    collect: Callable[[RecordRow], None] = lambda _row: None,
    max_findings: int = MAX_FINDINGS,
) -> FileReport:
    """Read the file once and say everything that is wrong with it.

    :param collect: gets what other files must be compared with (:mod:`archive.verify.relations`).
    :param max_findings: of each kind; what is beyond is one finding more. 0: all.
    """
    started = time.perf_counter()
    report = FileReport(str(target.path), cap=FindingCap(max_findings))
    try:
        _FileCheck(target, report, collect).run()
    except OSError as exc:
        name = str(exc.filename or target.path)
        reason = exc.strerror or str(exc)
        advice = f"repair its mode or its disk, or {_COPY}"
        report.add(Finding("unreadable", name, None, "a file that can be read", reason, advice))
    report.finish()
    report.seconds = time.perf_counter() - started
    return report


class _FileCheck:
    def __init__(
        self, target: Target, report: FileReport, collect: Callable[[RecordRow], None]
    ) -> None:
        self._target, self._report, self._collect = target, report, collect
        self._path = str(target.path)
        self._warcinfo_id: str | None = None
        self._exchanges = ExchangeCheck(self._path, report.add)
        self._journal: JournalCheck | None = None
        self._cdxj: CdxjCheck | None = None

    def run(self) -> None:
        target = self._target
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(_open(target.path))
            stack.callback(self._close_journal)
            has_journal = target.journal is not None and target.journal.exists()
            if target.imported is not None and target.journal is not None:
                self._open_journal(target.journal, None)
                verify_imported(target, file, self._report, self._journal, self._collect)
            elif not has_journal and (verify := verifier_of(file)) is not None:
                verify(self._path, file, self._report)
            else:
                self._verify_ours(file)

    def _verify_ours(self, file: FileIO) -> None:
        target = self._target
        limit, journal_limit = _written(target) if target.state == "growing" else (None, None)
        if target.journal is not None:
            self._open_journal(target.journal, journal_limit)
        elif file.read(2) == GZIP_HEADER[:2] and not target.is_vouched_for:
            advice = "nothing to do, unless the journal is somewhere: put it beside the file"
            expected = "a journal beside it: what is gone from the end cannot be missed"
            self._add("not-checked", None, expected, "none", advice)
        if target.cdxj is not None:
            self._cdxj = CdxjCheck(target.cdxj, target.name, self._path, self._report.add)
        file.seek(0)
        members = MemberFile(file, limit=limit)
        self._walk(members)
        self._report.size, self._report.sha256 = members.finish()
        self._exchanges.finish(is_growing=target.state != "closed")
        if self._journal is not None:
            self._journal.finish()
        if self._cdxj is not None:
            self._cdxj.finish(lambda offset: entry_at(file, offset))
        if target.listed is not None:
            has_journal = self._journal is not None
            compare_with_manifest(target, target.listed, self._report, with_journal=has_journal)

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _open_journal(self, path: Path, limit: int | None) -> None:
        is_complete = self._target.state == "closed"
        try:
            self._journal = JournalCheck(
                path, self._path, self._report.add, is_complete=is_complete, limit=limit
            )
        except FileNotFoundError:
            if is_complete:
                advice = (
                    "restore it from a copy; until then nobody can tell whether records at the"
                    " end of the file are gone"
                )
                self._add("journal-missing", None, f"{path}", "no such file", advice)

    # -- the walk ---------------------------------------------------------------------------------

    def _walk(self, members: MemberFile) -> None:
        while header := members.peek(len(GZIP_HEADER)):
            offset = members.offset
            try:
                if header != GZIP_HEADER and not self._read_header(members, offset, header):
                    self._skip_strange(members, offset)
                    continue
                self._record(members, offset)
            except Damage as exc:
                if not self._skip_damage(members, offset, exc):
                    return
        is_silent = not self._report.records and not self._report.findings
        if is_silent and self._target.state == "closed":
            self._add("warcinfo-missing", 0, "a warcinfo record", "an empty file", _COPY)

    def _read_header(self, members: MemberFile, offset: int, header: bytes) -> bool:
        """Whether a member begins here although its header is not ours: then say so and read on."""
        if len(header) < len(GZIP_HEADER):
            if GZIP_HEADER.startswith(header):
                raise Damage("the file ends inside a gzip header", at_end=True)
            return False
        if not members.begins_record(under_any_header=True):
            return False
        for start, end, what in HEADER_FIELDS:
            if header[start:end] != GZIP_HEADER[start:end]:
                expected = f"{what} {GZIP_HEADER[start:end].hex()} in the gzip header"
                found = header[start:end].hex()
                self._add("gzip-header", offset + start, expected, found, _HEADER_ADVICE)
        return True

    def _skip_strange(self, members: MemberFile, offset: int) -> None:
        """Bytes that begin no member."""
        first = members.peek(20)
        if self._target.state == "open" and members.find_member(offset + 1) is None:
            self._to_end(members)
            return
        members.seek(offset)
        found = members.find_member(offset + 1)
        if found is None:
            self._to_end(members)
        length = members.offset - offset
        is_first = offset == 0 and found is None
        kind = "not-a-warc" if is_first else "stray-bytes"
        until = "to the end of the file" if found is None else "before the next record"
        expected = "a gzip member" if found is not None or is_first else "the end of the file"
        what = f"{length} bytes that are none, {until} ({shorten(repr(first))})"
        if self._journal is not None:
            self._journal.unreadable(offset)
        self._exchanges.gap()
        self._add(kind, offset, expected, what, f"look who writes to this file, then {_COPY}")

    def _skip_damage(self, members: MemberFile, offset: int, damage: Damage) -> bool:
        """Say what is wrong at *offset* and go to the next record; False if there is none."""
        after = self._journal.next_after(offset) if self._journal is not None else None
        next_member = members.find_member(offset + 1, after or 0)
        if next_member is None and after is not None:
            next_member = members.find_member(offset + 1)
        if next_member is None:
            self._to_end(members)
            if self._target.state == "open":
                return False  # what salvage is there for
            size = members.offset
            kind = "file-cut" if damage.at_end else "member-damaged"
            found = f"{damage} (byte {size})" if damage.at_end else str(damage)
            self._add(kind, offset, "a whole record", found, _COPY)
        else:
            self._add("member-damaged", offset, "a whole record", str(damage), _COPY)
            if self._target.state != "open":
                self._exchanges.gap()
        if self._journal is not None:
            self._journal.unreadable(offset)
        self._exchanges.gap()
        return next_member is not None

    @staticmethod
    def _to_end(members: MemberFile) -> None:
        members.finish()

    # -- one record -------------------------------------------------------------------------------

    def _record(self, members: MemberFile, offset: int) -> None:
        hint = self._journal.hint() if self._journal is not None else None
        first = members.first_bytes(hint[1] if hint and hint[0] == offset else None)
        end = first.find(RECORD_END, 0, MAX_HEAD_BYTES)
        if end < 0:
            for _ in members.rest():
                pass
            self._strange_record(offset, first)
            return
        fields = read_fields(first[:end])
        start = end + len(RECORD_END)
        entry, content, faults = examine(fields, first, start, members, offset)
        self._report.records += 1
        self._report.raw_bytes += entry.record_length
        for kind, expected, found in (*fields.faults, *faults):
            what = f"{expected} ({fields.type} {fields.record_id})"
            self._add(kind, offset, what, found, _COPY)
        if fields.type == "warcinfo" or self._report.records == 1:
            self._check_warcinfo(offset, fields, content)
        elif fields.get("WARC-Warcinfo-ID") != self._warcinfo_id:
            expected = f"WARC-Warcinfo-ID: {self._warcinfo_id}"
            found = shorten(fields.get("WARC-Warcinfo-ID"))
            self._add("warcinfo-id", offset, expected, found, _WARCINFO_ADVICE)
        needs_head = says_nothing(fields, content)
        self._exchanges.record(offset, fields, content, needs_head=needs_head)
        if self._journal is not None:
            self._journal.record(entry)
        if self._cdxj is not None:
            self._cdxj.record(entry)
        self._collect(row_of(entry, fields))

    @property
    def _is_bare(self) -> bool:
        """Handed over or brought in: neither a home's file nor with a journal beside it."""
        return self._journal is None and self._target.cdxj is None

    def _strange_record(self, offset: int, first: bytes) -> None:
        found = shorten(repr(first[:40]))
        self._add("record-framing", offset, "a WARC record in this gzip member", found, _COPY)
        if self._journal is not None:
            self._journal.unreadable(offset)
        self._exchanges.gap()

    def _check_warcinfo(self, offset: int, fields: Fields, content: Content) -> None:
        if fields.type != "warcinfo":
            self._warcinfo_id = fields.get("WARC-Warcinfo-ID")
            if offset:
                return  # what stands before it cannot be read: reported already
            found = f"a {fields.type} record"
            self._add(
                "warcinfo-missing", offset, "a warcinfo record first", found, _WARCINFO_ADVICE
            )
            return
        if self._report.records > 1 and self._is_bare:
            self._warcinfo_id = fields.record_id  # put together of several, which WARC allows
            return
        if self._report.records > 1:
            expected = "one warcinfo record, at the start of the file"
            found = f"another one ({fields.record_id})"
            self._add("warcinfo-misplaced", offset, expected, found, _WARCINFO_ADVICE)
            return
        self._warcinfo_id = fields.record_id
        self._report.run_id = _info(bytes(content.first), b"isPartOf")
        name = fields.get("WARC-Filename")
        if name != self._target.name:
            expected = f"WARC-Filename: {self._target.name}"
            advice = f"give the file its own name back ({shorten(name)}), or {_COPY}"
            self._add("warcinfo-filename", offset, expected, shorten(name), advice)

    def _add(self, kind: str, offset: int | None, expected: str, found: str, advice: str) -> None:
        self._report.add(Finding(kind, self._path, offset, expected, found, advice))


def entry_at(file: FileIO, offset: int) -> JournalEntry | None:
    """Describe one record again: for saying what a line of the index should be."""
    members = MemberFile.at(file, offset)
    try:
        if not members.begins_record(under_any_header=True):
            return None
        first = members.first_bytes()
        end = first.find(RECORD_END, 0, MAX_HEAD_BYTES)
        if end < 0:
            return None
        fields = read_fields(first[:end])
        entry, _, _ = examine(fields, first, end + len(RECORD_END), members, offset)
    except Damage:
        return None
    return entry


def _written(target: Target) -> tuple[int | None, int | None]:
    """How far a file that is being written, and its journal, are to be believed: the journal first,
    for whatever it acknowledges is in the file already.
    """
    if target.journal is None:
        return None, None
    try:
        with open_regular(target.journal) as file:
            data = file.read()
    except FileNotFoundError:
        return 0, 0
    end = data.rfind(b"\n") + 1
    last = data[data.rfind(b"\n", 0, max(0, end - 1)) + 1 : end]
    match = PLACE.match(last)
    return (int(match[1]) + int(match[2]) if match else None), end


def _open(path: Path) -> FileIO:
    """Without a buffer of its own; also if its writer has closed it since we looked."""
    try:
        return open_regular(path)
    except FileNotFoundError:
        if path.name.endswith(".open"):
            return open_regular(path.with_name(path.name.removesuffix(".open")))
        raise


def _info(block: bytes, name: bytes) -> str | None:
    for line in block.split(b"\r\n"):
        key, colon, value = line.partition(b":")
        if colon and key == name:
            return value.strip().decode("utf-8", "replace")
    return None
