"""Look-up by URL and time, in the CDXJ of closed files and the journals of the others."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from archive.home.cdxj import timestamp, urlkey
from archive.home.journal import read_indexed
from archive.home.layout import Layout, open_regular

_SCAN_BYTES = 4096


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One capture of a URL."""

    urlkey: str
    timestamp: str
    """UTC, 14 digits."""

    url: str
    warc_filename: str
    offset: int
    length: int
    status: str | None
    mime: str | None
    """``warc/revisit`` for a revisit record."""

    payload_digest: str | None

    @property
    def captured_at(self) -> dt.datetime:
        return dt.datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


def captures(home: Path, url: str) -> list[IndexEntry]:
    """All captures of *url*, oldest first."""
    layout = Layout(home)
    key = urlkey(url)
    found: list[IndexEntry] = []
    for name, journal in layout.journals():
        cdxj = layout.cdxj(name)
        try:
            found += _in_cdxj(cdxj, key)
        except FileNotFoundError:
            found += _in_journal(journal, name, key)
    return sorted(found, key=lambda e: (e.timestamp, e.warc_filename, e.offset))


def find(home: Path, url: str, at: dt.datetime | None = None) -> IndexEntry | None:
    """The capture of *url* nearest to *at*, or the last one."""
    found = captures(home, url)
    if not found:
        return None
    if at is None:
        return found[-1]
    return min(found, key=lambda entry: abs(entry.captured_at - at))


def _in_journal(path: Path, name: str, key: str) -> Iterator[IndexEntry]:
    for entry in read_indexed(path):
        if entry.urlkey == key and entry.target_uri is not None:
            yield IndexEntry(
                key,
                timestamp(entry.date),
                entry.target_uri,
                name,
                entry.offset,
                entry.length,
                entry.status,
                entry.mime,
                entry.payload_digest,
            )


def _in_cdxj(path: Path, key: str) -> Iterator[IndexEntry]:
    """Binary search: the lines are sorted by their bytes."""
    wanted = key.encode() + b" "
    with BufferedReader(open_regular(path)) as file:
        low, high = 0, path.stat().st_size  # no line of the key begins before low
        while high - low > _SCAN_BYTES:
            middle = (low + high) // 2
            file.seek(middle)
            file.readline()  # the rest of a line that begins before
            line = file.readline()
            if line and line < wanted:
                low = file.tell()
            else:
                high = middle
        file.seek(low)
        for line in file:
            if line.startswith(wanted):
                yield _from_line(line)
            elif line > wanted:
                return


def _from_line(line: bytes) -> IndexEntry:
    key, stamp, values = line.decode().split(" ", 2)
    fields = json.loads(values)
    return IndexEntry(
        key,
        stamp,
        fields["url"],
        fields["filename"],
        int(fields["offset"]),
        int(fields["length"]),
        fields.get("status"),
        fields.get("mime"),
        fields.get("digest"),
    )
