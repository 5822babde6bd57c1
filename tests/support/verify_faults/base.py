"""Where the cases of the fault table are registered, and what several of them need."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from support.verify_home import Home

Expected = set[tuple[str, str, int | None]]
FAULTS: dict[str, Callable[[Home], Expected]] = {}
ROOT = Path(__file__).parents[3]
ANY = -1
"""An offset that the case does not name."""

UUID = rb"<urn:uuid:[0-9a-f-]{36}>"


def fault(function: Callable[[Home], Expected]) -> Callable[[Home], Expected]:
    FAULTS[function.__name__] = function
    return function


LISTED: dict[str, Callable[[Home], Expected]] = {}


def listed(function: Callable[[Home], Expected]) -> Callable[[Home], Expected]:
    LISTED[function.__name__] = function
    return function


def flip(home: Home, name: str, record: int, place: Callable[[int, int], int]) -> tuple[int, int]:
    entry = home.entries(name)[record]
    data = bytearray(home.warc(name).read_bytes())
    data[place(entry["offset"], entry["length"])] ^= 0x04
    home.warc(name).write_bytes(data)
    return entry["offset"], entry["length"]


def block(home: Home, at: int, change: Callable[[bytes], bytes]) -> Expected:
    """Another block, with its right length and digest."""
    records = home.records(home.second)
    head, _, rest = records[at].partition(b"\r\n\r\n")
    block = change(rest[:-4])
    head = re.sub(rb"sha256:\w+", b"sha256:" + hashlib.sha256(block).hexdigest().encode(), head)
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(block), head)
    records[at] = head + b"\r\n\r\n" + block + b"\r\n\r\n"
    home.put(home.second, records)
    return {("block-malformed", home.second, home.offsets(home.second)[at])}


def not_modified(home: Home, head: bytes) -> None:
    at = home.find(home.second, "revisit", 0)
    records = home.records(home.second)
    record = records[at].replace(b"identical-payload-digest", b"server-not-modified")
    records[at] = record.replace(b"WARC-Truncated: length\r\n", b"")
    home.put(home.second, records)
    block(home, at, lambda _: head)
