"""Verifying: our verifier against `warcio check` and against bare gunzip and SHA-256, in one run.

The same files: 1 000 article pages with request and metadata records, then 300 pictures of 150 KB,
which do not compress. Ours checks what `warcio check` checks and much more: every field, the
journal, the index, the manifest, both digests and the body's third one. Bare means: inflate every
member with isal and hash what comes out once, the least that any verifier must do; bound means: all
digests that our format has, and nothing else of Python than a loop. What is not measured: reading
from a cold disk, more than one core, and the comparison with MongoDB.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import io
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from isal import igzip_lib
from warcio.checker import Checker

from archive import Archive, CaptureEvent
from archive.verify import Catalog, plan_home, verify_targets
from benchmarks.bench_warc import GROUP, exchanges

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
PICTURE_BYTES = 150_000
SMALL_BYTES = 4096


def pictures(pages: list[CaptureEvent]) -> list[CaptureEvent]:
    dice = random.Random(7)
    events = []
    for number, page in enumerate(pages):
        body = dice.randbytes(PICTURE_BYTES)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
        uri = f"https://baodaklak.vn/file/{number}/anh-{number}.jpg"
        events.append(
            dataclasses.replace(
                page,
                target_uri=uri,
                response=head % len(body) + body,
                started_at=dt.datetime.now(dt.UTC),
            )
        )
    return events


def write(home: Path, events: list[CaptureEvent]) -> Path:
    with Archive(home, info={"software": "khobao/bench"}) as archive:
        for start in range(0, len(events), GROUP):
            archive.append_batch(events[start : start + GROUP])
    (path,) = (home / "warc").glob("*.gz")
    return path


def ours(home: Path) -> int:
    with Catalog() as catalog:
        (report,) = verify_targets(plan_home(home), catalog, jobs=1)
    assert not report.findings, report.findings
    return report.raw_bytes


def with_warcio(path: Path) -> int:
    class Arguments:
        inputs = (str(path),)
        verbose = False

    with contextlib.redirect_stdout(io.StringIO()):
        Checker(Arguments()).process_all()
    return 0


def bare(path: Path) -> int:
    data = memoryview(path.read_bytes())
    total = 0
    while data:
        inflate = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        at, block = 0, hashlib.sha256()
        while not inflate.eof:
            piece = inflate.decompress(data[at : at + (64 << 10)])
            at = min(at + (64 << 10), len(data))
            block.update(piece)
            total += len(piece)
        data = data[at - len(inflate.unused_data) :]
    return total


def bound(path: Path) -> int:
    """SHA-256 of the file and of each block, SHA-256 and SHA-1 of each body."""
    data = path.read_bytes()
    hashlib.sha256(data)
    view, total = memoryview(data), 0
    with path.with_name(f"{path.name}.journal").open("rb") as lines:
        places = [(line["offset"], line["length"]) for line in map(json.loads, lines)]
    for offset, length in places:
        inflate = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        record = memoryview(inflate.decompress(view[offset : offset + length]))
        hashlib.sha256(record)
        if len(record) > SMALL_BYTES:  # requests and metadata have no body
            hashlib.sha256(record)
            hashlib.sha1(record, usedforsecurity=False)
        total += len(record)
    return total


def best(work: Callable[[], int]) -> float:
    """CPU seconds of the quickest of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def measure(name: str, events: list[CaptureEvent]) -> str:
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        path = write(home, events)
        raw = ours(home)
        assert raw == bare(path)
        speeds = {
            "ours": raw / best(lambda: ours(home)) / 1e6,
            "warcio check": raw / best(lambda: with_warcio(path)) / 1e6,
            "bare gunzip and SHA-256": raw / best(lambda: bare(path)) / 1e6,
            "bound, gunzip and all digests": raw / best(lambda: bound(path)) / 1e6,
        }
    mine = speeds["ours"]
    load = os.getloadavg()[0]
    lines = [f"{name}: {raw / 1e6:.0f} MB in {len(events) * 3 + 1} records, load {load:.1f}"]
    lines += [
        f"  {who}: {speed:.0f} MB/s a core"
        + ("" if who == "ours" else f", ratio of ours to it {mine / speed:.2f}")
        for who, speed in speeds.items()
    ]
    return "\n".join(lines)


def main() -> int:
    pages = exchanges()
    print(measure("article pages", pages))
    print(measure("pictures", pictures(pages[:300])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
