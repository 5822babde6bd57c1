"""What a power cut, a bad disk or a second death can leave, and what salvage makes of it.

The promise: everything acknowledged before the damage survives, nothing is thrown away, and a
salvage that is killed at any step and done again ends the same.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import (
    Archive,
    ArchiveLockedError,
    CaptureEvent,
    NoSpaceError,
    WarcWriteError,
    iter_records,
    salvage,
)
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.home.salvage_history import read_history

MakeEvent = Callable[..., CaptureEvent]
RECORDS = 19
HALF = b"\x1f\x8b\x08\0\0\0\0\0\0\xff half a member"


@pytest.fixture
def torn(make_event: MakeEvent, tmp_path: Path) -> Path:
    """A home as power loss leaves it that strikes just after a commit."""
    home = tmp_path / "torn"
    archive = Archive(tmp_path / "living", info={}, min_free_bytes=0)
    for number in range(6):
        body = b"always the same" if number % 2 else os.urandom(700)
        archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n" + body)])
    shutil.copytree(tmp_path / "living", home)
    archive.close()
    return home


def the(home: Path, pattern: str) -> Path:
    (path,) = (home / "warc").glob(pattern)
    return path


def tree(home: Path) -> dict[str, bytes]:
    """Every file of the archive but the caches and the clock of the history."""
    found = {}
    for path in sorted([*(home / "warc").iterdir(), *(home / "index").iterdir()]):
        data = path.read_bytes()
        if path.name.endswith(".salvage.json"):
            data = json.dumps([{**each, "at": ""} for each in json.loads(data)]).encode()
        found[path.name] = data
    return found


def check(home: Path, acknowledged: list[str], *, lost: int = 0) -> None:
    """The home is in order, and all but *lost* of what was acknowledged is in it."""
    names = [path.name for path in (home / "warc").iterdir()]
    assert not [name for name in names if name.endswith((".open", ".partial"))]
    found = []
    for path in (home / "warc").glob("*.warc.gz"):
        records = [(offset, record.record_id) for offset, record in iter_records(path)]
        journal = list(read_journal(path.with_name(path.name + ".journal")))
        assert records == [(entry.offset, entry.record_id) for entry in journal]
        found += [record_id for _, record_id in records]
    assert lost == len(set(acknowledged) - set(found))
    assert salvage(home) == []


def ids(home: Path) -> list[str]:
    return [entry.record_id for entry in read_journal(the(home, "*.journal"))]


def append(pattern: str, data: bytes) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        with the(home, pattern).open("ab") as file:
            file.write(data)

    return damage


def cut(pattern: str, size: int) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        path = the(home, pattern)
        os.truncate(path, path.stat().st_size - size)

    return damage


def zero_end(pattern: str, size: int) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        path = the(home, pattern)
        data = path.read_bytes()
        path.write_bytes(data[:-size] + bytes(size))

    return damage


def write(name: str, data: bytes) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        warc = the(home, "*.open").name.removesuffix(".open")
        (home / name.replace("NAME", warc)).write_bytes(data)

    return damage


def both(*damages: Callable[[Path], None]) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        for each in damages:
            each(home)

    return damage


def empty(pattern: str) -> Callable[[Path], None]:
    return lambda home: os.truncate(the(home, pattern), 0)


def remove(pattern: str) -> Callable[[Path], None]:
    return lambda home: the(home, pattern).unlink()


# Damage, acknowledged records that it destroys, bytes quarantined ("any": the rest of the file).
TABLE = {
    "nothing": (lambda _: None, 0, 0),
    "unsynced tail, torn": (append("*.open", HALF), 0, len(HALF)),
    "unsynced tail, zeros": (append("*.open", bytes(70_000)), 0, 70_000),
    "unsynced tail, garbage": (append("*.open", b"\xa5" * 5000), 0, 5000),
    "zeros, then what looks like a member": (
        append("*.open", bytes(512) + HALF),
        0,
        512 + len(HALF),
    ),
    "journal torn in a line": (append("*.journal", b'{"offset":99,"len'), 0, 0),
    "journal ends in zeros": (append("*.journal", bytes(4096)), 0, 0),
    "journal ends in garbage lines": (append("*.journal", b"\n\xff\xfe\n[]\n{}\n"), 0, 0),
    "journal cut in a line": (cut("*.journal", 20), 0, 0),
    "journal gone": (remove("*.journal"), 0, 0),
    "journal empty": (empty("*.journal"), 0, 0),
    "journal longer than the file": (cut("*.open", 9), 1, "any"),
    "the last bytes that were acknowledged are zeros": (zero_end("*.open", 5), 1, "any"),
    "file empty, journal whole": (empty("*.open"), RECORDS, 0),
    "file and journal empty": (both(empty("*.open"), empty("*.journal")), RECORDS, 0),
    "index written, name not": (write("index/NAME.cdxj", b"half"), 0, 0),
    "index torn": (write("index/NAME.cdxj.partial", b"half"), 0, 0),
    "partial files of an earlier salvage": (
        both(
            append("*.open", HALF),
            write("warc/NAME.tail.partial", b"x"),
            write("warc/NAME.journal.partial", b"x"),
            write("warc/NAME.salvage.json.partial", b"x"),
        ),
        0,
        len(HALF),
    ),
    "history torn": (write("warc/NAME.salvage.json", b"[{"), 0, 0),
    "a tail of the same name and size": (
        both(append("*.open", HALF), write("warc/NAME.tail", b"z" * len(HALF))),
        0,
        len(HALF),
    ),
    "dedupe index garbage": (
        lambda home: (home / "state/dedupe.sqlite").write_bytes(b"no database"),
        0,
        0,
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_a_power_cut_can_leave(torn: Path, name: str) -> None:
    damage, lost, set_aside = TABLE[name]
    acknowledged = ids(torn)
    assert RECORDS == len(acknowledged)
    damage(torn)
    before = [path.read_bytes() for path in (torn / "warc").glob("*.tail")]
    whole = the(torn, "*.open").read_bytes()
    (report,) = salvage(torn)
    check(torn, acknowledged, lost=lost)
    known_to_journal = 0 if name == "file and journal empty" else lost
    assert known_to_journal == len(report.lost_record_ids)
    assert whole[report.tail_offset :] == b"" or set_aside
    if set_aside:
        tails = [path.read_bytes() for path in (torn / "warc").glob("*.tail")]
        assert whole[report.tail_offset :] in tails
        assert set(before) <= set(tails)  # what was quarantined earlier is still there
    if set_aside != "any":
        assert set_aside == report.tail_bytes
    assert [report] == read_history(Layout(torn), report.warc_filename)
    with Archive(torn, info={}, min_free_bytes=0) as archive:
        assert archive.salvaged == []


@pytest.mark.parametrize("what", ["open without name", "journal without file"])
def test_leftovers_beside_a_sound_archive(torn: Path, what: str) -> None:
    acknowledged = ids(torn)
    salvage(torn)
    journal = torn / "warc" / "khobao-20260101000000000-00000-host.warc.gz.journal"
    if what == "journal without file":
        journal.write_bytes(b"")
        before = tree(torn)
        assert salvage(torn) == []
        assert before == tree(torn)
    else:  # created, nothing written: the two directory entries are all there is
        journal.with_name(journal.name.replace(".journal", ".open")).touch()
        (report,) = salvage(torn)
        assert (0, 0) == (report.records_kept, report.tail_bytes)
    journal.unlink(missing_ok=True)
    check(torn, acknowledged)


@settings(max_examples=100)
@given(
    junk=st.one_of(
        st.binary(max_size=400),
        st.builds(bytes, st.integers(0, 9000)),
        st.binary(max_size=60).map(lambda data: HALF[:10] + data),
    ),
    journal_junk=st.one_of(
        st.binary(max_size=200),
        st.builds(bytes, st.integers(0, 5000)),
        st.sampled_from([b"\n", b'{"offset":1}\n', b"[[[[", b'{"offset":"x","recordId":3}\n']),
    ),
)
def test_whatever_follows_the_last_acknowledged_byte(
    torn: Path, junk: bytes, journal_junk: bytes
) -> None:
    acknowledged = ids(torn)
    with tempfile.TemporaryDirectory(dir=torn.parent) as place:
        home = Path(place) / "home"
        shutil.copytree(torn, home)
        append("*.open", junk)(home)
        append("*.journal", journal_junk)(home)
        (report,) = salvage(home)
        assert not report.is_alarm
        check(home, acknowledged)
        first = tree(home)
        assert salvage(home) == []
        assert first == tree(home)


DYING = """
import os, pathlib, sys
from archive import salvage
homes, first, last = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
left = 0

def audit(event, arguments):
    watched = {"os.rename", "os.remove", "os.truncate", "os.mkdir"}
    if event in watched or (event == "open" and str(homes) in str(arguments[0])):
        step()

def step():
    global left
    left -= 1
    if left < 0:
        os._exit(66)

def fsync(fd):
    step()
    os.fsync(fd)
    step()

for at in range(first, last):
    left = at
    if not (pid := os.fork()):
        sys.addaudithook(audit)
        salvage(homes / str(at), fsync=fsync)
        print(at - left, flush=True)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code not in {0, 66}:
        sys.exit(f"step {at}: exit code {code}")
"""


def die(homes: Path, first: int, last: int) -> list[int]:
    """Salvages that die at the opening, renaming, cutting, removing or flushing of that number.

    :returns: how many steps those took that did not.
    """
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(homes), str(first), str(last)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [both(append("*.open", HALF), cut("*.journal", 9)), both(cut("*.open", 9))],
    ids=["tail and torn journal", "an acknowledged record is gone"],
)
def test_a_salvage_killed_at_every_step(torn: Path, damage: Callable[[Path], None]) -> None:
    damage(torn)
    expected = torn.with_name("expected")
    shutil.copytree(torn, expected)
    (report,) = salvage(expected)
    homes = torn.with_name("homes")
    shutil.copytree(torn, homes / "100000")
    (steps,) = die(homes, 100_000, 100_001)
    assert steps > 20
    for step in range(steps):
        shutil.copytree(torn, homes / str(step))
    assert not die(homes, 0, steps)
    for step in range(steps):
        home = homes / str(step)
        again = salvage(home)
        if not again:  # it died after the last thing that mattered
            again = read_history(Layout(home), report.warc_filename)
        assert [report] == again, step
        assert tree(expected) == tree(home), step


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_refuses_any_flush_of_a_salvage(torn: Path, number: int) -> None:
    append("*.open", HALF)(torn)
    acknowledged = ids(torn)
    expected = WarcWriteError if number == errno.EIO else NoSpaceError
    for calls in range(40):
        home = torn.with_name(f"home{calls}")
        shutil.copytree(torn, home)
        left = [calls]

        def fsync(_fd: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise OSError(number, os.strerror(number))

        try:
            salvage(home, fsync=fsync)
        except expected:
            salvage(home)
            check(home, acknowledged)
            assert the(home, "*.tail").read_bytes() == HALF
        else:
            assert calls > 6
            return
    raise AssertionError("a salvage has more flushes than that?")


def test_one_of_two_salvages_wins(torn: Path) -> None:
    refused = []

    def fsync(fd: int) -> None:
        os.fsync(fd)
        try:
            salvage(torn)
        except ArchiveLockedError as exc:
            refused.append(exc)

    acknowledged = ids(torn)
    salvage(torn, fsync=fsync)
    assert refused
    check(torn, acknowledged)


@pytest.mark.parametrize("plant", ["open", "journal.partial", "lock"])
def test_planted_links_are_not_followed(torn: Path, tmp_path: Path, plant: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    append("*.open", HALF)(torn)
    cut("*.journal", 9)(torn)
    name = the(torn, "*.open").name.removesuffix(".open")
    if plant == "open":
        (torn / "warc" / "khobao-9-9-x.warc.gz.open").symlink_to(victim)
        os.mkfifo(torn / "warc" / "khobao-9-8-x.warc.gz.open")
        salvage(torn)
    elif plant == "lock":
        (torn / "state" / "archive.lock").unlink()
        (torn / "state" / "archive.lock").symlink_to(victim)
        with pytest.raises(WarcWriteError, match="archive"):
            salvage(torn)
    else:
        for suffix in ("journal.partial", "tail.partial", "salvage.json.partial"):
            (torn / "warc" / f"{name}.{suffix}").symlink_to(victim)
        (torn / "index" / f"{name.removesuffix('.warc.gz')}.cdxj.partial").symlink_to(victim)
        salvage(torn)
    assert victim.read_bytes() == b"precious"
