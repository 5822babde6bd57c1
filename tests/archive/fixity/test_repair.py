"""Mending under difficulties: bad sectors, kills, a second writer, another target."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fixity import FILES, contents, files, flip

from archive.fixity.audit import Audit, copy_missing
from archive.fixity.chain import check_chain
from archive.fixity.copier import Copier
from archive.fixity.copy import SecondCopy
from archive.fixity.copy_manifests import put_manifests
from archive.fixity.history import History
from archive.home.layout import Layout
from archive.home.manifest import ManifestEntry, read_manifests
from archive.home.sums import FileSums


def test_a_master_that_cannot_be_read_is_repaired(
    layout: Layout, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a bad sector: reading fails with EIO. The link stands for the file's bytes."""
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        path = files(layout)[1]
        good = path.read_bytes()
        path.unlink()
        path.symlink_to("/proc/self/mem")  # its first byte is never mapped
        monkeypatch.setattr(Path, "is_symlink", lambda _path: False)
        alone = Audit(layout).run()
        monkeypatch.undo()
        assert ["it cannot be read: Input/output error"] == [e.detail for e in alone.lost]
        result = Audit(layout, copy=copy).run()
    assert [path.name] == [event.file for event in result.repaired]
    assert not path.is_symlink()
    assert good == path.read_bytes()


def test_every_rotten_file_is_kept_though_the_clock_stands_still(
    layout: Layout, target: Path
) -> None:
    now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    path = files(layout)[0]
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        damaged = set()
        for at in (50, 60):
            flip(path, at)
            damaged.add(path.read_bytes())
            Audit(layout, copy=copy, clock=lambda: now).run()
    assert damaged == {path.read_bytes() for path in layout.warc.glob("*.rotten-*")}


def test_a_copy_that_goes_bad_while_repairing_gets_no_name(layout: Layout, target: Path) -> None:
    """Found right, and wrong a moment later: the rotten master stays, nothing is left behind."""
    path = files(layout)[0]
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        flip(path)
        rotten = path.read_bytes()

        class Fickle(SecondCopy):
            def fetch(
                self, name: str, target: Path, fsync: Callable[[int], None] = os.fsync
            ) -> str:
                flip(there)
                return super().fetch(name, target, fsync)

        there = target / "warc" / path.name
        with Fickle(str(target)) as fickle:
            result = Audit(layout, copy=fickle).run()
    assert "hashes to" in (result.copy_error or "")
    assert [path.name] == [event.file for event in result.lost]
    assert rotten == path.read_bytes()
    assert not list(layout.warc.glob("*.partial"))


def test_removing_the_end_of_the_chain_with_its_head_is_found_in_the_log(layout: Layout) -> None:
    Audit(layout).run()
    shutil.copy(layout.fixity / "log.jsonl", layout.home / "log")
    shutil.rmtree(layout.fixity)
    layout.fixity.mkdir()
    shutil.copy(layout.home / "log", layout.fixity / "log.jsonl")
    found = [str(problem) for problem in check_chain(layout)]
    assert FILES == len(found)
    assert f"the line of {files(layout)[0].name} was removed" in found[0]


def test_a_crawl_and_an_audit_copy_to_one_target_at_once(layout: Layout, target: Path) -> None:
    """Both write the same files; neither ever gives a half one its name."""
    copier = Copier(layout, str(target))
    for _ in range(5):
        copier.wake()
        with SecondCopy(str(target)) as copy:
            for entry in read_manifests(layout):
                copy.put_file(layout, entry.warc_filename, sums_of_listed(entry))
            put_manifests(layout, copy)
    assert copier.finish(60) is None
    assert contents(layout.warc) == contents(target / "warc")


def sums_of_listed(entry: ManifestEntry) -> FileSums:
    return FileSums(entry.size, entry.sha256, entry.journal_size, entry.journal_sha256)


def test_another_target_gets_all_though_the_log_tells_of_copies(
    layout: Layout, target: Path, tmp_path: Path
) -> None:
    another = tmp_path / "đĩa mới"
    another.mkdir()
    with SecondCopy(str(target)) as copy:
        assert FILES == copy_missing(layout, copy, History(layout))
        assert 0 == copy_missing(layout, copy, History(layout))
    with SecondCopy(str(another)) as copy:
        assert FILES == copy_missing(layout, copy, History(layout))
    assert contents(layout.warc) == contents(another / "warc")


# Mends the home argv[1] from argv[2]; dies when the clock is asked for time number argv[3]:
# before and after each line of the log, and before the rotten file has a second name.


MENDS = """
import datetime as dt, os, signal, sys
from pathlib import Path
from archive.fixity.audit import Audit
from archive.fixity.copy import SecondCopy
from archive.home.layout import Layout
left = [int(sys.argv[3])]


def clock():
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return dt.datetime.now(dt.UTC)
Audit(Layout(Path(sys.argv[1])), copy=SecondCopy(sys.argv[2]), clock=clock).run()
"""


def test_killed_anywhere_in_a_repair(layout: Layout, target: Path, tmp_path: Path) -> None:
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
    good = contents(layout.warc)
    path = files(layout)[0]
    for calls in range(0, 100, 2):
        home = Layout(tmp_path / f"lần {calls}")
        shutil.copytree(layout.warc, home.warc)
        shutil.copytree(layout.fixity, home.fixity)
        rotten = home.warc / path.name
        flip(rotten)
        damaged = rotten.read_bytes()
        done = subprocess.run(
            [sys.executable, "-c", MENDS, str(home.home), str(target), str(calls)],
            capture_output=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
        assert done.returncode in {0, -9}, done.stderr
        assert rotten.read_bytes() in {damaged, good[path.name]}  # never anything between
        with SecondCopy(str(target)) as copy:
            assert not Audit(home, copy=copy).run().lost
        assert good == contents(home.warc)
        assert damaged in {path.read_bytes() for path in home.warc.glob("*.rotten-*")}
        if done.returncode == 0:
            return
    pytest.fail("the repair never came to its end")
