"""Files that the pages take from hosts of others (CDNs): icons, and a script."""

from __future__ import annotations

import re

from .design import drawing, sheet
from .frames import query_script
from .model import Page

_ICONS = re.compile(r"/font-awesome/[\d.]+/(?:css/(?P<css>[\w.-]+)\.css|icons/(?P<icon>\w+)\.svg)")
_SHEETS = {"font-awesome.min": "icons.css", "icons-social": "icons-social.css"}


def cdn_file(path: str) -> Page:
    """The file at a path; what is asked for of a CDN is a file or nothing."""
    if path == "/robots.txt":
        return Page(200, "text/plain", b"User-agent: *\nDisallow: /npm/\n")
    if path.startswith("/ajax/libs/jquery/"):
        return _open("application/javascript", query_script())
    found = _ICONS.fullmatch(path)
    if found and found["css"] in _SHEETS:
        return _open("text/css", sheet(_SHEETS[found["css"]]))
    if found and found["icon"] and (shape := drawing(found["icon"])):
        return _open("image/svg+xml", shape)
    return Page(404, "text/plain", b"no such file\n")


def _open(content_type: str, text: str) -> Page:
    """Pages of all hosts may use it, as browsers want to be told."""
    return Page(200, content_type, text.encode(), (("Access-Control-Allow-Origin", "*"),))
