"""Records of a WARC file by their place, whether each is a gzip member of its own or plain bytes.

Which of the two a file is, its name says: ``….warc.gz`` or ``….warc``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.warc.members import MemberWalk, inflate
from archive.warc.plain import PlainWalk, read_plain

_GZIP = b"\x1f\x8b\x08"
_RECORD = b"WARC/"
_BEHIND_BLOCK = b"\r\n\r\nWARC/"
_READ_BYTES = 1 << 20
_PROBE_BYTES = 512
_HEADER_BYTES = 4096


def is_plain(name: str) -> bool:
    """Whether a file of this name has uncompressed records."""
    for suffix in (".open", ".importing"):
        name = name.removesuffix(suffix)
    return name.endswith(".warc")


def walk_records(path: Path, file: BinaryIO, *, start: int = 0) -> MemberWalk | PlainWalk:
    """Walk *file*, which is that of *path*, from a place where a record begins."""
    return (PlainWalk if is_plain(path.name) else MemberWalk)(file, start=start)


def read_at(path: Path, file: BinaryIO, offset: int) -> Iterator[bytes]:
    """The uncompressed pieces of the record at *offset*.

    :raises MemberError: no whole record begins there.
    """
    return (read_plain if is_plain(path.name) else inflate)(file, offset)


def header_fault(file: BinaryIO, offset: int) -> str | None:
    """What readers that go by zlib find wrong with the header of the gzip member at *offset*; isal
    passes over reserved flags and the header's own checksum.
    """
    file.seek(offset)
    try:
        zlib.decompressobj(31).decompress(file.read(_HEADER_BYTES), 1)
    except zlib.error as exc:
        return str(exc)
    return None


def next_record(file: BinaryIO, start: int, *, plain: bool) -> int | None:
    """Where, at *start* or behind it, a record seems to begin: the way on behind damage."""
    wanted = _BEHIND_BLOCK if plain else _GZIP
    file.seek(start)
    buffer, base = b"", start
    while data := file.read(_READ_BYTES):
        buffer += data
        at = buffer.find(wanted)
        while at >= 0:
            if plain:
                return base + at + len(wanted) - len(_RECORD)
            if at + _PROBE_BYTES > len(buffer):
                buffer += file.read(_PROBE_BYTES)
            if _begins_record(buffer[at : at + _PROBE_BYTES]):
                return base + at
            at = buffer.find(wanted, at + 1)
        kept = buffer[-len(wanted) :]
        base += len(buffer) - len(kept)
        buffer = kept
    return None


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(_RECORD)) == _RECORD
    except zlib.error:
        return False
