"""The archive as somebody else's tool sees it: warcio, and nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass
class Exchange:
    """Both blocks of one exchange; a revisit's body is taken from the record it refers to."""

    target_uri: str
    record_id: str = ""
    request: bytes = b""
    response: bytes = b""
    truncated: str | None = None
    refers_to: str | None = None
    profile: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


def read_exchanges(warcs: list[Path]) -> list[Exchange]:
    """One for each group of concurrent records, whatever records it has."""
    originals: dict[str, bytes] = {}
    groups: dict[str, Exchange] = {}
    group_of: dict[str, str] = {}
    for kind, headers, block in _records(warcs):
        if kind in {"warcinfo", "resource"}:
            continue
        record_id = headers["WARC-Record-ID"]
        related = headers.get("WARC-Concurrent-To")
        key = group_of.get(related or "", group_of.get(record_id, record_id))
        for name in (record_id, related):
            if name:
                group_of[name] = key
        exchange = groups.setdefault(key, Exchange(headers["WARC-Target-URI"]))
        if kind == "request":
            exchange.request = block
        elif kind == "response":
            originals[record_id] = exchange.response = block
            exchange.record_id = record_id
            exchange.truncated = headers.get("WARC-Truncated")
        elif kind == "revisit":
            original = originals[headers["WARC-Refers-To"]]
            exchange.record_id = record_id
            not_modified = headers["WARC-Profile"].endswith("/server-not-modified")
            body = b"" if not_modified else _HEAD_END.split(original, maxsplit=1)[1]
            exchange.response = block + body
            exchange.refers_to = headers["WARC-Refers-To"]
            exchange.profile = headers["WARC-Profile"].rpartition("/")[2]
        elif kind == "metadata":
            lines = block.decode().strip().splitlines()
            exchange.fields = dict(line.split(": ", 1) for line in lines)
    return list(groups.values())


def _records(warcs: list[Path]) -> Iterator[tuple[str, dict[str, str], bytes]]:
    for path in warcs:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                headers = dict(record.rec_headers.headers)
                yield record.rec_type, headers, record.raw_stream.read()
