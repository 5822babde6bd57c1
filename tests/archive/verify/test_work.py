"""Many files, many processes, one writer at work, records that fit into no memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import multiprocessing.process
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support.memory import PEAK
from support.verify_home import PAGE, START, Home, check, http

from archive import Archive, CaptureEvent, salvage
from archive.home.lock import writer_of
from archive.verify import Catalog, plan_home, verify_targets
from archive.warc.spool import Spool


def test_many_processes_find_what_one_finds_in_the_same_order(bench: Home) -> None:
    for number in range(4):
        bench.write([bench.event(http(PAGE + b"%d" % number))])
    for name in bench.names[1::2]:
        data = bytearray(bench.warc(name).read_bytes())
        data[200] ^= 1
        bench.warc(name).write_bytes(data)
    plan = plan_home(bench.path)
    found = []
    for jobs, worth in ((1, 0), (3, 0), (3, 1 << 40)):
        with Catalog() as catalog:
            reports = list(verify_targets(plan, catalog, jobs=jobs, min_pool_bytes=worth))
            places = [place.record_id for place in catalog.exchanges()]
        found.append([(r.path, r.records, r.sha256, r.findings) for r in reports] + places)
    assert found[0] == found[1] == found[2]
    assert [r.path for r in reports] == sorted(str(bench.warc(name)) for name in bench.names)
    assert any(report.findings for report in reports)


def test_a_process_that_is_killed_costs_nothing(bench: Home) -> None:
    for number in range(8):
        bench.write([bench.event(http(PAGE + b"%d" % number))])
    plan = plan_home(bench.path)
    with Catalog() as catalog:
        reports = verify_targets(plan, catalog, jobs=2, min_pool_bytes=0)
        first = next(reports)
        for child in multiprocessing.active_children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGKILL)
        rest = list(reports)
    assert len(plan.targets) == len([first, *rest])
    assert [] == [finding for report in (first, *rest) for finding in report.findings]


def test_stopping_half_way_leaves_no_process_behind(bench: Home) -> None:
    plan = plan_home(bench.path)
    with Catalog() as catalog:
        reports = verify_targets(plan, catalog, jobs=2, min_pool_bytes=0)
        next(reports)
        reports.close()  # type: ignore[attr-defined]  # a generator
        directory = catalog.directory
    assert not children_after(10)
    assert not directory.exists()


def children_after(seconds: float) -> list[multiprocessing.process.BaseProcess]:
    """Processes still there then. Asked for again and again: the pool's own thread may be the one
    that hears of a child's end, and takes it off the list a moment after a join has returned.
    """
    deadline = time.monotonic() + seconds
    while (left := multiprocessing.active_children()) and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    return left


def test_a_file_that_is_being_written_is_believed_as_far_as_its_journal_goes(bench: Home) -> None:
    with bench.open() as archive:
        assert os.getpid() == writer_of(bench.layout.lock)
        for number in range(3):
            archive.append_batch([bench.event(http(b"so %d" % number), f"https://a.vn/{number}")])
            assert [] == bench.check()
        path = next(bench.layout.warc.glob("*.open"))
        with path.open("ab") as file:  # as much of a record as a group commit has written yet
            file.write(b"\x1f\x8b\x08\x00")
        with bench.layout.journal(path.name.removesuffix(".open")).open("ab") as file:
            file.write(b'{"offset":')
        assert [] == bench.check()
        plan = plan_home(bench.path)
        assert plan.is_being_written
        assert ["closed", "closed", "growing"] == [target.state for target in plan.targets]


def test_while_an_archive_is_written_and_files_are_closed_nothing_is_found(tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with Archive(
            tmp_path, info={"isPartOf": "run"}, min_free_bytes=0, max_bytes=6_000
        ) as archive:
            number = 0
            while not stop.is_set():
                number += 1
                archive.append_batch(
                    [
                        CaptureEvent(
                            f"https://baodaklak.vn/{number}/{each}", dt.datetime.now(dt.UTC),
                            b"GET / HTTP/1.1\r\n\r\n", http(b"%d" % (number // 3)), "127.0.0.1",
                            metadata=(("via", "x"),),
                        )
                        for each in range(3)
                    ]
                )  # fmt: skip

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(25):
            assert [] == check(tmp_path)
    finally:
        stop.set()
        thread.join()
    assert [] == check(tmp_path)


def test_a_torn_tail_is_salvages_to_explain(bench: Home) -> None:
    name = bench.second
    path = bench.warc(name).rename(bench.layout.warc / f"{name}.open")
    bench.relist()  # its writer had not come as far as the manifest
    path.write_bytes(path.read_bytes() + bench.warc(bench.first).read_bytes()[:200])
    assert ["not-closed"] == [finding.kind for finding in bench.check()]
    salvage(bench.path)
    (note,) = bench.check()
    assert ("set-aside", True) == (note.kind, note.is_note)


def test_a_left_open_file_that_has_lost_acknowledged_records_is_more_than_left_open(
    bench: Home,
) -> None:
    name, last = bench.second, bench.offsets(bench.second)[-1]
    path = bench.warc(name).rename(bench.layout.warc / f"{name}.open")
    bench.relist()
    path.write_bytes(path.read_bytes()[:last])
    assert {"not-closed", "record-missing"} == {finding.kind for finding in bench.check()}


def test_a_left_open_file_that_is_listed_must_be_what_is_listed(bench: Home) -> None:
    path = bench.warc(bench.second).rename(bench.layout.warc / f"{bench.second}.open")
    assert ["not-closed"] == [finding.kind for finding in bench.check()]
    path.write_bytes(path.read_bytes() + b"rac")
    assert {"not-closed", "file-altered"} == {finding.kind for finding in bench.check()}


@pytest.mark.slow
def test_a_body_of_two_gibibytes_is_verified_in_little_memory(tmp_path: Path) -> None:
    """Zeros: they compress to next to nothing, so it is the bytes of the record that count."""
    size = 2 << 30
    head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % size
    with (
        Spool(tmp_path) as spool,
        Archive(tmp_path / "kho", info={}, min_free_bytes=0) as archive,
    ):
        spool.write(head)
        for _ in range(size >> 24):
            spool.write(bytes(1 << 24))
        archive.append_batch(
            [CaptureEvent("https://baodaklak.vn/phim.mp4", START, b"GET / HTTP/1.1\r\n\r\n", spool)]
        )
    program = (
        PEAK + "import sys; from pathlib import Path; from archive.verify import *\n"
        "with Catalog() as c:\n"
        "    (r,) = verify_targets(plan_home(Path(sys.argv[1])), c)\n"
        "print(len(r.findings), r.raw_bytes, peak())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "kho"],
        capture_output=True,
        text=True,
        check=True,
    )
    findings, raw_bytes, peak = map(int, done.stdout.split())
    assert 0 == findings
    assert raw_bytes > size
    assert peak < 250 << 10
