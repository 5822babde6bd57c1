"""Payloads through pywb against the same records read by ``archive.read_record``; start-up time.

A home with 6 000 captures of article pages (20 to 90 KB, a third of them revisits of equal payload)
in three files. Each payload is asked for once, in random order, over one kept connection, by a
client that does nothing with it. pywb runs as ``khobao archive replay`` starts it.

What is not measured: pages as a browser shows them (pywb rewrites those, this asks for them
unchanged), several readers at once, cold disks, the installation of pywb.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from archive import Archive, CaptureEvent, read_record
from archive.replay import PywbEnvironment, Replay, StartPage, open_listener
from practice.world import World

CAPTURES = 6_000
FILES = 3
ASKED = 1_000
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def fill(home: Path, captures: int, files: int) -> None:
    world = World(seed=7, articles=400)
    bodies = [
        world.respond("baodaklak.vn", parts.path, parts.query, fetch_number=number).body
        for number, parts in enumerate(urlsplit(a["url"]) for a in world.truth_articles())
    ]
    for part in range(files):
        with Archive(home, info={}, fsync=lambda _: None) as archive:
            numbers = range(part * captures // files, (part + 1) * captures // files)
            for start in range(numbers.start, numbers.stop, 100):
                archive.append_batch(
                    [event(n, bodies) for n in range(start, min(start + 100, numbers.stop))]
                )


def event(number: int, bodies: list[bytes]) -> CaptureEvent:
    original = number - 901 if number % 3 == 0 and number > 900 else number
    body = bodies[original % len(bodies)] + b"<!-- %d -->" % original
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    return CaptureEvent(
        f"https://baodaklak.vn/thoi-su/202603/bai-{number}/",
        START + dt.timedelta(seconds=number),
        b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
        head + body,
    )


def index_lines(home: Path) -> list[tuple[str, dict[str, str]]]:
    lines = []
    for path in home.glob("index/*.cdxj"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _, timestamp, values = line.split(" ", 2)
            lines.append((timestamp, json.loads(values)))
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=CAPTURES)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--asked", type=int, default=ASKED)
    options = parser.parse_args()
    environment = PywbEnvironment()
    environment.ensure()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        fill(home, options.captures, options.files)
        lines = index_lines(home)
        random.Random(1).shuffle(lines)
        asked = lines[: options.asked]

        started = time.perf_counter()
        payloads = [
            read_record(home, fields["filename"], int(fields["offset"])).payload
            for _, fields in asked
        ]
        reading = len(asked) / (time.perf_counter() - started)

        started = time.perf_counter()
        with Replay(home, environment, open_listener("127.0.0.1", 0), StartPage()) as replay:
            start_up = time.perf_counter() - started
            connection = http.client.HTTPConnection(urlsplit(replay.address).netloc)
            latencies = []
            for (timestamp, fields), payload in zip(asked, payloads, strict=True):
                began = time.perf_counter()
                connection.request("GET", f"/khobao/{timestamp}id_/{fields['url']}")
                body = connection.getresponse().read()
                latencies.append(time.perf_counter() - began)
                assert body == payload
            connection.close()
    revisits = sum(fields["mime"] == "warc/revisit" for _, fields in asked)
    size = sum(map(len, payloads)) / len(payloads) / 1000
    through = len(asked) / sum(latencies)
    cuts = statistics.quantiles(latencies, n=100)
    print(
        f"{through:.0f} payloads a second through pywb, {reading:.0f} by read_record: ratio"
        f" {through / reading:.2f} ({size:.0f} KB each, {revisits / len(asked):.0%} revisits,"
        f" {len(lines)} captures in {options.files} files); latency"
        f" {cuts[49] * 1000:.1f} ms median, {cuts[98] * 1000:.1f} ms for 99 of 100; ready"
        f" {start_up:.1f} s after its start"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
