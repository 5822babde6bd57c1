"""From ``.open`` to closed and listed: a death between any two steps, and what came before us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, CaptureEvent, WarcWriteError
from archive.fixity.chain import check_chain
from archive.fixity.overview import overview
from archive.fixity.trust import trust
from archive.home.layout import Layout
from archive.home.manifest import manifest_days, read_manifests, read_unchained
from archive.home.manifest_writer import ManifestWriter
from archive.home.register import unlisted
from archive.home.sums import sums_of

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"

# Writes one file, closes it, and dies at flush number argv[2].
DIES = """
import datetime as dt, os, signal, sys
from pathlib import Path
from archive import Archive, CaptureEvent
left = [int(sys.argv[2])]
def fsync(fd):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.fsync(fd)
archive = Archive(Path(sys.argv[1]), info={}, min_free_bytes=0, fsync=fsync)
archive.append_batch([CaptureEvent(
    "https://baodaklak.vn/", dt.datetime.now(dt.UTC), b"GET / HTTP/1.1\\r\\n\\r\\n",
    b"HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\npage")])
print("durable", flush=True)
archive.close()
"""


def assert_all_listed_once(layout: Layout) -> None:
    assert not list(check_chain(layout))
    assert not unlisted(layout)
    assert not layout.open_files()
    entries = list(read_manifests(layout))
    assert sorted(e.warc_filename for e in entries) == [
        path.name for path in sorted(layout.warc.glob("*.warc.gz"))
    ]
    for entry in entries:
        sums = sums_of(layout, layout.warc / entry.warc_filename, entry.warc_filename)
        assert (entry.size, entry.sha256) == (sums.size, sums.sha256)
        assert (entry.journal_size, entry.journal_sha256) == (
            sums.journal_size,
            sums.journal_sha256,
        )


def test_killed_at_every_flush_of_a_files_life(tmp_path: Path, open_archive: OpenArchive) -> None:
    """SIGKILL of a real process; afterwards no file is unlisted, and none listed twice."""
    durable = 0
    for calls in range(100):
        home = tmp_path / f"nhà {calls}"
        done = subprocess.run(
            [sys.executable, "-c", DIES, str(home), str(calls)],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
        assert done.returncode in {0, -9}, done.stderr
        Archive(home, info={}, min_free_bytes=0).close()  # salvages
        layout = Layout(home)
        assert_all_listed_once(layout)
        if "durable" in done.stdout:
            durable += 1
            assert 1 == len(list(read_manifests(layout)))
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert durable > 5  # so many flushes lie between the last record and the file's end


def test_a_disk_that_refuses_at_every_flush(
    tmp_path: Path, open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    """The process lives on, and sees an error; the next one puts everything in order."""
    for calls in range(100):
        shutil.rmtree(tmp_path / "warc", ignore_errors=True)
        shutil.rmtree(tmp_path / "fixity", ignore_errors=True)
        left = [10**6]

        def fsync(fd: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(5, "Input/output error")
            os.fsync(fd)

        archive = open_archive(fsync=fsync)
        archive.append_batch([make_event(PAGE)])
        left[0] = calls
        try:
            archive.close()
        except WarcWriteError:
            open_archive().close()
            assert_all_listed_once(Layout(tmp_path))
        else:
            assert calls > 5
            return
    pytest.fail("closing never came to its end")


def test_a_crawl_never_lists_what_nothing_lists_and_goes_on_beside_a_chain_that_is_gone(
    tmp_path: Path, open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    """Whoever removes `fixity/` after altering a file must not get a new chain by it."""
    with open_archive(max_bytes=1) as archive:
        archive.append_batch([make_event(PAGE)])
        archive.append_batch([make_event(PAGE + b"2")])
    layout = Layout(tmp_path)
    shutil.rmtree(layout.fixity)
    before = overview(layout)
    assert 2 == len(before.unlisted)
    assert before.is_wrong

    with open_archive() as archive:
        gone, unlisted_files = archive.manifest_problems()
        assert "has no manifest, though 2 files are closed" in gone
        assert "no manifest lists 2 closed files" in unlisted_files
        archive.append_batch([make_event(PAGE + b"3")])

    assert not manifest_days(layout)
    assert 1 == len(list(read_unchained(layout)))
    assert 2 == len(trust(layout, "master", None).registered)
    assert [False, True, True] == [entry.registered for entry in read_manifests(layout)]
    assert_all_listed_once(layout)
    assert not open_archive().manifest_problems()


def test_a_stray_file_is_a_finding_and_one_without_journal_is_not_registered(
    tmp_path: Path, open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    with open_archive() as archive:
        archive.append_batch([make_event(PAGE)])
    layout = Layout(tmp_path)
    (path,) = layout.warc.glob("*.warc.gz")
    shutil.copy(path, layout.warc / "other.warc.gz")
    assert overview(layout).is_wrong
    with open_archive() as archive:
        assert ["no manifest lists 1 closed files"] == [
            problem.partition(" (")[0] for problem in archive.manifest_problems()
        ]
    trust(layout, "master", None)
    assert ("other.warc.gz",) == overview(layout).unlisted


def test_a_crawl_goes_on_beside_an_unreadable_manifest(
    tmp_path: Path, open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    with open_archive() as archive:
        archive.append_batch([make_event(PAGE)])
    layout = Layout(tmp_path)
    (manifest,) = manifest_days(layout)
    good = manifest.read_bytes()
    bad = good.replace(b'"size"', b'"syze"')
    manifest.write_bytes(bad)
    with open_archive() as archive:
        problem, unlisted_file = archive.manifest_problems()
        assert f"{manifest}, line 1: the line was altered" in problem
        assert "no manifest lists 1 closed files" in unlisted_file
        archive.append_batch([make_event(PAGE + b"2")])
    assert bad == manifest.read_bytes()
    assert overview(layout).is_wrong

    manifest.write_bytes(good)
    assert not open_archive().manifest_problems()
    assert overview(layout).is_wrong  # until the chain has it
    ManifestWriter(layout).chain_the_unchained()
    assert_all_listed_once(layout)
    assert not overview(layout).is_wrong


def test_salvage_goes_on_beside_a_broken_chain(tmp_path: Path) -> None:
    for calls in range(20):
        home = tmp_path / f"nhà {calls}"
        head = Layout(home).fixity / "head.json"
        head.parent.mkdir(parents=True)
        head.write_text("[]")
        command = [sys.executable, "-c", DIES, str(home), str(calls)]
        root = Path(__file__).parents[3]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
        if "durable" in done.stdout:
            break
    assert -9 == done.returncode, done.stderr

    with Archive(home, info={}, min_free_bytes=0) as archive:
        (report,) = archive.salvaged
        assert archive.manifest_problems()

    assert report.records_kept
    beside = [file.warc_filename for file in read_unchained(Layout(home))]
    assert [report.warc_filename] == beside
    assert "[]" == head.read_text()
