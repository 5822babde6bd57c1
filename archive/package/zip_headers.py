"""Headers before the files of a ZIP file, against its directory: they say the same twice.

Some readers go by one, some by the other. Where the two differ, two readers see two packages.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from archive.package.zip_directory import sizes64

if TYPE_CHECKING:
    from archive.package.zip_directory import Directory, Entry

_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR_FLAG = 0x8
_MAX_DESCRIPTOR_BYTES = 24

Contradicts = Callable[["Entry", str, str], None]
"""Gets an entry, what was expected, and what was found."""


def check_headers(file: BinaryIO, directory: Directory, contradicts: Contradicts) -> set[int]:
    """Compare every file's header with its entry.

    :returns: where the headers lie of files that have bytes in common.
    """
    overlapping: set[int] = set()
    ends: list[tuple[int, int]] = [(0, 0)]
    before: Entry | None = None
    for entry in sorted(directory.entries, key=lambda entry: entry.offset):
        end = ends[-1][1]
        if entry.offset < end:
            overlapping |= {entry.offset, ends[-1][0]}
        elif entry.offset > end + _descriptor_bytes(before):
            expected = f"the header of this file at byte {end}"
            found = f"{entry.offset - end} bytes before it that belong to none"
            contradicts(entry, expected, found)
        length = _check_header(file, entry, contradicts)
        ends.append((entry.offset, max(end, entry.offset + length + entry.packed)))
        before = entry
    last, end = ends[-1]
    if before is not None and end > directory.start:
        overlapping.add(last)
    elif before is not None and directory.start > end + _descriptor_bytes(before):
        found = f"{directory.start - end} bytes before it that belong to no file"
        contradicts(before, f"the directory at byte {end}, after this file", found)
    return overlapping


def _descriptor_bytes(entry: Entry | None) -> int:
    """How much may stand behind a file whose size was not known when its header was written."""
    has_descriptor = entry is not None and entry.flags & _DESCRIPTOR_FLAG
    return _MAX_DESCRIPTOR_BYTES if has_descriptor else 0


def _check_header(file: BinaryIO, entry: Entry, contradicts: Contradicts) -> int:
    """Length of the header before the file's bytes; zero if there is none."""
    file.seek(entry.offset)
    raw = file.read(_LOCAL.size)
    if len(raw) < _LOCAL.size or not raw.startswith(b"PK\x03\x04"):
        contradicts(entry, "a header at this byte", "none")
        return 0
    _, version, flags, method, time, date, crc, *sizes, name_length, extra_length = _LOCAL.unpack(
        raw
    )
    name, extra = file.read(name_length), file.read(extra_length)
    size, packed = sizes64(extra, *reversed(sizes))
    pairs: dict[str, tuple[object, object]] = {
        "flags": (entry.flags, flags),
        "method": (entry.method, method),
        "time": (entry.time, time),
        "date": (entry.date, date),
        "name": (entry.name, name),
    }
    if not flags & _DESCRIPTOR_FLAG:
        pairs["checksum"] = entry.crc, crc
        pairs["size"] = (entry.size, entry.packed), (size, packed)
    if entry.extra == extra:  # else ZIP64 in one of them may need another one
        pairs["version"] = entry.version, version
    for what, (expected, found) in pairs.items():
        if expected != found:
            words = f"{what} {expected!r} in its header, as in the directory"
            contradicts(entry, words, repr(found))
    if extra and not entry.extra:
        found = f"{len(extra)} bytes of them before the file only: wabac.js does not open it"
        contradicts(entry, "extra fields in the directory as well, or none", found)
    return _LOCAL.size + len(name) + len(extra)
