"""What ``khobao archive verify`` says: findings as they come, how far it is, a line at the end."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from archive.verify import FileReport, Finding
from crawler.errors import ExitCode, KhobaoError
from khobao.cli.output import console, format_bytes, format_number


@dataclass(slots=True)
class VerifyTotals:
    """What has been seen so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    notes: int = 0
    files: int = 0
    records: int = 0
    bytes: int = 0
    raw_bytes: int = 0
    seconds: float = 0.0
    database: str = "not asked for"
    error: KhobaoError | None = None

    def count(self, finding: Finding) -> None:
        self.kinds[finding.kind] += finding.count
        if finding.is_note:
            self.notes += finding.count
        else:
            self.failures += finding.count

    @property
    def exit_code(self) -> ExitCode:
        if self.failures:
            return ExitCode.VERIFICATION_FAILED
        return self.error.exit_code if self.error else ExitCode.COMPLETE


class Report:
    """Findings as they come: lines, or JSON values that wait in a file for their object."""

    def __init__(self, *, is_json: bool) -> None:
        self._values = tempfile.TemporaryFile("w+", encoding="utf-8") if is_json else None  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._values is not None:
            self._values.close()

    def add(self, finding: Finding) -> None:
        if self._values is None:
            mark = "note: " if finding.is_note else ""
            sys.stdout.write(f"{mark}{finding.line()}\n")
            return
        comma = ", " if self._values.tell() else ""
        self._values.write(comma + json.dumps(finding.as_json(), ensure_ascii=False))

    def emit(self, facts: dict[str, object]) -> None:
        """The JSON object of *facts* and all findings."""
        assert self._values is not None
        self._values.seek(0)
        sys.stdout.write('{"findings": [')
        shutil.copyfileobj(self._values, sys.stdout)
        sys.stdout.write("], ")
        sys.stdout.write(json.dumps(facts, ensure_ascii=False)[1:] + "\n")


def as_json(totals: VerifyTotals) -> dict[str, object]:
    return {
        "ok": totals.failures == 0,
        "failures": totals.failures,
        "kinds": dict(totals.kinds),
        "files": totals.files,
        "records": totals.records,
        "bytes": totals.bytes,
        "recordBytes": totals.raw_bytes,
        "seconds": round(totals.seconds, 3),
        "database": totals.database,
    }


def print_summary(totals: VerifyTotals) -> None:
    speed = totals.raw_bytes / max(totals.seconds, 1e-9) / 1e6
    notes = totals.notes
    verdict = f"{totals.failures} findings" if totals.failures else "nothing wrong"
    if notes:
        verdict += f", {notes} note{'s' if notes > 1 else ''}"
    console().print(
        f"{verdict}: {format_number(totals.files)} files,"
        f" {format_number(totals.records)} records, {format_bytes(totals.raw_bytes)}"
        f" ({format_bytes(totals.bytes)} on disk), {speed:.0f} MB/s;"
        f" database: {totals.database}"
    )


class VerifyProgress:
    """One line on a terminal that says how far it is; nothing elsewhere."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._is_shown = sys.stderr.isatty()

    def show(self, report: FileReport, totals: VerifyTotals) -> None:
        if self._is_shown:
            name = report.path.rpartition("/")[2]
            done = f"{totals.files} of {self._files} files"
            line = f"{done}, {format_bytes(totals.raw_bytes)}: {name}"
            width = shutil.get_terminal_size().columns - 1  # what is broken cannot be written over
            sys.stderr.write(f"\r\x1b[K{line[:width]}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
