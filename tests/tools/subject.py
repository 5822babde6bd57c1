"""The archive that the tools are asked about: two crawls of a newspaper whose server keeps to no
standard, so that there are revisits of both kinds, framing of all kinds, and heads of no kind.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from practice.client import PracticeProcess
from practice.faults import odd

KHOBAO = Path(sys.executable).parent / "khobao"

ARTICLES = 60
FAULTS = (
    *(fault.name for fault in odd.FAULTS),
    *("chunked", "chunked-gzip", "early-hints", "empty-body", "gzip", "http10-close"),
    *("304-other-version", "304-unasked", "odd-headers", "reset", "truncated"),
)

_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d ")
_CHUNKED = re.compile(rb"\ntransfer-encoding\s*:\s*chunked", re.IGNORECASE)
_LONG_LINE = 1 << 14


@dataclass(frozen=True)
class Subject:
    """Files, and what is in them by a reader that takes no record apart."""

    warcs: list[Path]
    index: list[Path]
    wacz: Path
    bag: Path
    kinds: dict[str, str]
    """Record id → the word for what is special about it, as the table says it."""

    @property
    def records(self) -> int:
        return len(self.kinds)


def make_subject(folder: Path) -> Subject:
    home = folder / "home"
    options = ("--articles", str(ARTICLES), "--seed", "7", "--fault-share", "0.6")
    with PracticeProcess(*options, "--faults", ",".join(FAULTS)) as site:
        rules = [word for rule in site.resolve for word in ("--resolve", rule)]
        for _ in range(2):
            command = ("crawl", "sections", "--full", "--delay", "0", *rules)
            _khobao(home, *command, "--ca-file", str(site.ca_file), codes=(0, 1))
    _khobao(home, "db", "stop")
    wacz, bag = folder / "package.wacz", folder / "bag"
    _khobao(home, "archive", "export", "--format", "wacz", "--output", str(wacz))
    _khobao(home, "archive", "export", "--format", "bag", "--output", str(bag))
    warcs = sorted((home / "warc").glob("*.warc.gz"))
    index = sorted((home / "index").glob("*.cdxj"))
    return Subject(warcs, index, wacz, bag, dict(kinds_of(warcs)))


def _khobao(home: Path, *words: str, codes: Iterable[int] = (0,)) -> dict[str, Any]:
    command = [str(KHOBAO), "--home", str(home), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}: {done.stderr[-1000:]}")
    answer: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return answer


def kinds_of(warcs: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in warcs:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                name = record.rec_headers.get_header("WARC-Record-ID")
                yield name, _kind(record.rec_type, record.raw_stream.read())


def _kind(record_type: str, block: bytes) -> str:
    if record_type != "response":
        return f"{record_type}s"
    head = re.split(rb"\r?\n\r?\n", block, maxsplit=1)[0]
    if _INTERIM.match(block):
        return "with interim heads"
    if b"\r" not in head:
        return "with bare line feeds"
    if _CHUNKED.search(head):
        return "chunked"
    if any(len(line) > _LONG_LINE for line in head.split(b"\n")):
        return "with lines of 20 kB and more"
    return "others"
