"""Fixity: reading closed files again against bare SHA-256, and what the running hash costs.

`fixity run` reads manifests and log, hashes every master with its journal and notes each of them
durably; the bare side hashes the same bytes with ``hashlib.file_digest`` and notes nothing. Both
read from the page cache, so what is compared is work, not the disk. The writer's side compares the
SHA-256 of the compressed bytes, taken alone, with the CPU time of writing the same exchanges: the
running hash is part of every write, so its share of that time is its cost.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from archive import Archive, CaptureEvent
from archive.fixity.audit import Audit
from archive.home.layout import Layout
from archive.home.manifest import read_manifests
from benchmarks.bench_warc import GROUP, exchanges

FILES = 40
FILE_BYTES = 8 << 20
ROUNDS = 5
CHUNK = 1 << 20


def fill(home: Path) -> Layout:
    """A home with *FILES* closed files of *FILE_BYTES*, as the manifests list them."""
    events = exchanges()
    layout = Layout(home)
    with Archive(home, info={}, max_bytes=FILE_BYTES) as archive:
        number = 0
        while len(list(layout.warc.glob("*.warc.gz"))) < FILES:
            group = events[number : number + GROUP]
            archive.append_batch([_again(event) for event in group])
            number = (number + GROUP) % len(events)
    return layout


def _again(event: CaptureEvent) -> CaptureEvent:
    """Write the response, not a revisit of it, so that files grow."""
    return dataclasses.replace(event, may_revisit=False)


def audited(layout: Layout) -> float:
    started = time.perf_counter()
    result = Audit(layout).run()
    seconds = time.perf_counter() - started
    assert not result.lost
    assert result.verified == len(list(read_manifests(layout)))
    return seconds


def bare(paths: list[Path]) -> float:
    started = time.perf_counter()
    for path in paths:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    return time.perf_counter() - started


def share_of_writing() -> float:
    """CPU seconds of SHA-256 over what was written / CPU seconds of writing it."""
    events = exchanges()
    with tempfile.TemporaryDirectory() as directory:
        cpu = time.process_time()
        with Archive(Path(directory), info={}) as archive:
            for start in range(0, len(events), GROUP):
                archive.append_batch(events[start : start + GROUP])
        writing = time.process_time() - cpu
        data = [
            path.read_bytes()
            for path in sorted(Path(directory, "warc").iterdir())
            if path.name.endswith((".warc.gz", ".journal"))
        ]
    cpu = time.process_time()
    for content in data:
        digest = hashlib.sha256()
        for start in range(0, len(content), CHUNK):
            digest.update(content[start : start + CHUNK])
    return (time.process_time() - cpu) / writing


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        layout = fill(Path(directory))
        paths = [
            path
            for entry in read_manifests(layout)
            for path in (layout.warc / entry.warc_filename, layout.journal(entry.warc_filename))
        ]
        size = sum(path.stat().st_size for path in paths)
        bare(paths)  # into the page cache
        rounds = [(audited(layout), bare(paths)) for _ in range(ROUNDS)]
    ours, theirs = min(a for a, _ in rounds), min(b for _, b in rounds)
    print(
        f"fixity run {size / ours / 1e6:.0f} MB/s over {len(paths) // 2} files of"
        f" {size / len(paths) * 2 / 1e6:.1f} MB; bare SHA-256 {size / theirs / 1e6:.0f} MB/s:"
        f" ratio {theirs / ours:.2f}"
    )
    share = min(share_of_writing() for _ in range(ROUNDS))
    print(f"the running hash takes {100 * share:.1f} % of the CPU time of writing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
