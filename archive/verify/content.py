"""Digests of blocks and payloads, in one pass and bounded memory."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.warc.http import (
    MAX_HEAD_BYTES,
    HttpHead,
    is_interim,
    iter_payload,
    parse_response_head,
)

if TYPE_CHECKING:
    from archive.verify.fields import Fault

_USUAL_HEAD_BYTES = 8 << 10
_WARC_FIELDS = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n]*\r\n)*")
_REQUEST_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^\r\n]* HTTP/1\.[01]\r\n")
_HTTP_TYPES = frozenset({"response", "revisit"})
EMPTY_PAYLOAD_DIGEST = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


@dataclass(slots=True)
class Content:
    """What a block is, as computed from its bytes."""

    block_digest: str
    payload_digest: str | None
    """Of the transfer-decoded body; None when this type of record has none."""

    body_digest: str | None
    """SHA-256 of what follows the HTTP head, framing included."""

    http: HttpHead | None
    size: int
    """Bytes of the block that there were."""

    first: bytes | memoryview
    """The block's beginning: all of it if it is short."""


def read_content(record_type: str, first: bytes, rest: Iterable[bytes]) -> Content:
    """:param first: the block's beginning, at least an HTTP head of usual size if there is one."""
    if record_type in _HTTP_TYPES:
        http = _http_head(first)
        if http is not None:
            return _http_content(http, first, rest)
    block = hashlib.sha256(first)
    payload = hashlib.sha1(first, usedforsecurity=False) if record_type == "resource" else None
    size = len(first)
    for piece in rest:
        block.update(piece)
        size += len(piece)
        if payload is not None:
            payload.update(piece)
    digest = _base32(payload.digest()) if payload is not None else None
    return Content(f"sha256:{block.hexdigest()}", digest, None, None, size, first)


def _http_head(first: bytes) -> HttpHead | None:
    """In as few bytes as do: an interim head may be all that stands in the first ones."""
    head = parse_response_head(first[:_USUAL_HEAD_BYTES])
    is_whole = head is not None and head.is_complete and not is_interim(head.status)
    if not is_whole and len(first) > _USUAL_HEAD_BYTES:
        head = parse_response_head(first[:MAX_HEAD_BYTES])
    return head


def _http_content(http: HttpHead, first: bytes, rest: Iterable[bytes]) -> Content:
    block = hashlib.sha256(first)
    view = memoryview(first)[http.end :]
    body = hashlib.sha256(view)
    payload = hashlib.sha1(usedforsecurity=False)
    size = len(first)

    def after_head() -> Iterator[bytes]:
        nonlocal size
        yield first[http.end :] if http.is_chunked else view  # type: ignore[misc]  # as good as bytes
        for piece in rest:
            size += len(piece)
            block.update(piece)
            body.update(piece)
            yield piece

    pieces = after_head()
    for piece in iter_payload(http, b"", pieces):
        payload.update(piece)
    for _ in pieces:
        pass  # what is no payload is still part of block and body
    return Content(
        f"sha256:{block.hexdigest()}",
        _base32(payload.digest()),
        f"sha256:{body.hexdigest()}",
        http,
        size,
        first,
    )


def block_faults(record_type: str, content: Content, status: int | None) -> Iterator[Fault]:
    """Whether the block is what its type says, as far as its bytes tell.

    :param status: that a revisit's head must have (304); None: any.
    """
    kind = "block-malformed"
    if record_type in {"warcinfo", "metadata"}:
        if not _WARC_FIELDS.fullmatch(content.first) or content.size != len(content.first):
            yield kind, "lines of the form name: value", _start(content)
    elif record_type == "request":
        if not _REQUEST_LINE.match(content.first):
            yield kind, "an HTTP/1.x request", _start(content)
    elif record_type == "response" and not content.size:
        yield kind, "the bytes of a response", "an empty block"
    elif record_type == "revisit":
        yield from _revisit_faults(kind, content, status)


def _revisit_faults(kind: str, content: Content, status: int | None) -> Iterator[Fault]:
    http = content.http
    if http is None or not http.is_complete:
        yield kind, "a whole HTTP response head", _start(content)
    elif http.end != content.size:
        yield kind, f"nothing after the head ({http.end} bytes)", f"{content.size} bytes"
    elif status is not None and http.status != status:
        yield kind, f"status {status} in a server-not-modified revisit", str(http.status)


def _start(content: Content) -> str:
    return repr(bytes(content.first[:40]))


def _base32(digest: bytes) -> str:
    return "sha1:" + base64.b32encode(digest).decode("ascii")
