"""What verifying one file has found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.verify.finding import Finding


@dataclass(slots=True)
class FileReport:
    path: str
    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    size: int = 0
    """Bytes on disk."""

    raw_bytes: int = 0
    """Bytes of the records, uncompressed."""

    sha256: str = ""
    run_id: str | None = None
    """As warcinfo has it."""

    seconds: float = 0.0
