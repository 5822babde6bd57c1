"""Re-extraction of an archive of article pages, against bare reading of the same pages on one core.

An archive of pages of the practice newspaper (request, response and metadata of each) is read into
an empty MongoDB, then once more, when every page is compared and nothing differs. Bare means:
`read_page` of the bodies, already in memory, in one process. All is CPU time of the processes that
read (this one and its children, not `mongod`), so that the ratio says what reading the archive,
checking, fingerprints, comparing with MongoDB and handing over between processes cost. Peaks are of
this process, in which the comparing is done: after a quarter of the pages and after all of them.

    python benchmarks/bench_reextract.py [--articles N] [--processes N]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from archive import Archive, CaptureEvent
from crawler.pages import read_page
from crawler.sites import BAODAKLAK
from khobao.maintenance.reextract.run import Options, reextract
from pipelines.mongodb.server import EmbeddedServer
from pipelines.mongodb.store import Store
from practice.world import World

SHARE = 0.05
GROUP = 50
BARE = 400


class Peaks:
    """Takes the progress; remembers what this process held after each chunk."""

    def __init__(self) -> None:
        self.held: list[tuple[int, int]] = []

    def read(self, records: int) -> None:
        lines = Path("/proc/self/status").read_text().splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        self.held.append((records, kib))

    def written(self, changes: int, total: int) -> None:
        """Writing is measured by `bench_store`."""


def fill(home: Path, articles: int) -> list[tuple[str, bytes]]:
    """An archive of that many pages; the first of them, in memory."""
    world = World(seed=7, articles=articles, template="mixed")
    bare: list[tuple[str, bytes]] = []
    events: list[CaptureEvent] = []
    with Archive(home, info={"software": "khobao/bench", "isPartOf": "bench"}) as archive:
        for number, article in enumerate(world.truth_articles()):
            url = article["url"]
            parts = urlsplit(url)
            page = world.respond("baodaklak.vn", parts.path, parts.query, fetch_number=number)
            if len(bare) < BARE:
                bare.append((url, page.body))
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            head += b"Content-Length: %d\r\n\r\n" % len(page.body)
            request = f"GET {parts.path} HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n".encode()
            events.append(
                CaptureEvent(
                    target_uri=url,
                    started_at=dt.datetime.now(dt.UTC),
                    request=request,
                    response=head + page.body,
                    metadata=(("outcome", "complete"),),
                )
            )
            if len(events) == GROUP:
                archive.append_batch(events)
                events = []
        archive.append_batch(events)
    return bare


def cpu_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def bare_rate(pages: list[tuple[str, bytes]]) -> float:
    now = dt.datetime.now(dt.UTC)
    started = time.process_time()
    for url, body in pages:
        read_page(
            url,
            body,
            declared_encoding="utf-8",
            captured_at=now,
            profile=BAODAKLAK,
            with_resources=False,
            with_features=False,
            with_teasers=False,
        )
    return len(pages) / (time.process_time() - started)


def run(home: Path, uri: str, processes: int) -> tuple[float, float, Peaks, int]:
    """Records a second by the clock, a second of CPU time, peaks, changes."""
    peaks = Peaks()
    started, used = time.perf_counter(), cpu_seconds()
    options = Options(cross_check_share=SHARE, processes=processes)
    result = asyncio.run(reextract(home, Store(uri), options, progress=peaks, show=lambda _: None))
    assert not result.summary.unreadable
    for child in multiprocessing.active_children():
        child.join()  # only then is its time counted
    seconds, cpu = time.perf_counter() - started, cpu_seconds() - used
    return result.summary.read / seconds, result.summary.read / cpu, peaks, result.written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=4000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        pages = fill(home, options.articles)
        bare = bare_rate(pages)
        server = EmbeddedServer(home)
        uri = server.start()
        try:
            first, _, _, written = run(home, uri, options.processes)
            again, per_core, peaks, nothing = run(home, uri, options.processes)
        finally:
            server.stop()
        assert written
        assert not nothing
        quarter = next(kib for records, kib in peaks.held if records * 4 >= options.articles)
        print(f"into an empty MongoDB: {first:.0f} articles/s with {options.processes} processes")
        print(
            f"nothing differs: {again:.0f} articles/s; {per_core:.0f} a second of CPU time"
            f" (bare read_page {bare:.0f}: ratio {per_core / bare:.2f})"
        )
        print(
            f"peak: {quarter // 1024} MiB after a quarter, {peaks.held[-1][1] // 1024} at the end"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
