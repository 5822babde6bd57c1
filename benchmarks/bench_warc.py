"""Writing WARC: our archive against warcio's own writer, the same exchanges, in one run.

Both write response, request and metadata records of article pages (practice newspaper, template A),
one gzip member each. Ours also hashes what revisits need, keeps journal, dedupe index and CDXJ, and
flushes to disk after every group; warcio does none of that. What is not measured: the network and
the tee. ``--levels`` prints the compressor's levels, as quoted in docs/adr/0002.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from archive import Archive, CaptureEvent, iter_records
from practice.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGES = 1000
GROUP = 16
ROUNDS = 3
METADATA = (
    ("via", "https://baodaklak.vn/"),
    ("hopsFromSeed", "L"),
    ("fetchTimeMs", "12"),
    ("spider", "sections"),
    ("runId", "20260302-070500-sections"),
)


def exchanges() -> list[CaptureEvent]:
    """Pages that all differ, so that none becomes a revisit."""
    world = World(seed=7, articles=PAGES, template="a")
    events = []
    for number, article in enumerate(world.truth_articles()):
        parts = urlsplit(article["url"])
        page = world.respond("baodaklak.vn", parts.path, parts.query, fetch_number=number)
        body = page.body + b"<!-- %d -->" % number
        head = (
            b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 02 Mar 2026 00:05:00 GMT\r\n"
            b"Content-Type: text/html; charset=utf-8\r\nConnection: keep-alive\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        request = (
            f"GET {parts.path} HTTP/1.1\r\nHost: baodaklak.vn\r\nAccept-Encoding: gzip\r\n"
            "User-Agent: khobao/0.1 (+mailto:luutru@example.vn)\r\n\r\n"
        )
        events.append(
            CaptureEvent(
                article["url"],
                dt.datetime.now(dt.UTC),
                request.encode(),
                head + body,
                "127.0.0.1",
                ("http/1.1", "tls/1.3"),
                "TLS_AES_256_GCM_SHA384",
                metadata=METADATA,
            )
        )
    return events


def wire_bytes(events: list[CaptureEvent]) -> int:
    return sum(len(event.request) + len(event.response) for event in events)


class Cost(NamedTuple):
    seconds: float
    cpu_seconds: float
    size: int = 0


@contextlib.contextmanager
def measured(results: list[tuple[float, float]]) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    results.append((time.perf_counter() - wall, time.process_time() - cpu))


def with_khobao(events: list[CaptureEvent], *, level: int = 2) -> Cost:
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as directory:
        with measured(times), Archive(Path(directory), info={}, level=level) as archive:
            for start in range(0, len(events), GROUP):
                archive.append_batch(events[start : start + GROUP])
            assert archive.stats().records["response"] == len(events)
        (path,) = Path(directory, "warc").glob("*.gz")
        with path.open("rb") as file:
            assert sum(1 for _ in ArchiveIterator(file)) == 3 * len(events) + 1
        return Cost(*times[0], path.stat().st_size)


def with_warcio(events: list[CaptureEvent]) -> Cost:
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "warcio.warc.gz")
        with measured(times), path.open("wb") as file:
            writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
            writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
            for event in events:
                assert isinstance(event.request, bytes)
                assert isinstance(event.response, bytes)
                metadata = "".join(f"{name}: {value}\r\n" for name, value in event.metadata)
                response = writer.create_warc_record(
                    event.target_uri,
                    "response",
                    payload=io.BytesIO(event.response),
                    length=len(event.response),
                )
                request = writer.create_warc_record(
                    event.target_uri,
                    "request",
                    payload=io.BytesIO(event.request),
                    length=len(event.request),
                )
                writer.write_request_response_pair(request, response)
                writer.write_record(
                    writer.create_warc_record(
                        event.target_uri,
                        "metadata",
                        payload=io.BytesIO(metadata.encode()),
                        length=len(metadata),
                        warc_content_type="application/warc-fields",
                    )
                )
        return Cost(*times[0], path.stat().st_size)


def reading(events: list[CaptureEvent]) -> tuple[Cost, Cost]:
    """Walk the file and read every block: ours, warcio's."""
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as directory:
        with Archive(Path(directory), info={}) as archive:
            archive.append_batch(events)
        (path,) = Path(directory, "warc").glob("*.gz")
        with measured(times):
            ours = sum(len(record.raw_block()) for _, record in iter_records(path))
        with measured(times), path.open("rb") as file:
            theirs = sum(
                len(record.raw_stream.read())
                for record in ArchiveIterator(file, no_record_parse=True)
            )
        assert ours == theirs
    return Cost(*times[0]), Cost(*times[1])


def best(costs: Iterable[Cost]) -> Cost:
    return Cost(*map(min, zip(*costs, strict=True)))


def levels(events: list[CaptureEvent]) -> None:
    raw = wire_bytes(events)
    for level in range(4):
        cost = best(with_khobao(events, level=level) for _ in range(ROUNDS))
        rate = raw / cost.cpu_seconds / 1e6
        print(f"isal level {level}: {rate:.0f} MB per CPU second, ratio {cost.size / raw:.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", action="store_true")
    events = exchanges()
    raw = wire_bytes(events)
    if parser.parse_args().levels:
        levels(events)
    ours = best(with_khobao(events) for _ in range(ROUNDS))
    theirs = best(with_warcio(events) for _ in range(ROUNDS))
    print(
        f"writing {raw / ours.seconds / 1e6:.0f} MB/s, durable"
        f" ({len(events) / ours.seconds:.0f} exchanges/s of {raw / len(events) / 1000:.0f} KB);"
        f" warcio {raw / theirs.seconds / 1e6:.0f} MB/s, not flushed:"
        f" ratio {theirs.seconds / ours.seconds:.1f},"
        f" of CPU time {theirs.cpu_seconds / ours.cpu_seconds:.1f},"
        f" of sizes {ours.size / theirs.size:.2f}"
    )
    walks = [reading(events) for _ in range(ROUNDS)]
    read, their_read = best(walk[0] for walk in walks), best(walk[1] for walk in walks)
    print(
        f"reading {raw / read.seconds / 1e6:.0f} MB/s;"
        f" warcio {raw / their_read.seconds / 1e6:.0f} MB/s:"
        f" ratio {their_read.seconds / read.seconds:.1f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
