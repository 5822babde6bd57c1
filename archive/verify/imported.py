"""Verifying an imported file: by the rules for other programs' files, with a journal and an index
of ours beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archive.home.imported_records import imported_record
from archive.home.imports import faults_at_import
from archive.verify.cdxj import CdxjCheck
from archive.verify.finding import NOTES, Finding
from archive.verify.foreign import ForeignWalk
from archive.verify.listed import compare_with_manifest, is_as_listed
from archive.warc.dates import whole_date

if TYPE_CHECKING:
    from io import FileIO

    from archive.home.journal import JournalEntry
    from archive.verify.journal import JournalCheck
    from archive.verify.record import RecordRow
    from archive.verify.report import FileReport
    from archive.verify.target import Target
    from archive.warc.fields import WarcHead


def verify_imported(
    target: Target,
    file: FileIO,
    report: FileReport,
    journal: JournalCheck | None,
    collect: Callable[[RecordRow], None],
) -> None:
    """:param journal: open; None: it is not there, which was said already."""
    report.is_imported = True
    cdxj = None
    if target.cdxj is not None:
        cdxj = CdxjCheck(target.cdxj, target.name, report.path, report.add)
    earlier = len(report.findings)

    def on_record(entry: JournalEntry, head: WarcHead) -> None:
        if journal is not None:
            journal.record(entry)
        if cdxj is not None:
            cdxj.record(entry)
        collect(_row(entry, head))

    def on_damage(offset: int) -> None:
        if journal is not None:
            journal.unreadable(offset)

    ForeignWalk(report.path, file, report, on_record=on_record, on_damage=on_damage).run()
    _forgive(target, report, earlier)
    if journal is not None:
        journal.finish()
    if cdxj is not None:
        cdxj.finish(lambda offset: imported_record(target.path, offset))
    if target.listed is not None:
        compare_with_manifest(target, target.listed, report, with_journal=journal is not None)


def _forgive(target: Target, report: FileReport, earlier: int) -> None:
    """What was wrong when the file came is no news, as long as it is the same file.

    :param earlier: findings before those of the walk.
    """
    known = faults_at_import(target.imported or {})
    if not known or target.listed is None or not is_as_listed(target.listed, report):
        return
    kinds = report.cap.forget()
    found = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()) if kind not in NOTES)
    walked = report.findings[earlier:]
    del report.findings[earlier:]
    for finding in walked:
        if finding.is_note:
            report.add(finding)
    advice = "get the file again from where it came from, if you can"
    report.add(
        Finding(
            "imported-damaged",
            report.path,
            None,
            "a file without faults",
            f"the same file that was imported with them ({found})",
            f"nothing new; `khobao archive verify` of a copy elsewhere names them: {advice}",
        )
    )


def _row(entry: JournalEntry, head: WarcHead) -> RecordRow:
    is_revisit = entry.type == "revisit"
    date = head.get("WARC-Refers-To-Date") if is_revisit else None
    return (
        entry.record_id,
        entry.offset,
        entry.type,
        entry.target_uri,
        entry.date,
        entry.payload_digest,
        entry.status,
        entry.mime,
        entry.refers_to,
        head.get("WARC-Refers-To-Target-URI") if is_revisit else None,
        _whole(date) if date else None,
        False,
    )


def _whole(date: str) -> str:
    try:
        return whole_date(date)
    except ValueError:
        return date
