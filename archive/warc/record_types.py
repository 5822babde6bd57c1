"""WARC record types: one function each, for an exchange and for what is about the archive.

Where a function obeys a discussion rather than the text of the standard, the number of the IIPC
warc-specifications issue stands beside it.
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import socket
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from archive.warc.dates import utc_now, warc_date
from archive.warc.digests import ResponseDigests, block_digest, payload_digest
from archive.warc.record import Fields, NewRecord, fields_block, new_record_id, safe_uri
from archive.warc.spool import Body, body_chunks, body_prefix

if TYPE_CHECKING:
    from archive.warc.model import CaptureEvent, Original

PROFILE_IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
PROFILE_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

_RESPONSE = "application/http; msgtype=response"
_REQUEST = "application/http; msgtype=request"
_WARC_FIELDS = "application/warc-fields"


def response_record(
    event: CaptureEvent, digests: ResponseDigests, record_id: str, concurrent: Iterable[str]
) -> NewRecord:
    """The block is the exact bytes received, interim (1xx) responses included."""
    head = digests.head
    fields = [*_concurrent(concurrent), *_connection(event)]
    if event.truncated:
        fields.append(("WARC-Truncated", event.truncated))
    return NewRecord(
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


def revisit_record(
    event: CaptureEvent,
    digests: ResponseDigests,
    original: Original,
    record_id: str,
    concurrent: Iterable[str],
) -> NewRecord:
    """The response's exact head; its body is that of *original*, byte for byte.

    Source: WARC 1.1, "Profile: Identical Payload Digest": the block is that of a response,
    truncated; "WARC-Truncated: length" says so.
    """
    record = _revisit(event, digests, original, PROFILE_IDENTICAL_PAYLOAD, (record_id, concurrent))
    record.fields.append(("WARC-Truncated", "length"))
    return record


def not_modified_record(
    event: CaptureEvent,
    digests: ResponseDigests,
    original: Original,
    record_id: str,
    concurrent: Iterable[str],
) -> NewRecord:
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
) -> NewRecord:
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
    return NewRecord(
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


def request_record(event: CaptureEvent, record_id: str, concurrent: Iterable[str]) -> NewRecord:
    """The block is the exact bytes sent."""
    return NewRecord(
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


def metadata_record(event: CaptureEvent, record_id: str, concurrent: Iterable[str]) -> NewRecord:
    """What the crawler knows of the exchange and the wire does not say."""
    block = fields_block(event.metadata)
    return NewRecord(
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


def resource_record(
    target_uri: str,
    block: bytes,
    content_type: str,
    record_id: str | None = None,
    date: str | None = None,
) -> NewRecord:
    """A thing of our own that belongs into the archive: a run's log, a run's report."""
    return NewRecord(
        "resource",
        record_id or new_record_id(),
        date or warc_date(utc_now()),
        content_type,
        block,
        block_digest(block),
        safe_uri(target_uri),
        payload_digest(block),
        mime=content_type.split(";", 1)[0].strip(),
    )


SEVERAL_PROGRAMS = ("records", "of several programs, as they are")
"""Field of a warcinfo of ours: what follows keeps to WARC, not to all that our writer does."""


def warcinfo_record(
    filename: str,
    info: Mapping[str, str],
    hostname: str | None = None,
    record_id: str | None = None,
    date: str | None = None,
) -> NewRecord:
    """First record of every file: who wrote it, with what, under which policy."""
    fields = {
        "software": "khobao",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "hostname": hostname or socket.gethostname(),
        **info,
    }
    block = fields_block(fields.items())
    return NewRecord(
        "warcinfo",
        record_id or new_record_id(),
        date or warc_date(utc_now()),
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
