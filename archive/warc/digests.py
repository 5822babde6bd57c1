"""Digests as they stand in WARC fields (docs/adr/0003).

Block digests are SHA-256 in lower-case hexadecimal: they serve fixity. Payload digests are SHA-1
in upper-case Base32: that is what replay tools index. Spelling: IIPC warc-specifications issues
48 and 80.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from archive.warc.http import MAX_HEAD_BYTES, HttpHead, iter_payload, parse_response_head
from archive.warc.spool import Body, body_chunks, body_prefix

_USUAL_HEAD_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class ResponseDigests:
    """What one reading of a response tells."""

    head: HttpHead | None
    block: str
    payload: str | None
    """Of the transfer-decoded body (warc-specifications issue 22); None: no HTTP, no payload."""

    body: str | None
    """SHA-256 of the bytes after the head with their framing, as ``sha256:…``."""

    body_bytes: int


def block_digest(block: bytes) -> str:
    return "sha256:" + hashlib.sha256(block).hexdigest()


def payload_digest(payload: bytes) -> str:
    return _base32(hashlib.sha1(payload, usedforsecurity=False).digest())


def payload_digest_of(sha1: hashlib._Hash) -> str:
    """Of a payload that was hashed piece by piece."""
    return _base32(sha1.digest())


def _base32(digest: bytes) -> str:
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def digest_response(response: Body, method: bytes) -> ResponseDigests:
    """Hash block, body and payload in one pass, in bounded memory.

    :param method: of the request; a response to HEAD has no payload whatever its headers say.
    """
    prefix = body_prefix(response, _USUAL_HEAD_BYTES)
    head = parse_response_head(prefix)
    if (head is None or not head.is_complete) and len(response) > len(prefix):
        head = parse_response_head(body_prefix(response, MAX_HEAD_BYTES))
    block = hashlib.sha256()
    if head is None:
        for chunk in body_chunks(response):
            block.update(chunk)
        return ResponseDigests(None, "sha256:" + block.hexdigest(), None, None, 0)
    body = hashlib.sha256()
    payload = hashlib.sha1(usedforsecurity=False)

    def after_head() -> Iterator[bytes]:
        to_skip = head.end
        for chunk in body_chunks(response):
            block.update(chunk)
            piece = chunk[to_skip:]
            to_skip = max(0, to_skip - len(chunk))
            body.update(piece)
            yield piece

    rest = after_head()
    for piece in iter_payload(head, method, rest):
        payload.update(piece)
    for _ in rest:
        pass  # what is no payload is still part of block and body
    return ResponseDigests(
        head,
        "sha256:" + block.hexdigest(),
        _base32(payload.digest()),
        "sha256:" + body.hexdigest(),
        len(response) - head.end,
    )
