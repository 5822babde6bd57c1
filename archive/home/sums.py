"""Checksums: SHA-256 of files, and of what is being written into them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.layout import open_regular

if TYPE_CHECKING:
    from archive.home.layout import Layout

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSums:
    """A WARC file and its journal: bytes, and SHA-256 in lower-case hexadecimal."""

    size: int
    sha256: str
    journal_size: int
    journal_sha256: str


class RunningSum:
    """Size and SHA-256 of a file that grows by appending."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0

    def update(self, data: bytes) -> None:
        self._sha256.update(data)
        self.size += len(data)

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def sha256_of(path: Path, limit: int | None = None) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of its first *limit* bytes, in bounded memory."""
    running = RunningSum()
    with open_regular(path) as file:
        if limit is None:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
        while running.size < limit and (data := file.read(min(_READ_BYTES, limit - running.size))):
            running.update(data)
    return running.size, running.hexdigest()


def sums_of(layout: Layout, warc_path: Path, warc_filename: str) -> FileSums:
    """Read both files anew. :raises FileNotFoundError: one of them is not there."""
    return FileSums(*sha256_of(warc_path), *sha256_of(layout.journal(warc_filename)))
