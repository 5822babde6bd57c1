"""What kill -9 and power cuts can leave, case by case and at random: the acknowledged survives."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import Archive, CaptureEvent, iter_records, salvage
from archive.fixity.chain import check_chain
from archive.fixity.history import History
from archive.fixity.manifest import read_manifests
from archive.fixity.sums import sha256_of
from archive.journal import read_journal
from archive.layout import Layout

# A session that opens, writes, rolls over, salvages; it dies at the n-th flush or rename.
SESSION = """
import datetime as dt, json, os, pathlib, sys
from archive import Archive, CaptureEvent
home, deadly, how = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
calls = 0
def count():
    global calls
    calls += 1
    if calls == deadly:
        if how == "term":
            raise OSError(5, "Input/output error")
        os._exit(9)
flush, rename = os.fsync, pathlib.Path.rename
def fsync(fd):
    count()
    flush(fd)
def renamed(path, target):
    count()
    rename(path, target)
    count()
os.fsync, pathlib.Path.rename = fsync, renamed
for _ in range(2):
    with Archive(home, info={}, min_free_bytes=0, max_bytes=3000, fsync=fsync) as archive:
        for n in range(4):
            body = os.urandom(900) if n % 2 else b"the same again" * 40
            event = CaptureEvent(
                f"https://baodaklak.vn/{n}/", dt.datetime.now(dt.UTC),
                b"GET / HTTP/1.1\\r\\n\\r\\n", b"HTTP/1.1 200 OK\\r\\n\\r\\n" + body,
            )
            (ref,) = archive.append_batch([event])
            print(json.dumps([ref.warc_filename, ref.offset, ref.warc_record_id]), flush=True)
print("end", calls, flush=True)
"""


def session(home: Path, deadly: int, how: str) -> tuple[list[list[object]], int]:
    """What was acknowledged, and how many calls there were if it came to its end."""
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(home), str(deadly), how],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    if lines and lines[-1].startswith("end"):
        return [json.loads(line) for line in lines[:-1]], int(lines[-1].split()[1])
    return [json.loads(line) for line in lines], 0


def assert_sound(home: Path, acknowledged: list[list[object]]) -> None:
    """Closed, listed, whole, and everything that was acknowledged is where it was said to be."""
    layout = Layout(home)
    assert not list(home.rglob("*.open"))
    assert not list(home.rglob("*.partial"))
    places = {}
    originals = set()
    referred = set()
    for path in layout.warc.glob("*.warc.gz"):
        records = list(iter_records(path))
        journal = list(read_journal(layout.journal(path.name)))
        assert [(o, r.record_id) for o, r in records] == [(e.offset, e.record_id) for e in journal]
        for offset, record in records:
            places[path.name, offset] = record.record_id
            if record.type == "response":
                originals.add(record.record_id)
            if record.refers_to:
                referred.add(record.refers_to)
    for name, offset, record_id in acknowledged:
        assert places[str(name), int(str(offset))] == record_id
    assert referred <= originals
    assert not list(check_chain(layout))
    listed = {entry.warc_filename: entry.sha256 for entry in read_manifests(layout)}
    found = {path.name: sha256_of(path)[1] for path in layout.warc.glob("*.warc.gz")}
    assert found == listed


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "term"])
def test_death_at_every_flush_and_rename(tmp_path: Path, how: str) -> None:
    calls = session(tmp_path / "whole", 0, how)[1]
    assert calls > 60
    for deadly in range(1 if how == "kill" else 2, calls + 1, 1 if how == "kill" else 3):
        home = tmp_path / f"{deadly}"
        acknowledged = session(home, deadly, how)[0]
        salvage(home)
        assert not salvage(home)
        assert_sound(home, acknowledged)
        shutil.rmtree(home)


@pytest.mark.slow
def test_death_at_every_flush_of_the_salvage_itself(tmp_path: Path) -> None:
    wreck, acknowledged = a_wreck_in_the_middle_of_a_file(tmp_path)
    with the(wreck, "*.open").open("ab") as file:
        file.write(b"\x1f\x8b half a member")
    for deadly in range(1, 15):  # past its salvage
        home = tmp_path / f"salvage {deadly}"
        shutil.copytree(wreck, home)
        more, _ = session(home, deadly, "kill")
        salvage(home)
        assert_sound(home, acknowledged + more)
        shutil.rmtree(home)


def a_wreck_in_the_middle_of_a_file(tmp_path: Path) -> tuple[Path, list[list[object]]]:
    for deadly in range(8, 40):
        home = tmp_path / f"wreck {deadly}"
        acknowledged = session(home, deadly, "kill")[0]
        names = {path.name.removesuffix(".open") for path in (home / "warc").glob("*.open")}
        listed = {entry.warc_filename for entry in read_manifests(Layout(home))}
        if acknowledged and names - listed:
            return home, acknowledged
    raise AssertionError("no session died in the middle of a file")


@pytest.fixture
def wreck(
    tmp_path: Path, open_archive: Callable[..., Archive], make_event: Callable[..., CaptureEvent]
) -> Iterator[tuple[Path, list[list[object]]]]:
    """A home whose writer died after six acknowledged exchanges, and those."""
    home = tmp_path / "wreck"
    archive = open_archive()
    refs = [
        archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(300))])[0]
        for _ in range(6)
    ]
    for name in ("warc", "state", "fixity"):
        shutil.copytree(tmp_path / name, home / name)
    yield home, [[r.warc_filename, r.offset, r.warc_record_id] for r in refs]
    archive.close()


def the(home: Path, pattern: str) -> Path:
    (path,) = (home / "warc").glob(pattern)
    return path


def add_to(pattern: str, data: bytes) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        with the(home, pattern).open("ab") as file:
            file.write(data)

    return damage


def add_empty_open(home: Path) -> None:
    (home / "warc" / "khobao-x.warc.gz.open").touch()


def add_partials(home: Path) -> None:
    (home / "index").mkdir()
    for name in ("index/a.cdxj.partial", "fixity/head.json.partial"):
        (home / name).write_bytes(b"{")


def tear_manifest(home: Path) -> None:
    (home / "fixity" / "2026-01-01.jsonl").write_bytes(b'{"number":0,"fi')


def remove_journal(home: Path) -> None:
    the(home, "*.journal").unlink()


def remove_dedupe(home: Path) -> None:
    (home / "state" / "dedupe.sqlite").unlink()


def add_whole_member_of_garbage(home: Path) -> None:
    import gzip  # noqa: PLC0415

    add_to("*.open", gzip.compress(b"no record"))(home)


HARMLESS = {
    "zeros after the last flush": add_to("*.open", bytes(5000)),
    "garbage after the last flush": add_to("*.open", os.urandom(3000)),
    "half a member": add_to("*.open", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab"),
    "a whole member that is no record": add_whole_member_of_garbage,
    "half a journal line": add_to("*.journal", b'{"offset":99,"len'),
    "zeros in the journal": add_to("*.journal", bytes(600)),
    "an empty file": add_empty_open,
    "no journal": remove_journal,
    "no dedupe index": remove_dedupe,
    "files half written": add_partials,
    "half a manifest line": tear_manifest,
    "nothing at all": lambda _home: None,
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_a_power_cut_can_leave(wreck: tuple[Path, list[list[object]]], case: str) -> None:
    home, acknowledged = wreck
    HARMLESS[case](home)
    reports = salvage(home)
    assert not any(report.is_alarm for report in reports)
    assert not salvage(home)
    for partial in home.rglob("*.partial"):  # of what is not written again
        partial.unlink()
    assert_sound(home, acknowledged)
    assert {report.warc_filename for report in reports} == {
        event.file for event in History(Layout(home)).events()
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_random_damage_behind_the_last_acknowledged_byte(
    wreck: tuple[Path, list[list[object]]], seed: int
) -> None:
    dice = random.Random(seed)
    home, acknowledged = wreck
    copy = home.with_name("copy")
    shutil.copytree(home, copy)
    try:
        for pattern in ("*.open", "*.journal"):
            if dice.random() < 0.8:
                kind = dice.choice([dice.randbytes, bytes])
                add_to(pattern, kind(dice.randrange(1, 4000)))(copy)
        assert not any(report.is_alarm for report in salvage(copy))
        assert_sound(copy, acknowledged)
    finally:
        shutil.rmtree(copy)


def test_a_file_that_lacked_only_its_name(wreck: tuple[Path, list[list[object]]]) -> None:
    home, acknowledged = wreck
    salvage(home)
    closed = the(home, "*.warc.gz")
    closed.rename(closed.with_name(f"{closed.name}.open"))
    (report,) = salvage(home)
    assert (19, None) == (report.records_kept, report.reason)
    assert_sound(home, acknowledged)


def test_a_listed_file_that_rotted_is_not_cut(wreck: tuple[Path, list[list[object]]]) -> None:
    """A copy may have its bytes; a shortened file would have become the truth."""
    home, _ = wreck
    salvage(home)
    closed = the(home, "*.warc.gz")
    rotten = closed.read_bytes()[:-50]
    closed.unlink()
    closed.with_name(f"{closed.name}.open").write_bytes(rotten)
    (report,) = salvage(home)
    assert "not what the manifest says" in (report.reason or "")
    assert rotten == closed.read_bytes()
    assert 1 == len(list(read_manifests(Layout(home))))
