"""Fields and block → the bytes of one record, written by hand (docs/adr/0002).

Where a function obeys a discussion rather than the text of the standard, the number of the IIPC
warc-specifications issue stands beside it.
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from archive.warc.dates import warc_date
from archive.warc.digests import ResponseDigests, block_digest, payload_digest
from archive.warc.spool import Body, body_chunks, body_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.warc.model import CaptureEvent, Original

__all__ = [
    "PROFILE_IDENTICAL_PAYLOAD",
    "PROFILE_NOT_MODIFIED",
    "RecordDraft",
    "fields_block",
    "metadata_draft",
    "not_modified_draft",
    "request_draft",
    "resource_draft",
    "response_draft",
    "revisit_draft",
    "warcinfo_draft",
]

PROFILE_IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
PROFILE_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

_RESPONSE = "application/http; msgtype=response"
_REQUEST = "application/http; msgtype=request"
_WARC_FIELDS = "application/warc-fields"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Whatever any reader may take for the end of a line: str.splitlines knows more than CR and LF.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Fields = list[tuple[str, str]]


@dataclass(slots=True)
class RecordDraft:
    """A record that is ready to be written: the journal line is made from the same values."""

    type: str
    record_id: str
    date: str
    content_type: str
    block: Body
    block_digest: str
    target_uri: str | None = None
    payload_digest: str | None = None
    fields: Fields = field(default_factory=list)
    """The others, in order; a name may come more than once (issue 95)."""

    status: str | None = None
    mime: str | None = None
    body_digest: str | None = None
    """Only of a response that later revisits may refer to."""

    etag: str | None = None
    last_modified: str | None = None

    refers_to: str | None = None

    def head_bytes(self, warcinfo_id: str) -> bytes:
        """The version line and the fields, up to the empty line."""
        fields: Fields = [("WARC-Type", self.type), ("WARC-Record-ID", self.record_id)]
        fields.append(("WARC-Date", self.date))
        if self.target_uri is not None:
            fields.append(("WARC-Target-URI", self.target_uri))
        if self.type != "warcinfo":
            fields.append(("WARC-Warcinfo-ID", warcinfo_id))
        fields += self.fields
        if self.payload_digest is not None:
            fields.append(("WARC-Payload-Digest", self.payload_digest))
        fields.append(("WARC-Block-Digest", self.block_digest))
        fields.append(("Content-Type", self.content_type))
        fields.append(("Content-Length", str(len(self.block))))
        return b"WARC/1.1\r\n" + fields_block(fields) + b"\r\n"


def fields_block(fields: Iterable[tuple[str, str]]) -> bytes:
    """``Name: value`` lines, each value on one line.

    Values can come from a server (a Location, a Content-Type). With a line end in one, a hostile
    server could write fields of its own into the record, so control characters go.
    """
    fields = list(fields)
    lines = [f"{name}: {value.strip()}\r\n" for name, value in fields]
    text = "".join(lines)
    # Far faster than the expression, and mostly enough.
    if text.count("\n") != len(lines) or not text.replace("\r\n", "").isprintable():
        text = "".join([f"{name}: {_clean(value)}\r\n" for name, value in fields])
    return text.encode("utf-8", "replace")


def _clean(value: str) -> str:
    return _CONTROL.sub(" ", value).strip()


def safe_uri(uri: str) -> str:
    """A URI as RFC 3986 has it: no white space, no control characters, nothing beyond ASCII.

    pywb cannot show a record whose address has letters beyond Latin-1. No angle brackets, either.
    """
    if not uri.isascii():
        uri = _NOT_ASCII.sub(_percent_encoded, uri)
    return _CONTROL.sub("", uri).strip().replace(" ", "%20")


def _percent_encoded(letters: re.Match[str]) -> str:
    return quote(letters[0], errors="replace")


def response_draft(
    event: CaptureEvent, digests: ResponseDigests, record_id: str, concurrent: Iterable[str]
) -> RecordDraft:
    """The block is the exact bytes received, interim (1xx) responses included."""
    head = digests.head
    fields = [*_concurrent(concurrent), *_connection(event)]
    if event.truncated:
        fields.append(("WARC-Truncated", event.truncated))
    return RecordDraft(
        "response",
        record_id,
        warc_date(event.started_at),
        _RESPONSE,
        event.response,
        digests.block,
        safe_uri(event.target_uri),
        digests.payload,
        fields,
        status=head.status_text if head else None,
        mime=head.mime if head else None,
    )


def revisit_draft(
    event: CaptureEvent,
    digests: ResponseDigests,
    original: Original,
    record_id: str,
    concurrent: Iterable[str],
) -> RecordDraft:
    """The response's exact head; its body is that of *original*, byte for byte.

    Source: WARC 1.1, "Profile: Identical Payload Digest": the block is that of a response,
    truncated; "WARC-Truncated: length" says so.
    """
    draft = _revisit(event, digests, original, PROFILE_IDENTICAL_PAYLOAD, (record_id, concurrent))
    draft.fields.append(("WARC-Truncated", "length"))
    return draft


def not_modified_draft(
    event: CaptureEvent,
    digests: ResponseDigests,
    original: Original,
    record_id: str,
    concurrent: Iterable[str],
) -> RecordDraft:
    """A 304: all that came is its head, and the page is still what *original* holds.

    Source: WARC 1.1, "Profile: Server Not Modified". The payload digest is the original's: replay
    tools look the original up by target URI, date and this.
    """
    return _revisit(event, digests, original, PROFILE_NOT_MODIFIED, (record_id, concurrent))


def _revisit(
    event: CaptureEvent,
    digests: ResponseDigests,
    original: Original,
    profile: str,
    ids: tuple[str, Iterable[str]],
) -> RecordDraft:
    record_id, concurrent = ids
    assert digests.head is not None
    head_block = body_prefix(event.response, digests.head.end)
    fields = [
        *_concurrent(concurrent),
        *_connection(event),
        ("WARC-Profile", profile),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.target_uri),
        ("WARC-Refers-To-Date", original.date),
    ]
    return RecordDraft(
        "revisit",
        record_id,
        warc_date(event.started_at),
        _RESPONSE,
        head_block,
        block_digest(head_block),
        safe_uri(event.target_uri),
        original.payload_digest,
        fields,
        status=digests.head.status_text,
        mime="warc/revisit",
        refers_to=original.record_id,
    )


def request_draft(event: CaptureEvent, record_id: str, concurrent: Iterable[str]) -> RecordDraft:
    """The block is the exact bytes sent."""
    return RecordDraft(
        "request",
        record_id,
        warc_date(event.started_at),
        _REQUEST,
        event.request,
        _digest_of(event.request),
        safe_uri(event.target_uri),
        None,
        [*_concurrent(concurrent), *_connection(event)],
    )


def metadata_draft(event: CaptureEvent, record_id: str, concurrent: Iterable[str]) -> RecordDraft:
    """What the crawler knows of the exchange and the wire does not say."""
    block = fields_block(event.metadata)
    return RecordDraft(
        "metadata",
        record_id,
        warc_date(event.started_at),
        _WARC_FIELDS,
        block,
        block_digest(block),
        safe_uri(event.target_uri),
        None,
        _concurrent(concurrent),
    )


def resource_draft(
    target_uri: str, block: bytes, content_type: str, record_id: str, date: str
) -> RecordDraft:
    """A thing of our own that belongs into the archive: a run's log, a run's report."""
    return RecordDraft(
        "resource",
        record_id,
        date,
        content_type,
        block,
        block_digest(block),
        safe_uri(target_uri),
        payload_digest(block),
        mime=content_type.split(";", 1)[0].strip(),
    )


def warcinfo_draft(
    filename: str, info: Mapping[str, str], hostname: str, record_id: str, date: str
) -> RecordDraft:
    """First record of every file: who wrote it, with what, under which policy."""
    fields = {
        "software": "khobao",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "hostname": hostname,
        **info,
    }
    block = fields_block(fields.items())
    return RecordDraft(
        "warcinfo",
        record_id,
        date,
        _WARC_FIELDS,
        block,
        block_digest(block),
        fields=[("WARC-Filename", filename)],
    )


def _concurrent(record_ids: Iterable[str]) -> Fields:
    return [("WARC-Concurrent-To", record_id) for record_id in record_ids]


def _connection(event: CaptureEvent) -> Fields:
    """Who answered and how: issues 42 (one WARC-Protocol a layer) and 86 (cipher suite)."""
    fields: Fields = []
    if address := _canonical_address(event.ip_address):
        fields.append(("WARC-IP-Address", address))
    fields += [("WARC-Protocol", protocol) for protocol in event.protocols]
    if event.cipher_suite:
        fields.append(("WARC-Cipher-Suite", event.cipher_suite))
    return fields


@functools.lru_cache(maxsize=256)
def _canonical_address(address: str | None) -> str | None:
    """RFC 5952 spelling (issue 100), without the zone, which only this machine understands."""
    if not address:
        return None
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return f"::ffff:{parsed.ipv4_mapped}"  # RFC 5952, section 5: mixed notation
    return parsed.compressed


def _digest_of(body: Body) -> str:
    digest = hashlib.sha256()
    for chunk in body_chunks(body):
        digest.update(chunk)
    return "sha256:" + digest.hexdigest()
