"""Real writers, killed with SIGKILL: nothing acknowledged is lost."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, CaptureEvent, iter_records, read_record, salvage
from archive.home.journal import read_journal
from archive.warc.digests import payload_digest

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

WRITER = """
import datetime as dt, os, pathlib, sys
from archive import Archive, CaptureEvent, GroupWriter
home, first = pathlib.Path(sys.argv[1]), int(sys.argv[2])
few = lambda fd, data: os.write(fd, data[:2000])     # more moments to die at
archive = Archive(home, info={}, max_bytes=3_000_000, write=few)
with GroupWriter(archive) as writer:
    for n in range(first, first + 100_000):
        body = os.urandom(n % 97 * 3000) if n % 3 else b"again and again" * 100
        futures = [
            writer.submit(
                CaptureEvent(
                    f"https://baodaklak.vn/{n}-{i}/", dt.datetime.now(dt.UTC),
                    b"GET / HTTP/1.1\\r\\n\\r\\n", b"HTTP/1.1 200 OK\\r\\n\\r\\n" + body,
                )
            )
            for i in range(3)
        ]
        for future in futures:
            ref = future.result()
            print(ref.warc_filename, ref.offset, ref.warc_record_id, flush=True)
"""


def crash(home: Path, first: int, *, after_lines: int, wait: float) -> list[tuple[str, int, str]]:
    """Run a writer, kill it with SIGKILL, return what it had acknowledged."""
    acknowledged = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), str(first)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):
                name, offset, record_id = line.split()
                acknowledged.append((name, int(offset), record_id))
            if len(acknowledged) == after_lines:
                threading.Event().wait(wait)
                process.send_signal(signal.SIGKILL)
    return acknowledged


@pytest.mark.slow
def test_sigkill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    pick = random.Random(11)
    acknowledged = []
    for run in range(10):
        acknowledged += crash(
            tmp_path, run * 1_000_000, after_lines=pick.randrange(1, 300), wait=pick.random() / 50
        )
    salvage(tmp_path)

    assert not list(tmp_path.rglob("*.open"))
    for name, offset, record_id in acknowledged:
        assert read_record(tmp_path, name, offset).record_id == record_id
    known = set()
    revisits = 0
    for path in sorted((tmp_path / "warc").glob("*.gz")):
        entries = list(read_journal(path.with_name(path.name + ".journal")))
        records = list(iter_records(path))
        assert [(e.offset, e.record_id) for e in entries] == [
            (offset, record.record_id) for offset, record in records
        ]
        for _, record in records:
            if record.type == "response":
                known.add(record.record_id)
            if record.type == "revisit":
                revisits += 1
                assert record.refers_to in known  # originals come first, and never dangle
                assert payload_digest(record.payload) == record.payload_digest
        index = path.parent.parent / "index" / path.name.replace(".warc.gz", ".cdxj")
        lines = index.read_text().splitlines()
        indexed = [json.loads(line.split(" ", 2)[2])["offset"] for line in lines]
        assert sorted(map(int, indexed)) == [e.offset for e in entries if e.urlkey]
    assert revisits > 20
