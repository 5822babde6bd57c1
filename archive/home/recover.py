"""Journal lines from records: what their writer would have written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from archive.home.cdxj import INDEXED_TYPES, urlkey
from archive.home.journal import JournalEntry
from archive.warc.fields import WarcHead, parse_warc_head
from archive.warc.http import MAX_HEAD_BYTES, HttpHead, parse_response_head
from archive.warc.members import Member, inflate
from archive.warc.validators import validators_of

_RECORD_END = b"\r\n\r\n"


def entry_from_member(path: Path, member: Member, *, recovered: bool = True) -> JournalEntry:
    """Verify a record and describe it.

    :raises ValueError: it is no whole record, or its block does not hash to its block digest.
    """
    head = parse_warc_head(member.data)
    if head.record_length != member.size:
        raise ValueError(f"the record has {member.size} bytes, not {head.record_length}")
    record_type = head.require("WARC-Type")
    http = _http_head(record_type, head, member)
    block_digest, body_digest = _checked_digests(path, member, head, http)
    is_original = (
        record_type == "response"
        and http is not None
        and http.is_complete
        and http.end < head.block_length
        and head.get("WARC-Truncated") is None
    )
    uri = head.get("WARC-Target-URI")
    etag, last_modified = validators_of(http) if is_original else (None, None)
    return JournalEntry(
        member.offset,
        member.length,
        head.require("WARC-Record-ID"),
        record_type,
        head.require("WARC-Date"),
        block_digest,
        member.size,
        uri,
        urlkey(uri) if record_type in INDEXED_TYPES and uri else None,
        http.status_text if http else None,
        _mime(record_type, head, http),
        head.get("WARC-Payload-Digest"),
        body_digest if is_original else None,
        head.get("WARC-Refers-To") if record_type == "revisit" else None,
        etag,
        last_modified,
        recovered or None,
    )


def _http_head(record_type: str, head: WarcHead, member: Member) -> HttpHead | None:
    if record_type not in {"response", "revisit"}:
        return None
    start = member.data[head.block_start : head.block_start + MAX_HEAD_BYTES]
    return parse_response_head(start[: head.block_length])


def _checked_digests(
    path: Path, member: Member, head: WarcHead, http: HttpHead | None
) -> tuple[str, str]:
    """:raises ValueError: the block does not hash to what the record says."""
    if member.is_whole:
        block_digest, body_digest = _digests([member.data], head, http)
    else:
        with path.open("rb") as file:
            block_digest, body_digest = _digests(inflate(file, member.offset), head, http)
    if block_digest != head.require("WARC-Block-Digest"):
        raise ValueError(f"the block hashes to {block_digest}, not to its WARC-Block-Digest")
    return block_digest, body_digest


def _mime(record_type: str, head: WarcHead, http: HttpHead | None) -> str | None:
    if record_type == "revisit":
        return "warc/revisit"
    if record_type == "resource":
        return head.require("Content-Type").split(";", 1)[0].strip()
    return http.mime if http else None


def _digests(pieces: Iterable[bytes], head: WarcHead, http: HttpHead | None) -> tuple[str, str]:
    """Block digest, and digest of the bytes after the HTTP head."""
    block, body = hashlib.sha256(), hashlib.sha256()
    block_end = head.block_start + head.block_length
    body_start = head.block_start + (http.end if http else head.block_length)
    position = 0
    for piece in pieces:
        block.update(piece[max(0, head.block_start - position) : max(0, block_end - position)])
        body.update(piece[max(0, body_start - position) : max(0, block_end - position)])
        position += len(piece)
    return f"sha256:{block.hexdigest()}", f"sha256:{body.hexdigest()}"
