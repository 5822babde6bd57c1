"""ETag and Last-Modified: what a server says of a version, to ask "has it changed?" later.

RFC 9110, section 8.8 (ETag, Last-Modified) and section 13 (conditional requests, 304).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.warc.http import HttpHead
    from archive.warc.model import Original

_MAX_CHARS = 1024
"""A longer validator is not worth the request header it would become."""

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_DATE = re.compile(r"[A-Za-z]{3,9}, [0-9A-Za-z :-]{10,30} GMT")
_CONDITION = re.compile(rb"\nif-(?:none-match|modified-since)[ \t]*:", re.IGNORECASE)


def validators_of(head: HttpHead | None) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of a whole 200 response, as sent; None for what is not well-formed.

    They will stand in a request one day, so nothing but the characters of the standard passes.
    """
    if head is None or head.status != HTTPStatus.OK:
        return None, None
    return (
        _well_formed(_ETAG, head.get_all(b"etag")),
        _well_formed(_DATE, head.get_all(b"last-modified")),
    )


def _well_formed(pattern: re.Pattern[str], values: list[bytes]) -> str | None:
    if len(values) != 1 or len(values[0]) > _MAX_CHARS:
        return None  # two that differ say nothing
    text = values[0].decode("latin-1")
    return text if pattern.fullmatch(text) else None


def is_conditional(request: bytes) -> bool:
    """Whether the head of a request asks for the body only if it has changed."""
    return _CONDITION.search(request.partition(b"\r\n\r\n")[0]) is not None


def confirms(head: HttpHead, original: Original) -> bool:
    """Whether a 304 says that *original* is what the server would send now.

    A 304 carries the ETag that the 200 would have had (RFC 9110, section 15.4.5): another one than
    the original's means that the server speaks of something else.
    """
    if head.status != HTTPStatus.NOT_MODIFIED or not head.is_complete:
        return False
    etags = [value.decode("latin-1") for value in head.get_all(b"etag")]
    return original.etag is None or all(_opaque(etag) == _opaque(original.etag) for etag in etags)


def _opaque(etag: str) -> str:
    """Weak comparison, which If-None-Match asks for (RFC 9110, section 8.8.3.2)."""
    return etag.strip().removeprefix("W/")
