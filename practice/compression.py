"""Content codings, as nginx and Caddy put them on what compresses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import brotli
from isal import igzip

if TYPE_CHECKING:
    from practice.http1 import Request
    from practice.world import Page

_TEXT = ("text/", "application/javascript", "application/json", "application/xml", "image/svg")
_LEAST_BYTES = 256
_VARY = ("Vary", "Accept-Encoding")


def compressed(page: Page, request: Request) -> Page:
    """*page* in the best coding that the client accepts: br, else gzip.

    Its ETag becomes a weak one: the bytes are others than those of the file.
    """
    if not page.content_type.startswith(_TEXT) or len(page.body) < _LEAST_BYTES:
        return page
    if request.accepts("br"):
        coding, body = "br", brotli.compress(page.body, quality=1)
    elif request.accepts("gzip"):
        coding, body = "gzip", igzip.compress(page.body, 1, mtime=0)
    else:
        return replace(page, headers=(*page.headers, _VARY))
    headers = (*map(_weak, page.headers), _VARY, ("Content-Encoding", coding))
    return replace(page, body=body, headers=headers)


def _weak(line: tuple[str, str]) -> tuple[str, str]:
    name, value = line
    return (name, f"W/{value}") if name == "ETag" and not value.startswith("W/") else line
