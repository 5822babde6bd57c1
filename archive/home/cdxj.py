"""The CDXJ index: written when a file is closed, line for line what cdxj-indexer would write."""

from __future__ import annotations

import heapq
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from surt import surt

from archive.home.journal import JournalEntry, read_indexed
from archive.home.layout import create_file

#: cdxj-indexer's choice; its metadata records of type application/warc-fields it leaves out.
INDEXED_TYPES = frozenset({"response", "revisit", "resource"})

#: Lower-case host that is no number and has no ``www``; path without escapes, dots, empty or
#: upper-case parts; no port, query or fragment.
_PLAIN_URL = re.compile(
    r"https?://(?!www)([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})((?:/[a-z0-9_-]+)*/?)"
)
_NOT_DIGIT = re.compile(r"\D")
_LINES_IN_MEMORY = 20_000


def urlkey(url: str) -> str:
    """SURT form of *url*: what the lines are sorted and looked up by.

    The surt package is exact and slow (some 45 µs). For addresses so plain that it would change
    nothing but their order, and most of this newspaper's are, the key is made here.
    """
    if match := _PLAIN_URL.fullmatch(url):
        host = ",".join(reversed(match[1].split(".")))
        return f"{host}){match[2].rstrip('/') or '/'}"
    try:
        return str(surt(url))
    except Exception:  # noqa: BLE001 - surt raises whatever its parsing trips over
        return url


def timestamp(date: str) -> str:
    """``2026-03-02T07:05:00.123456Z`` → ``20260302070500``."""
    return _NOT_DIGIT.sub("", date[:19])


def cdxj_line(entry: JournalEntry, warc_filename: str) -> str:
    """The line of an indexed record: key, 14 digits, JSON in cdxj-indexer's order and spelling."""
    values = {
        "url": entry.target_uri,
        "mime": entry.mime,
        "status": entry.status,
        "digest": entry.payload_digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": warc_filename,
    }
    present = {name: value for name, value in values.items() if value is not None}
    return f"{entry.urlkey} {timestamp(entry.date)} {json.dumps(present)}\n"


def write_cdxj(
    journal: Path, warc_filename: str, target: Path, *, fsync: Callable[[int], None] = os.fsync
) -> None:
    """Index one file from its journal, sorted by bytes, in bounded memory; replaces atomically."""
    partial = target.with_name(target.name + ".partial")
    with create_file(partial) as file:
        file.writelines(sorted_cdxj(journal, warc_filename, partial.parent))
        file.flush()
        fsync(file.fileno())
    partial.rename(target)


def sorted_cdxj(journal: Path, warc_filename: str, scratch: Path) -> Iterable[bytes]:
    """The lines of one file's index in order.

    :param scratch: a directory for what does not fit into memory.
    """
    lines = (cdxj_line(entry, warc_filename).encode() for entry in read_indexed(journal))
    return sort_lines(lines, scratch)


def sort_lines(lines: Iterator[bytes], directory: Path) -> Iterable[bytes]:
    """Sort in runs that lie in temporary files, so that a file of any size can be indexed."""
    runs: list[BinaryIO] = []
    while run := sorted(islice(lines, _LINES_IN_MEMORY)):
        if not runs and len(run) < _LINES_IN_MEMORY:
            return run
        with tempfile.TemporaryFile(dir=directory) as file:
            file.writelines(run)
            runs.append(os.fdopen(os.dup(file.fileno()), "rb"))
        runs[-1].seek(0)
    return _merged(runs)


def _merged(runs: list[BinaryIO]) -> Iterator[bytes]:
    try:
        yield from heapq.merge(*runs)
    finally:
        for run in runs:
            run.close()
