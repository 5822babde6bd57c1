from __future__ import annotations

import datetime as dt
import io
import itertools
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, CaptureEvent

WarcioRecord = tuple[str, list[tuple[str, str]], bytes]


@pytest.fixture
def instant() -> dt.datetime:
    return dt.datetime(2026, 3, 2, 7, 5, 0, 123456, tzinfo=dt.UTC)


@pytest.fixture
def make_event(instant: dt.datetime) -> Callable[..., CaptureEvent]:
    """An exchange; what does not matter to a test has a value already."""

    def make(
        response: Any = b"", url: str = "https://baodaklak.vn/", **changes: Any
    ) -> CaptureEvent:
        values: dict[str, Any] = {
            "target_uri": url,
            "started_at": instant,
            "request": b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
            "response": response,
            "ip_address": "127.0.0.1",
            "protocols": ("http/1.1",),
            "metadata": (("via", "https://baodaklak.vn/"),),
        }
        return CaptureEvent(**values | changes)

    return make


@pytest.fixture
def open_archive(tmp_path: Path, instant: dt.datetime) -> Iterator[Callable[..., Archive]]:
    """An archive on this test's home with ids, clock and host name that never change."""
    opened = []
    numbers = itertools.count(1)

    def open_it(**changes: Any) -> Archive:
        values: dict[str, Any] = {
            "info": {"operator": "luutru@example.vn"},
            "min_free_bytes": 0,
            "clock": lambda: instant,
            "new_id": lambda: uuid.UUID(int=next(numbers)),
            "hostname": "host",
        }
        archive = Archive(tmp_path, **values | changes)
        opened.append(archive)
        return archive

    yield open_it
    for archive in opened:
        archive.close()


def with_warcio(data: bytes) -> list[WarcioRecord]:
    """All records as warcio sees them: type, fields, block."""
    return [
        (record.rec_type, list(record.rec_headers.headers), record.raw_stream.read())
        for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]


@pytest.fixture
def read_with_warcio() -> Callable[[Path], list[WarcioRecord]]:
    return lambda path: with_warcio(path.read_bytes())
