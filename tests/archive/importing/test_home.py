"""A home with imported files: checked, copied, repaired, and written to by one process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import write
from support.importing import check, damage_block, damage_member, faults, take

from archive import (
    Archive,
    ArchiveLockedError,
    CaptureEvent,
    NoSpaceError,
)
from archive.fixity.audit import Audit
from archive.fixity.copy import SecondCopy
from archive.home.layout import Layout
from archive.home.lock import ArchiveLock
from archive.importing import import_files
from archive.verify import (
    Catalog,
    plan_files,
    verify_targets,
)

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


def test_what_changes_after_the_import_is_found(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    take(home, source)
    master = home / "warc" / "plain.warc"
    whole = master.read_bytes()
    master.write_bytes(damage_block(whole))
    assert {"file-altered", "block-digest", "payload-digest", "journal-value"} == {
        finding.kind for finding in check(home)
    }
    master.write_bytes(whole[:-5000])
    assert "file-cut" in {finding.kind for finding in check(home)}
    master.write_bytes(whole)
    journal = Layout(home).journal("plain.warc")
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    assert {"journal-altered", "journal-incomplete"} == {finding.kind for finding in check(home)}


def test_a_broken_chain_is_said_and_left_as_it_is(home: Path, tmp_path: Path) -> None:
    take(home, write(tmp_path, "plain.warc"))
    (manifest,) = (home / "fixity").glob("*-*.jsonl")
    altered = manifest.read_bytes().replace(b'"records":6', b'"records":7')
    manifest.write_bytes(altered)
    with import_files(home, software="x", min_free_bytes=0) as run:
        done = run.take(write(tmp_path, "warcio.warc.gz"))
        assert run.manifest_problem is not None
    assert "imported" == done.state
    assert altered == manifest.read_bytes()
    (again,) = take(home, tmp_path / "warcio.warc.gz")
    assert "already" == again.state
    assert {"manifest-chain", "not-in-manifest"} == {finding.kind for finding in check(home)}


# -- the disk --------------------------------------------------------------------------------------


def test_the_floor_of_free_space_is_kept(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    floor = shutil.disk_usage(home).free + (1 << 40)
    with (
        pytest.raises(NoSpaceError, match="are to be written"),
        import_files(home, software="x", min_free_bytes=floor) as run,
    ):
        run.take(source)
    assert [] == list((home / "warc").iterdir())


def test_one_process_writes_at_a_time(home: Path) -> None:
    layout = Layout(home)
    layout.make()
    lock = ArchiveLock(layout.lock)
    try:
        with pytest.raises(ArchiveLockedError):
            take(home)
    finally:
        lock.release()


@pytest.mark.parametrize("name", ["warcio.warc.gz", "plain.warc"])
def test_the_second_copy_holds_and_repairs_it(home: Path, tmp_path: Path, name: str) -> None:
    source, there = write(tmp_path, name), tmp_path / "there"
    there.mkdir()
    take(home, source)
    master = home / "warc" / name
    with SecondCopy(str(there)) as copy:
        assert 1 == Audit(Layout(home), copy=copy).run().copied
        assert source.read_bytes() == (there / "warc" / name).read_bytes()
        with Catalog() as catalog:
            (report,) = verify_targets(plan_files([there / "warc" / name]), catalog)
        assert [] == report.findings  # with the journal beside it, and without a home
        master.write_bytes(damage_member(master.read_bytes()))
        result = Audit(Layout(home), copy=copy).run()
    assert ["repaired"] == [event.action for event in result.repaired]
    assert source.read_bytes() == master.read_bytes()
    assert [] == faults(home)
