"""Addresses: one spelling for each page, and what an address stands for.

The newspaper answers one page under ``http`` and ``https``, with and without ``www.``, with and
without the final slash, and with doubled slashes. Everything here is a pure function of the
address: no profile, no network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

LEGACY = re.compile(
    r"^/channel/(?P<cate>\d+)/(?P<ym>(?:19|20)\d{4})/(?P<slug>[^/]+)-(?P<sid>\d{5,8})/?$"
)
"""Content of before mid-2021, migrated. Tested first: its ids can look like the newer ones."""

ARTICLE = re.compile(
    r"^/(?P<section>[^?#]+?)/(?P<ym>(?:19|20)\d{4})/(?P<slug>[^/]+)-(?P<sid>[0-9A-Fa-f]{7})/?$"
)

PHUYEN_LEGACY = re.compile(r"^/(?P<cate>\d+)/(?P<sid>\d+)/(?P<slug>[^/]+?)(?:\.html|/)?$")

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_SLASHES = re.compile(r"/{2,}")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/_.~!$&'()*+,;=:@-]*")
_PATH_SAFE = "/~!$&'()*+,;=:@"
_QUERY_SAFE = "%/~!$&'()*+,;=:@?[]"
DEFAULT_PORTS = {"http": 80, "https": 443}

_ADDED_BY_SCRIPTS = frozenset({"_", "width", "height", "fbclid", "gclid", "zarsrc"})
_FILE_ROOTS = ("/file/", "/common/", "/upload/", "/dataimages/", "/sc_service/", "/service/")


def absolute(href: str, base: str) -> str | None:
    """``href`` joined to ``base``; None for a link to the page itself. See :func:`is_web`."""
    href = href.strip()
    if not href or href[0] == "#":
        return None
    # The links of this newspaper are of two kinds, and urljoin is slow.
    if href[0] == "/" and not href.startswith("//"):
        return _origin(base) + href
    if href.startswith(("https://", "http://")):
        return href
    try:
        return urljoin(base, href)
    except ValueError:
        return None


def is_web(url: str) -> bool:
    """True for well-formed http(s) addresses; not for ``javascript:``, ``data:`` and the like."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in DEFAULT_PORTS and bool(parts.hostname)


@lru_cache(maxsize=64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def canonical(url: str) -> str:
    """The one spelling of an address of the newspaper.

    ``https``, no ``www.``, single slashes, a slash at the end of page addresses, and neither
    fragment nor the parameters that jQuery, the image resizer and campaigns add.

    Raises ValueError for what is no http(s) address.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise ValueError(f"{url!r} is no http or https address")
    netloc = host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"
    path = _plain_path(parts.path)
    if not path.endswith("/") and not is_file(path):
        path += "/"
    return urlunsplit(("https", netloc, path, _plain_query(parts.query), ""))


def without_fragment(url: str) -> str:
    """All that may safely be done to the spelling of a foreign address."""
    return url.split("#", 1)[0]


def is_file(path: str) -> bool:
    """True for paths that stand for a file or a call, not for a page: they take no final slash."""
    last = path.rsplit("/", 1)[-1]
    return _EXTENSION.search(last) is not None or path.lower().startswith(_FILE_ROOTS)


def _plain_path(path: str) -> str:
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if not path:
        return "/"
    if _PLAIN_PATH.fullmatch(path) or "%2f" in path.lower():
        return path
    return quote(unquote_to_bytes(path), safe=_PATH_SAFE)


def _plain_query(query: str) -> str:
    if not query:
        return ""
    pairs = query.split("&")
    resized = any(pair.startswith("width=") for pair in pairs)
    kept = (pair for pair in pairs if pair and not _is_added(pair, resized=resized))
    return quote("&".join(kept), safe=_QUERY_SAFE)


def _is_added(pair: str, *, resized: bool) -> bool:
    name = pair.split("=", 1)[0]
    return (
        name in _ADDED_BY_SCRIPTS or name.startswith("utm_") or (resized and pair == "type=resize")
    )
