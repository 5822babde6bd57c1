"""What ``khobao archive verify`` says: findings as they come, how far it is, a line at the end."""

import datetime as dt
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self, TextIO

from archive.verify import FileReport, Finding
from crawler.errors import ExitCode, KhobaoError
from khobao.cli.output import console, format_bytes, format_number

PLAIN_INTERVAL_SECONDS = 30.0


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
    left_out: dict[str, int] = field(default_factory=dict)
    """Option → files that were not looked at because of it."""

    database: str = "not asked for"
    error: KhobaoError | None = None

    def count(self, finding: Finding) -> None:
        self.kinds[finding.kind] += finding.count
        if finding.is_note:
            self.notes += finding.count
        else:
            self.failures += finding.count

    def add(self, report: FileReport) -> None:
        self.files += 1
        self.records += report.records
        self.bytes += report.size
        self.raw_bytes += report.raw_bytes

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
        "filesNotLookedAt": totals.left_out,
        "seconds": round(totals.seconds, 3),
        "database": totals.database,
    }


def print_summary(totals: VerifyTotals) -> None:
    speed = totals.raw_bytes / max(totals.seconds, 1e-9) / 1e6
    notes = totals.notes
    verdict = f"{totals.failures} findings" if totals.failures else "nothing wrong"
    if notes:
        verdict += f", {notes} note{'s' if notes > 1 else ''}"
    left_out = "".join(
        f"; {format_number(count)} files NOT looked at ({option})"
        for option, count in totals.left_out.items()
        if count
    )
    if left_out and not totals.failures:
        verdict += " with what was looked at"
    console().print(
        f"{verdict}: {format_number(totals.files)} files,"
        f" {format_number(totals.records)} records, {format_bytes(totals.raw_bytes)}"
        f" ({format_bytes(totals.bytes)} on disk), {speed:.0f} MB/s{left_out};"
        f" database: {totals.database}"
    )


class VerifyProgress:
    """How far it is, by bytes, and how long it will take: a moving line on a terminal, a line every
    half minute elsewhere.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        *,
        is_quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """:param sizes: bytes on disk of each file, by path."""
        self._sizes = sizes
        self._total = sum(sizes.values())
        self._stream = stream or sys.stderr
        self._is_live = self._stream.isatty() and not is_quiet
        self._is_quiet = is_quiet
        self._clock = clock
        self._started = self._last_line = clock()
        self._files = self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, path: str) -> None:
        """:param path: of the file that has just been looked at."""
        self._files += 1
        self._bytes += self._sizes.get(path, 0)
        now = self._clock()
        if self._is_live:
            width = shutil.get_terminal_size().columns - 1  # what is broken cannot be written over
            line = f"{self._line(now)}: {path.rpartition('/')[2]}"
            self._write(f"\r\x1b[K{line[:width]}")
        elif now - self._last_line >= PLAIN_INTERVAL_SECONDS and not self._is_quiet:
            self._last_line = now
            self._write(f"verified {self._line(now)}\n")

    def clear(self) -> None:
        if self._is_live:
            self._write("\r\x1b[K")

    def _line(self, now: float) -> str:
        passed = now - self._started
        speed = self._bytes / passed if passed > 0 else 0.0
        left = (self._total - self._bytes) / speed if speed else None
        words = [
            f"{format_number(self._files)} of {format_number(len(self._sizes))} files",
            f"{format_bytes(self._bytes)} of {format_bytes(self._total)}",
        ]
        if left is not None:
            words.append(f"{dt.timedelta(seconds=max(0, round(left)))} left")
        return ", ".join(words)

    def _write(self, text: str) -> None:
        """A terminal that went away is no reason to stop."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
