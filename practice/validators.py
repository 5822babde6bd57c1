"""ETag and Last-Modified, and when a conditional request is answered with 304 (RFC 9110, 13)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from practice.faults.model import Kind
from practice.http1 import Request, head
from practice.reply import Reply

if TYPE_CHECKING:
    from practice.world import Page

_OK = 200
_STATIC = frozenset({Kind.FILE, Kind.ROBOTS})
_EPOCH = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
_SPAN_SECONDS = 5 * 365 * 24 * 3600
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def with_validators(page: Page, kind: Kind, which: str) -> Page:
    """*page* with the header lines that name its version.

    :param which: ``all``; ``static``: only what lies in files; ``none``.

    What lies in a file has a strong ETag. A page is another one on every fetch (its sidebar turns),
    so its ETag is weak and stands for the article alone.
    """
    if page.status != _OK or which == "none":
        return page
    if kind in _STATIC or (which == "all" and kind is Kind.API):
        mark, weak = _hash(page.body), ""
    elif which == "all" and page.lasting:
        mark, weak = _hash(page.lasting()), "W/"
    else:
        return page
    modified = _EPOCH + dt.timedelta(seconds=int(mark, 16) % _SPAN_SECONDS)
    lines = (
        ("ETag", f'{weak}"{mark}"'),
        ("Last-Modified", format_datetime(modified, usegmt=True)),
    )
    return replace(page, headers=(*page.headers, *lines))


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def is_unchanged(request: Request, page: Page) -> bool:
    """Whether the client has this version of *page* already, by its own words."""
    ours = dict(page.headers)
    if "ETag" not in ours:
        return False
    wanted = request.headers.get("if-none-match")
    if wanted is not None:  # takes precedence; If-Modified-Since is not even looked at
        return wanted.strip() == "*" or _TAG.findall(ours["ETag"])[0] in _TAG.findall(wanted)
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(ours["Last-Modified"]) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False  # no date, or one without a zone: as if it were not there


def not_modified(headers: tuple[tuple[str, str], ...]) -> Reply:
    lines = [("Server", "nginx"), ("Connection", "keep-alive"), *headers]
    return Reply((head(304, lines),), 304)
