"""Digests of other programs' records: by whatever algorithm, in whatever spelling, of any size."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from archive.verify.finding import shorten
from archive.warc.http import MAX_HEAD_BYTES, iter_payload, parse_response_head

_HEAD_ENDS = (b"\r\n\r\n", b"\n\n")
_AFTER_HEAD = frozenset({b"response", b"request"})
_NOT_HERE = frozenset({b"revisit", b"continuation"})
"""Their payload digest is of bytes that lie in other records."""


@dataclass(slots=True)
class Comparison:
    """What came of a record's digests."""

    missing: int = 0
    """Bytes of the block that are not there."""

    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """(kind of finding, digest as the record says it, what was found)."""

    is_framed: bool = False
    """The payload digest is that of the body with the framing of its chunks."""

    is_of_nothing: bool = False
    """The block digest of a revisit is that of no bytes, though it has some."""

    unchecked: list[str] = field(default_factory=list)
    """Why a digest could not be held against its bytes."""


def compare_digests(fields: dict[bytes, bytes], length: int, pieces: Iterable[bytes]) -> Comparison:
    """Read a block, in bounded memory.

    :param fields: by their names in lower case.
    :param length: bytes that the block should have.
    """
    result = Comparison(missing=length)
    block = _digest_of(fields, b"warc-block-digest", result)
    payload = _digest_of(fields, b"warc-payload-digest", result)
    kind = fields.get(b"warc-type", b"").lower()
    nothing = block.again() if block and kind == b"revisit" else None
    if payload is not None and (kind in _NOT_HERE or b"warc-segment-number" in fields):
        if kind != b"revisit":
            result.unchecked.append("payload digests of records in segments")
        payload = None

    def counted() -> Iterator[bytes]:
        for piece in pieces:
            result.missing -= len(piece)
            if block is not None:
                block.hash.update(piece)
            yield piece

    if payload is None:
        for _ in counted():
            pass
    else:
        _compare_payload(kind, payload, counted(), result)
    if result.missing:
        return Comparison(missing=result.missing)
    result.is_of_nothing = nothing is not None and nothing.fits and length > 0
    if block is not None and not block.fits and not result.is_of_nothing:
        found = f"a block of {block.hash.hexdigest()}"
        result.wrong.insert(0, ("block-digest", block.text, found))
    return result


def _compare_payload(
    kind: bytes, payload: _Digest, pieces: Iterator[bytes], result: Comparison
) -> None:
    whole, framed = payload.again(), payload.again()
    first = _beginning(pieces) if kind in _AFTER_HEAD else b""
    start = _body_start(kind, first)
    pieces = whole.updated(chain((first,), pieces))
    if start is None:
        for piece in pieces:
            payload.hash.update(piece)
    else:
        body = framed.updated(chain((next(pieces)[start:],), pieces))
        head = parse_response_head(first) if kind == b"response" else None
        for piece in body if head is None else iter_payload(head, b"", body):
            payload.hash.update(piece)
        for _ in body:
            pass  # what is no payload is part of the block all the same
    if payload.fits or (kind == b"request" and whole.fits):
        return  # some hash the whole block of a request
    if start is not None and framed.fits:
        result.is_framed = True
    elif kind == b"response" and start is None:
        result.unchecked.append("payload digests of responses that are no HTTP")
    else:
        found = f"a payload of {payload.hash.hexdigest()}"
        result.wrong.append(("payload-digest", payload.text, found))


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """With the whole HTTP head, if there is one."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= MAX_HEAD_BYTES or any(end in first for end in _HEAD_ENDS):
            break
    return first


def _body_start(kind: bytes, first: bytes) -> int | None:
    """None: there is no HTTP head, and the payload is the whole block."""
    if kind == b"response":
        head = parse_response_head(first[:MAX_HEAD_BYTES])
        return head.end if head is not None and head.is_complete else None
    ends = [(first.find(end), len(end)) for end in _HEAD_ENDS if end in first]
    return sum(min(ends)) if ends and kind == b"request" else None


def _digest_of(fields: dict[bytes, bytes], name: bytes, result: Comparison) -> _Digest | None:
    """None: no digest, or one by an algorithm that is not known here."""
    if name not in fields:
        return None
    algorithm, _, value = fields[name].partition(b":")
    label = algorithm.decode("ascii", "replace").lower().replace("-", "")
    try:
        found = hashlib.new(label, usedforsecurity=False)
    except ValueError:
        found = None
    if found is None or not found.digest_size:  # SHAKE has no size of its own
        result.unchecked.append(f"digests by the algorithm {shorten(label)}")
        return None
    return _Digest(found, value.strip())


@dataclass(frozen=True, slots=True)
class _Digest:
    """A digest as the field has it, in whatever spelling, and the hash that should give it."""

    hash: hashlib._Hash
    value: bytes

    def again(self) -> _Digest:
        return _Digest(self.hash.copy(), self.value)

    def updated(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.hash.update(piece)
            yield piece

    @property
    def text(self) -> str:
        return shorten(self.value)

    @property
    def fits(self) -> bool:
        digest = self.hash.digest()
        base32 = base64.b32encode(digest).rstrip(b"=")
        return (
            self.value.upper().rstrip(b"=") == base32
            or self.value.lower() == digest.hex().encode()
            or self.value.rstrip(b"=") == base64.b64encode(digest).rstrip(b"=")
        )
