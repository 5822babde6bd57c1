"""The practice newspaper as files in a folder, for servers that serve files."""

from __future__ import annotations

import os
import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from practice.client import PracticeProcess

_HOST = "baodaklak.vn"
_LINK = re.compile(r"""["'(](?:(?:https:)?//baodaklak\.vn)?(/(?:file|common)/[^"'?#()\s]+)["'?)]""")
_IN_STYLE = re.compile(r"""url\(["']?([^"')?#]+)""")
_OK = 200
_WRITTEN = 1_780_000_000
"""Their age: of a file that was written within this second, a server says nothing certain."""


def export(site: PracticeProcess, folder: Path) -> int:
    """Write articles, and the pictures, styles and scripts that they name; how many files.

    *site* answers over plain HTTP (``--no-https-redirect``).
    """
    connection = HTTPConnection("127.0.0.1", site.http_port, timeout=60)
    waiting = [urlsplit(article["url"]).path for article in site.truth("articles")]
    waiting += ["/robots.txt", "/favicon.ico"]
    seen = set(waiting)
    count = 0
    while waiting:
        path = waiting.pop()
        body = _get(connection, path)
        if body is None:
            continue
        count += 1
        target = folder / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        os.utime(target, (_WRITTEN, _WRITTEN))
        text = body.decode("utf-8", "replace") if path.endswith(("/", ".css")) else ""
        found = {*_LINK.findall(text), *(urljoin(path, name) for name in _IN_STYLE.findall(text))}
        waiting += sorted(found - seen)
        seen |= found
    connection.close()
    return count


def _get(connection: HTTPConnection, path: str) -> bytes | None:
    connection.request("GET", path, headers={"Host": _HOST})
    answer = connection.getresponse()
    body = answer.read()
    return body if answer.status == _OK else None
