"""What checking one package has found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive.verify import Finding
from archive.verify.finding import FindingCap

if TYPE_CHECKING:
    from archive.package.kind import PackageKind
    from archive.verify import FileReport

ADVICE = "get the package again from where it came from, or make it again"
_SAYS_NOTHING_HERE = frozenset({"not-khobao"})


@dataclass(slots=True)
class PackageReport:
    path: Path
    kind: PackageKind
    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    """Files in the package; WARC files, if it is one."""

    records: int = 0
    bytes: int = 0
    """On disk."""

    raw_bytes: int = 0
    """Of the records, uncompressed."""

    is_ours: bool = False
    """Whether it says that khobao made it: then all that khobao promises must hold."""

    _cap: FindingCap = field(default_factory=FindingCap)
    """A package made to harm may have millions of them."""

    def shown(self, name: str) -> str:
        """A file in the package, as findings name it."""
        return f"{self.path}{'/' if self.path.is_dir() else '!/'}{name}"

    def add(
        self,
        kind: str,
        name: str | None,
        expected: str,
        found: str,
        advice: str = ADVICE,
        *,
        offset: int | None = None,
    ) -> None:
        """:param name: of the file in the package; None: the package itself."""
        path = str(self.path) if name is None else self.shown(name)
        self.take(Finding(kind, path, offset, expected, found, advice))

    def take(self, finding: Finding) -> None:
        if self._cap.lets_through(finding):
            self.findings.append(finding)

    def take_file(self, report: FileReport, name: str) -> None:
        """What ``archive verify`` found in a WARC file of the package."""
        self.records += report.records
        self.raw_bytes += report.raw_bytes
        shown = self.shown(name)
        for finding in report.findings:
            if finding.kind in _SAYS_NOTHING_HERE:
                continue
            self.take(
                replace(
                    finding,
                    path=shown,
                    expected=finding.expected.replace(report.path, shown),
                    found=finding.found.replace(report.path, shown),
                    advice=finding.advice if finding.is_note else ADVICE,
                )
            )

    def finish(self) -> None:
        """Say how many were left out."""
        self.findings += (replace(each, advice=ADVICE) for each in self._cap.left_out())

    @property
    def failures(self) -> int:
        return sum(each.count for each in self.findings if not each.is_note)
