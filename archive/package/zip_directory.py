"""Directory of a ZIP file, byte by byte: zipfile reads it leniently and trusts it.

Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_FIELD = struct.Struct("<2H")
_MAX_COMMENT = (1 << 16) - 1
_MAX_DIRECTORY_BYTES = 64 << 20
_FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
_FULL = (_FULL16, FULL32, FULL32)
_ZIP64_FIELD = 1


class ZipStructureError(Exception):
    """There is no directory that could be read."""

    def __init__(self, expected: str, found: str, offset: int | None = None) -> None:
        self.expected, self.found, self.offset = expected, found, offset
        super().__init__(found)


class Entry(NamedTuple):
    """What the directory says of a file; sizes and offset are those of ZIP64, where it has them."""

    made_by: int
    version: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    disk: int
    internal: int
    external: int
    offset: int
    name: bytes
    extra: bytes
    comment: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    start: int
    """Where it lies, behind the last file."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    """What else is wrong with it or its end."""


def read_directory(path: Path) -> Directory:
    """:raises ZipStructureError: there is none, or it is too large to be held."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        tail_start = max(0, size - _END.size - _MAX_COMMENT)
        file.seek(tail_start)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + _END.size:
            raise ZipStructureError("the directory at the end of a ZIP file", "none: is it cut?")
        _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(tail, at)
        position = tail_start + at
        faults = []
        if at + _END.size + comment != len(tail):
            faults.append(f"{len(tail) - at - _END.size} bytes of comment, not {comment}")
        if (disk, first_disk) != (0, 0) or here != count:
            faults.append("a directory that is spread over several disks")
        if FULL32 in {length, start} or count == _FULL16 or _has_locator(tail, at):
            position, count, length, start = _end64(file, position, (count, length, start))
        if length > _MAX_DIRECTORY_BYTES:
            wanted = f"a directory of at most {_MAX_DIRECTORY_BYTES} bytes"
            raise ZipStructureError(wanted, f"one of {length}", position)
        if start + length != position:
            found = f"byte {start} and {length} bytes, and its end at {position}"
            raise ZipStructureError("a directory where the ZIP file says", found, position)
        file.seek(start)
        entries = tuple(_entries(file.read(length), start))
    if len(entries) != count:
        faults.append(f"{len(entries)} entries in its directory, not {count}")
    if any(entry.disk for entry in entries):
        faults.append("files on other disks")
    return Directory(start, entries, tuple(faults))


def _has_locator(tail: bytes, at: int) -> bool:
    return at >= _LOCATOR.size and tail[at - _LOCATOR.size :].startswith(b"PK\x06\x07")


def _end64(file: BinaryIO, position: int, small: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The same in 64 bits: where it lies, how many files, bytes and first byte of the directory."""
    wanted = "the ZIP64 end of the directory"
    if position < _LOCATOR.size:
        raise ZipStructureError(wanted, "none", position)
    file.seek(position - _LOCATOR.size)
    mark, _, at, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if mark != b"PK\x06\x07" or at + _END64.size > position:
        raise ZipStructureError(wanted, "none", position)
    file.seek(at)
    mark, *_, count, length, start = _END64.unpack(file.read(_END64.size))
    if mark != b"PK\x06\x06":
        raise ZipStructureError(wanted, f"none at byte {at}", position)
    for less, full, limit in zip(small, (count, length, start), _FULL, strict=True):
        if less not in {limit, full}:
            raise ZipStructureError(f"{less} in 64 bits as well", str(full), at)
    return at, count, length, start


def _entries(data: bytes, start: int) -> Iterator[Entry]:
    """They must fill the directory: zipfile reads on past its end."""
    position = 0
    while position < len(data):
        where = start + position
        if len(data) < position + _ENTRY.size or not data.startswith(b"PK\x01\x02", position):
            raise ZipStructureError("an entry of the directory", "none", where)
        _, *values, name, extra, comment, disk, internal, external, offset = _ENTRY.unpack_from(
            data, position
        )
        position += _ENTRY.size
        texts = []
        for length in (name, extra, comment):
            texts.append(data[position : position + length])
            position += length
        if position > len(data):
            raise ZipStructureError("entries that end with the directory", "a longer one", where)
        *head, packed, size = values
        size, packed, offset = sizes64(texts[1], size, packed, offset)
        numbers = (*head, packed, size, disk, internal, external, offset)
        yield Entry._make((*numbers, *texts))


def sizes64(extra: bytes, *values: int) -> tuple[int, ...]:
    """The values (size, packed size, offset), those from a ZIP64 field that are too large."""
    full = b""
    while len(extra) >= _FIELD.size:
        kind, length = _FIELD.unpack_from(extra)
        if kind == _ZIP64_FIELD:
            full = extra[_FIELD.size :][:length]
        extra = extra[_FIELD.size + length :]
    found = []
    for value in values:
        if value == FULL32 and len(full) >= 8:  # noqa: PLR2004 - 64 bits
            value, full = int.from_bytes(full[:8], "little"), full[8:]  # noqa: PLW2901
        found.append(value)
    return tuple(found)
