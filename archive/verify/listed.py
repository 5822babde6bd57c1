"""A file and its journal against what the manifest says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.home.sums import sha256_of
from archive.verify.finding import Finding

if TYPE_CHECKING:
    from archive.home.sums import FileSums
    from archive.verify.report import FileReport
    from archive.verify.target import Target


def compare_with_manifest(
    target: Target, listed: FileSums, report: FileReport, *, with_journal: bool
) -> None:
    """:param report: its size and SHA-256 are those of the file; what differs goes into it."""
    if not is_as_listed(listed, report):
        found = (report.size, report.sha256)
        expected = (listed.size, listed.sha256)
        report.add(_differs("file-altered", report.path, expected, found))
    if target.journal is None or not with_journal:
        return
    found = sha256_of(target.journal)
    expected = (listed.journal_size, listed.journal_sha256)
    if found != expected:
        report.add(_differs("journal-altered", str(target.journal), expected, found))


def is_as_listed(listed: FileSums, report: FileReport) -> bool:
    """Whether the WARC file is what it was."""
    return (report.size, report.sha256) == (listed.size, listed.sha256)


def _differs(kind: str, path: str, expected: tuple[int, str], found: tuple[int, str]) -> Finding:
    advice = "restore it from a copy (`khobao archive fixity run` repairs from it)"
    what = f"{expected[0]} bytes with SHA-256 {expected[1]}, as the manifest says"
    have = f"{found[0]} bytes with {found[1]}"
    return Finding(kind, path, None, what, have, advice)
