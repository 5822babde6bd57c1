"""Foreign WARC files: by the rules of WARC 1.0 and 1.1, and by no custom of ours.

Compressed in members or not, one record a member or many; journal and index there are none. What
such a file may do and ours may not is no fault here.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.verify.finding import Finding, shorten
from archive.verify.members import GZIP_HEADER
from archive.warc.http import MAX_HEAD_BYTES, iter_payload, parse_response_head
from archive.warc.stream import RecordStream

if TYPE_CHECKING:
    from io import FileIO

    from archive.verify.report import FileReport

_VERSION = re.compile(rb"WARC/(0\.1[78]|1\.[01])")
_DATE = re.compile(rb"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?|\d{14}")
_REQUIRED = (b"warc-type", b"warc-record-id", b"warc-date", b"content-length")
_NEED_URI = frozenset({b"response", b"resource", b"request", b"revisit", b"conversion"})
_ADVICE = "get the file again from where it came from"
_MAX_PAYLOAD_BYTES = 8 << 20
_FIRST_BYTES = 4096


def is_foreign(file: FileIO) -> bool:
    """Whether the file begins with a record that another program wrote. Rewinds the file.

    One that says khobao wrote it, or that cannot be read, is not another's.
    """
    raw = file.read(_FIRST_BYTES)
    file.seek(0)
    first = raw
    if raw.startswith(b"\x1f\x8b"):
        try:
            first = zlib.decompressobj(31).decompress(raw, _FIRST_BYTES)
        except zlib.error:
            return False
    if not first.startswith(b"WARC/"):
        return False
    is_ours = (
        b"\nsoftware: khobao" in first
        if b"\nWARC-Type: warcinfo" in first[:200]
        else (raw.startswith(GZIP_HEADER) and b"\nWARC-Block-Digest: sha256:" in first)
    )
    return not is_ours


def verify_foreign(path: str, file: FileIO, report: FileReport) -> None:
    """Walk the records; what is found goes into *report*."""
    _Walk(path, file, report).run()


class _Walk:
    def __init__(self, path: str, file: FileIO, report: FileReport) -> None:
        self._path, self._report = path, report
        self._hash = hashlib.sha256()
        self._stream = RecordStream(file, on_read=self._hash.update)
        self._offset = 0
        self._framed = 0

    def run(self) -> None:
        stream = self._stream
        while not stream.at_end:
            self._offset = stream.place
            if not self._record():
                break
        if stream.reason is not None:
            self._offset = stream.place
            kind = "file-cut" if stream.is_cut else "member-damaged"
            self._add(kind, "a whole gzip member", stream.reason)
        for _ in stream.take(1 << 62):
            pass  # hash it all
        self._report.raw_bytes = stream.size
        self._report.size = stream.raw_size
        self._report.sha256 = self._hash.hexdigest()
        self._notes()

    def _notes(self) -> None:
        if self._framed:
            expected = "payload digests of transfer-decoded bodies"
            found = f"digests over the chunks' framing in {self._framed} records"
            advice = "nothing to do: it is how their program writes them (warcio#74)"
            self._add("tool-disagreement", expected, found, advice, at=None)
        advice = "without journal and index nobody can tell whether records at its end are gone"
        self._add("not-khobao", "a file of khobao's", "another program's", advice, at=None)

    def _record(self) -> bool:
        """Check one record; False if there is no going on."""
        stream = self._stream
        head = stream.until(b"\r\n\r\n")
        if head is None or not _VERSION.match(head):
            if stream.reason is None:
                self._add("record-framing", "a WARC record", shorten(repr((head or b"")[:40])))
            return False
        self._report.records += 1
        fields = self._fields(head)
        length = fields.get(b"content-length", b"")
        if not length.isdigit():
            return False
        missing = self._check_block(fields, int(length))
        if missing and stream.reason is None:
            self._add("file-cut", f"a block of {int(length)} bytes", f"{missing} bytes fewer")
        if missing or stream.reason is not None:
            return False
        ends = stream.skip_line_ends()
        if ends != len(b"\r\n\r\n"):
            self._add("record-framing", "two line ends after the block", f"{ends} bytes of them")
        return stream.reason is None

    def _fields(self, head: bytes) -> dict[bytes, bytes]:
        fields: dict[bytes, bytes] = {}
        for line in head.split(b"\r\n")[1:]:
            if line[:1] in {b" ", b"\t"}:
                continue  # folded: WARC 1.0 allowed it
            name, colon, value = line.partition(b":")
            if not colon or not name.strip():
                found = shorten(repr(line[:60]))
                self._add("field-malformed", "lines of the form Name: value", found)
            fields.setdefault(name.strip().lower(), value.strip())
        needed = list(_REQUIRED)
        if fields.get(b"warc-type", b"").lower() in _NEED_URI:
            needed.append(b"warc-target-uri")
        for name in needed:
            if name not in fields:
                self._add("field-missing", name.decode(), "none")
        date = fields.get(b"warc-date")
        if date is not None and not _DATE.fullmatch(date):
            self._add("field-malformed", "a WARC-Date", shorten(repr(date[:60])))
        return fields

    def _check_block(self, fields: dict[bytes, bytes], length: int) -> int:
        """Hash the block; returns how many bytes of it are missing."""
        block = _Digest.of(fields.get(b"warc-block-digest"))
        payload = _Digest.of(fields.get(b"warc-payload-digest"))
        if fields.get(b"warc-type") != b"response" or length > _MAX_PAYLOAD_BYTES:
            payload = None
        body: list[bytes] = []
        left = length
        for piece in self._stream.take(length):
            left -= len(piece)
            if block is not None:
                block.hash.update(piece)
            if payload is not None:
                body.append(piece)
        if left:
            return left
        if block is not None and not block.fits:
            self._add("block-digest", block.text, f"a block of {block.hash.hexdigest()}")
        if payload is not None and body:
            self._check_payload(b"".join(body), payload)
        return 0

    def _check_payload(self, block: bytes, payload: _Digest) -> None:
        head = parse_response_head(block[:MAX_HEAD_BYTES])
        if head is None:
            return
        framed = _Digest(payload.hash.copy(), payload.value)
        for piece in iter_payload(head, b"", [block[head.end :]]):
            payload.hash.update(piece)
        if payload.fits:
            return
        framed.hash.update(block[head.end :])
        if framed.fits:
            self._framed += 1
        else:
            found = f"a payload of {payload.hash.hexdigest()}"
            self._add("payload-digest", payload.text, found)

    def _add(
        self, kind: str, expected: str, found: str, advice: str = _ADVICE, *, at: int | None = -1
    ) -> None:
        offset = self._offset if at is not None else None
        self._report.findings.append(Finding(kind, self._path, offset, expected, found, advice))


@dataclass(frozen=True, slots=True)
class _Digest:
    """A digest as the field has it, in whatever spelling, and the hash that should give it."""

    hash: hashlib._Hash
    value: bytes

    @classmethod
    def of(cls, field: bytes | None) -> _Digest | None:
        """None: no digest, or one by an algorithm that is not known here."""
        algorithm, _, value = (field or b"").partition(b":")
        try:
            name = algorithm.decode().lower().replace("-", "")
            return cls(hashlib.new(name, usedforsecurity=False), value.strip())
        except (ValueError, UnicodeDecodeError):
            return None

    @property
    def text(self) -> str:
        return shorten(self.value)

    @property
    def fits(self) -> bool:
        digest = self.hash.digest()
        base32 = base64.b32encode(digest).rstrip(b"=")
        return self.value.upper().rstrip(b"=") == base32 or (
            self.value.lower() == digest.hex().encode()
        )
