"""A writer that dies before or after every single flush, renaming, opening of a small session.

Exhaustive where the crash loop is random: among these moments are the one between the flush of the
WARC file and that of the journal, those of a rotation, and those of closing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive import iter_records, read_record, salvage
from archive.home.journal import read_journal

SESSION = """
import datetime as dt, os, pathlib, sys
from archive import Archive, CaptureEvent
home, first, last = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
left = 0

def step():
    global left
    left -= 1
    if left < 0:
        os._exit(66)

def fsync(fd):
    step()
    os.fsync(fd)
    step()

def write(fd, data):
    step()
    return os.write(fd, data[: max(1, len(data) // 2)])

def audit(event, arguments):
    if event in {"os.rename", "os.remove", "os.truncate"}:
        step()
    elif event == "open" and str(home / "warc") in str(arguments[0]):
        step()

def session():
    archive = Archive(home, info={}, min_free_bytes=0, max_bytes=3000, fsync=fsync, write=write)
    sys.addaudithook(audit)
    for number in range(6):
        body = b"the same" if number % 2 else os.urandom(1500)
        event = CaptureEvent(
            f"https://baodaklak.vn/{number}/", dt.datetime.now(dt.UTC),
            b"GET / HTTP/1.1\\r\\n\\r\\n", b"HTTP/1.1 200 OK\\r\\n\\r\\n" + body,
        )
        (ref,) = archive.append_batch([event])
        print(ref.warc_filename, ref.offset, ref.warc_record_id, flush=True)
    archive.close()

for at in range(first, last):
    left = at
    if not (pid := os.fork()):
        session()
        print("steps", at - left, flush=True)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code not in {0, 66}:
        sys.exit(f"step {at}: exit code {code}")
"""


def run(home: Path, first: int, last: int) -> tuple[list[tuple[str, int, str]], list[int]]:
    """What sessions that died at these steps had acknowledged; the steps of those that did not."""
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(home), str(first), str(last)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    steps = [int(words[1]) for words in lines if words[0] == "steps"]
    return [(w[0], int(w[1]), w[2]) for w in lines if w[0] != "steps"], steps


@pytest.mark.slow
def test_every_step_of_a_session(tmp_path: Path) -> None:
    """All in one home, one unclosed file after another: each session salvages the one before."""
    _, (steps,) = run(tmp_path / "whole", 1_000_000, 1_000_001)
    assert steps > 60
    home = tmp_path / "home"
    promised, survivors = run(home, 0, steps)
    assert promised
    assert len(survivors) < steps / 4  # salvage takes more steps, not fewer
    salvage(home)

    for name, offset, record_id in promised:
        assert read_record(home, name, offset).record_id == record_id
    originals: set[str] = set()
    revisits = 0
    assert not list(home.rglob("*.open"))
    assert not list(home.rglob("*.partial"))
    assert not list(home.rglob("*.bad"))  # no false alarm either
    for path in sorted((home / "warc").glob("*.warc.gz")):
        records = [record for _, record in iter_records(path)]
        journal = [e.record_id for e in read_journal(path.with_name(path.name + ".journal"))]
        assert journal == [record.record_id for record in records]
        originals |= {record.record_id for record in records if record.type == "response"}
        for record in records:
            if record.type == "revisit":
                revisits += 1
                assert record.refers_to in originals
                assert record.payload == b"the same"
    assert revisits
