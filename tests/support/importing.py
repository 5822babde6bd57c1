"""What tests of imports share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from archive import (
    Archive,
    CaptureEvent,
)
from archive.home.reindex import index_archive
from archive.importing import FileImport, import_files
from archive.verify import (
    Catalog,
    Finding,
    Target,
    check_together,
    plan_home,
    verify_file,
    verify_targets,
)
from support.foreign_files import member, write

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


def take(home: Path, *paths: Path, damaged: bool = False) -> list[FileImport]:
    with import_files(home, software="khobao thử", min_free_bytes=0, allow_damaged=damaged) as run:
        return [run.take(path) for path in paths]


def check(home: Path) -> list[Finding]:
    plan = plan_home(home)
    findings = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1):
            findings += report.findings
        return [*findings, *check_together(plan, catalog)]


def faults(home: Path) -> list[str]:
    return [finding.line() for finding in check(home) if not finding.is_note]


def differences(home: Path, *, from_records: bool = False) -> list[object]:
    with index_archive(home, from_records=from_records, check=True) as run:
        found = [each for file in run for each in (*file.differences, file.problem) if each]
        return [*found, *run.dedupe, *run.left_open]


def contents(home: Path) -> dict[str, bytes]:
    """Everything but the lock and the dedupe index."""
    paths = (path for path in home.rglob("*") if path.is_file() and path.parent.name != "state")
    return {str(path.relative_to(home)): path.read_bytes() for path in paths}


def cdxj(*paths: Path) -> str:
    """In a process of its own: of records without digests it leaves files open."""
    command = [str(Path(sys.executable).with_name("cdxj-indexer")), "--sort", *map(str, paths)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_file(path: Path) -> list[Finding]:
    return verify_file(Target(path)).findings


def refused(home: Path, path: Path, *, damaged: bool = False) -> FileImport:
    """Nothing is left of it, and another file is imported all the same."""
    other = path.parent / "good"
    other.mkdir(exist_ok=True)
    (done, good) = take(home, path, write(other, "warcio.warc.gz"), damaged=damaged)
    assert "refused" == done.state
    assert good.state in {"imported", "already"}
    assert {"warcio.warc.gz", "warcio.warc.gz.journal"} == {
        each.name for each in (home / "warc").iterdir()
    }
    assert [] == faults(home)
    return done


def write_unreadable(path: Path) -> None:
    path.write_bytes(member(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"))


def damage_member(data: bytes) -> bytes:
    at = len(data) // 3
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def damage_block(data: bytes) -> bytes:
    assert b"<title>" in data
    return data.replace(b"<title>", b"<tittle", 1)
