"""Opening a home of twenty years: what a command takes that needs only a little of it.

A home of 10 000 closed files of three exchanges each, one or two a day, with journals, indexes,
manifests and a log of two readings each, is written by the archive itself under a clock of its own.
Then, the best of three rounds each: opening the archive as a crawl does, closing one file more, the
look-ups behind ``archive show`` of an address and of a record id, the facts of ``status`` and
``fixity status``, and planning a ``verify``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive, CaptureEvent, find, read_record
from archive.fixity.history import Event
from archive.fixity.overview import overview
from archive.home.find_record import find_by_record_id
from archive.home.layout import Layout
from archive.home.manifest import listed_entries
from archive.verify import plan_home
from khobao.cli.status import archive_facts

if TYPE_CHECKING:
    from collections.abc import Callable

START = dt.datetime(2006, 1, 1, tzinfo=dt.UTC)
YEARS = 20
EXCHANGES = 3
ROUNDS = 3


class _Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=1)
        return self.now


def _no_flush(_fd: int) -> None:
    pass


def _event(number: int, now: dt.datetime) -> CaptureEvent:
    body = b"<html>bai %d</html>" % number * 20
    head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "%d"\r\nContent-Length: %d\r\n\r\n'
    return CaptureEvent(
        f"https://baodaklak.vn/bai/{number % 50_000}/",
        now,
        b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
        head % (number, len(body)) + body,
        "127.0.0.1",
        metadata=(("via", "https://baodaklak.vn/"),),
    )


def write_old_home(home: Path, files: int) -> Layout:
    """A home of *files* closed files over twenty years; nothing is flushed to the disk."""
    clock = _Clock()
    step = dt.timedelta(days=365.25 * YEARS) / files
    with Archive(
        home,
        info={"isPartOf": "run"},
        min_free_bytes=0,
        max_age=dt.timedelta(seconds=1),
        clock=clock,
        fsync=_no_flush,
    ) as archive:
        for number in range(files):
            first = number * EXCHANGES
            clock.now = START + number * step
            archive.append_batch([_event(first + each, clock.now) for each in range(EXCHANGES)])
    layout = Layout(home)
    _write_log(layout)
    return layout


def _write_log(layout: Layout) -> None:
    """Two readings of each file, as ``fixity run`` notes them."""
    with (layout.fixity / "log.jsonl").open("wb") as file:
        for days in (400, 800):
            for entry in listed_entries(layout).values():
                at = dt.datetime.fromisoformat(entry.closed_at) + dt.timedelta(days=days)
                event = Event(at, entry.warc_filename, "master", "verified", entry.sha256)
                file.write(event.to_line())


def open_archive(home: Path) -> None:
    Archive(home, info={}, min_free_bytes=0).close()


def close_one_more(home: Path) -> None:
    """What opening takes is part of it."""
    now = dt.datetime.now(dt.UTC)
    with Archive(home, info={}, min_free_bytes=0) as archive:
        archive.append_batch([_event(int(now.timestamp() * 1e6), now)])


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="keep the home here, and use it again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = given.home or Path(directory)
        layout = Layout(home)
        started = time.perf_counter()
        if not layout.fixity.is_dir():
            write_old_home(home, given.files)
        took = time.perf_counter() - started
        files, load = len(layout.closed_files()), os.getloadavg()[0]
        print(f"{files} files, written in {took:.0f} s; load {load:.1f}")
        url = "https://baodaklak.vn/bai/7/"
        entry = find(home, url)
        assert entry is not None
        record_id = read_record(home, entry.warc_filename, entry.offset).record_id
        bare = record_id.removeprefix("<urn:uuid:").rstrip(">")
        assert len(list(find_by_record_id(home, bare))) == 1
        for name, work in (
            ("open the archive", lambda: open_archive(home)),
            ("open it, write one exchange, close", lambda: close_one_more(home)),
            ("find an address", lambda: find(home, url)),
            ("find a record id", lambda: list(find_by_record_id(home, bare))),
            ("facts of status", lambda: archive_facts(home)),
            ("fixity status", lambda: overview(layout)),
            ("plan a verify", lambda: plan_home(home)),
        ):
            print(f"  {name}: {best(work):.2f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
