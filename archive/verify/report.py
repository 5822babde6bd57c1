"""What verifying one file has found."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.verify.finding import Finding, FindingCap


@dataclass(slots=True)
class FileReport:
    path: str
    findings: list[Finding] = field(default_factory=list)
    cap: FindingCap = field(default_factory=FindingCap)
    records: int = 0
    size: int = 0
    """Bytes on disk."""

    raw_bytes: int = 0
    """Bytes of the records, uncompressed."""

    sha256: str = ""
    run_id: str | None = None
    """As warcinfo has it."""

    is_imported: bool = False
    """Another program's, in a home."""

    seconds: float = 0.0

    def add(self, finding: Finding) -> None:
        if self.cap.lets_through(finding):
            self.findings.append(finding)

    def finish(self) -> None:
        """Say what was left out."""
        self.findings += self.cap.left_out()
