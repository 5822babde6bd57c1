"""What tests of fixity share."""

from __future__ import annotations

from pathlib import Path

from archive.fixity.history import History
from archive.home.layout import Layout

FILES = 4


def files(layout: Layout) -> list[Path]:
    return sorted(layout.warc.glob("*.warc.gz"))


def contents(directory: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in directory.iterdir() if "rotten" not in p.name}


def flip(path: Path, at: int = 100) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def actions(layout: Layout) -> list[tuple[str, str, str]]:
    return [(event.file, event.side, event.action) for event in History(layout).events()]
