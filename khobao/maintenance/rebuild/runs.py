"""Which runs an archive holds, in the order in which they were made; by the journals alone."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.home.imports import is_imported_journal
from archive.home.journal import read_journal
from archive.home.layout import Layout
from khobao.maintenance.reextract.walk import run_of_file
from pipelines.mongodb.ledger import part_of


@dataclasses.dataclass(slots=True)
class Run:
    """One run's files, and where in them its ledger lies."""

    id: str
    files: list[str] = dataclasses.field(default_factory=list)
    parts: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    """(file, offset) of the ledger's parts, in their order."""

    report: tuple[str, int] | None = None
    records: Counter[str] = dataclasses.field(default_factory=Counter)
    bytes: int = 0

    def archive_document(self) -> dict[str, Any]:
        """What the run's report says it wrote."""
        return {"records": dict(self.records), "bytes": self.bytes, "files": self.files}


def runs(home: Path) -> Iterator[Run]:
    """The oldest first. Files that do not say their run are runs of their own; imported ones are
    none: what they hold no crawl of this home has read.
    """
    run: Run | None = None
    for name, journal in Layout(home).journals():
        if is_imported_journal(journal):
            continue
        run_id = run_of_file(home, name) or name
        if run is None or run.id != run_id:
            if run is not None:
                yield run
            run = Run(run_id)
        run.files.append(name)
        for entry in read_journal(journal):
            run.records[entry.type] += 1
            run.bytes += entry.length
            if entry.type == "resource":
                if part_of(entry.target_uri) is not None:
                    run.parts.append((name, entry.offset))
                elif (entry.target_uri or "").endswith(":report"):
                    run.report = (name, entry.offset)
    if run is not None:
        yield run
