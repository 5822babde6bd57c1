"""ARC files, what web archives were before WARC: framing is checked, for digests there are none.

Internet Archive's ARC file format 1.0: a version block ``filedesc://…``, then records of one line
(address, IP, date, media type, length) and as many bytes.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from archive.verify.finding import Finding, shorten
from archive.warc.stream import RecordStream

if TYPE_CHECKING:
    from io import FileIO

    from archive.verify.report import FileReport

BEGIN = b"filedesc://"
_LENGTH = re.compile(rb"\d{1,18}")
_FIELDS = 5
"""At least; version 2 has ten. An address may hold blanks, so the length is the last of them."""

_ADVICE = "get the file again from where it came from"


def verify_arc(path: str, file: FileIO, report: FileReport) -> None:
    """Walk the records; what is found goes into *report*."""
    sha256 = hashlib.sha256()
    stream = RecordStream(file, on_read=sha256.update)
    place = 0

    def add(kind: str, expected: str, found: str) -> None:
        report.add(Finding(kind, path, place, expected, found, _ADVICE))

    while not stream.at_end:
        if stream.skip_line_ends() and stream.at_end:
            break
        place = stream.place
        line = stream.until(b"\n")
        fields = (line or b"").rstrip(b"\r").split(b" ")
        if len(fields) < _FIELDS or not _LENGTH.fullmatch(fields[-1]):
            add("record-framing", "the line that begins an ARC record", shorten(repr(line)))
            break
        report.records += 1
        missing = int(fields[-1]) - sum(len(piece) for piece in stream.take(int(fields[-1])))
        if missing and stream.reason is None:
            add("file-cut", f"a record of {int(fields[-1])} bytes", f"{missing} bytes fewer")
        if missing:
            break
    if stream.reason is not None:
        place = stream.place
        add("file-cut" if stream.is_cut else "member-damaged", "a whole gzip member", stream.reason)
    for _ in stream.take(1 << 62):
        pass  # hash it all
    report.raw_bytes, report.size = stream.size, stream.raw_size
    report.sha256 = sha256.hexdigest()
    advice = "an altered byte within a record, or records gone from the end, cannot be seen"
    report.add(
        Finding("not-checked", path, None, "a WARC file", "an ARC file, without digests", advice)
    )
