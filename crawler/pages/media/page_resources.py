"""Page resources: pictures, styles, scripts, fonts, files that show a page again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from lxml import etree

from crawler.pages.document import Document
from crawler.pages.media.addresses import ending_of, is_live

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.items import NewsArticle
    from crawler.sites import SiteProfile

    _Named = Iterable[tuple[str | None, str]]

PageResource = tuple[str, str]
"""(address, kind): ``image css js font pdf video audio``."""


class NamedResources(NamedTuple):
    """What a page or a style sheet names, each address once, in its order."""

    wanted: list[PageResource]
    refused: list[tuple[str, str]]
    """(address, reason): of hosts that are not fetched from, or never asked for."""


_WITH_ATTRIBUTE = etree.XPath("//*[@data-pdf] | //*[contains(@style, 'url(')]")
_PAID_LINKS = "textlink_embed"

_CSS_URL = re.compile(
    r"""url\(\s*(?P<quote>["']?)(?P<url>[^"')\s][^"')]*?)(?P=quote)\s*\)""", re.IGNORECASE
)
_CSS_IMPORT = re.compile(r"""@import\s+["'](?P<url>[^"']+)["']""", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_ENDING_KINDS = {
    "css": "css",
    "js": "js",
    "pdf": "pdf",
    **dict.fromkeys(["woff", "woff2", "ttf", "otf", "eot"], "font"),
    **dict.fromkeys(["mp4", "webm", "m4v", "mov", "m3u8", "ts", "flv"], "video"),
    **dict.fromkeys(["mp3", "m4a", "aac", "ogg", "wav"], "audio"),
    **dict.fromkeys(["jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "bmp", "avif"], "image"),
}

_PRELOADED_AS = {"font": "font", "image": "image", "script": "js", "style": "css"}


def page_resources(url: str, body: bytes | Document, profile: SiteProfile) -> list[PageResource]:
    """Addresses on the newspaper's own hosts and on the CDNs that its profile lists.

    Pictures in their original size, those that stand for "no picture" as well: a page shown again
    without them has holes. Nothing that the profile refuses: no statistics, nothing of the hidden
    paid links.
    """
    return named_in_page(Document.of(url, body), profile).wanted


def named_in_page(
    page: Document, profile: SiteProfile, article: NewsArticle | None = None
) -> NamedResources:
    """What a page asks for, and what the players of its article play, which its markup need not
    name: scripts do.
    """
    named = () if page.root is None else _named(page.root)
    played = () if article is None else _played(article)
    return _sorted_out(chain(named, played), page.url, profile)


def foreign_resources(page: Document, profile: SiteProfile) -> list[PageResource]:
    """What a page asks of hosts of others, fetched or not."""
    if page.root is None:
        return []
    named = [(profile.resolve(href, page.url), kind) for href, kind in _named(page.root) if href]
    found = {url: kind for url, kind in reversed(named) if url}
    return [
        (url, kind)
        for url, kind in reversed(found.items())
        if not profile.is_own_host(urlsplit(url).hostname)
    ]


def css_resources(url: str, body: bytes, profile: SiteProfile) -> list[PageResource]:
    """What a style sheet asks for: further style sheets, fonts, pictures."""
    return named_in_css(url, body, profile).wanted


def named_in_css(url: str, body: bytes, profile: SiteProfile) -> NamedResources:
    """The same, with what is not fetched of it."""
    return _sorted_out(_in_css(body.decode("utf-8", "replace")), url, profile)


def _sorted_out(named: _Named, base: str, profile: SiteProfile) -> NamedResources:
    wanted: dict[str, str] = {}
    refused: dict[str, str] = {}
    for href, kind in dict.fromkeys(named):
        url = profile.resolve(href, base) if href else None
        if not url:
            continue
        reason = "a live broadcast" if is_live(url) else profile.refuses(url, kind)
        if reason is None:
            wanted.setdefault(url, kind)
        else:
            refused.setdefault(url, reason)
    return NamedResources(list(wanted.items()), list(refused.items()))


def _named(root: Element) -> _Named:
    for element in root.iter(*_BY_TAG):
        yield from _BY_TAG[str(element.tag)](element)
    for anchor in root.iter("a"):
        href = anchor.get("href") or "/"
        if href[-1] != "/":  # most links lead to pages
            yield from _anchor(anchor, href)
    for element in cast("list[Element]", _WITH_ATTRIBUTE(root)):
        yield from _by_attribute(element)


def _played(article: NewsArticle) -> _Named:
    for video in article.videos or ():
        yield video.contentUrl, "video"
        yield video.thumbnailUrl, "image"
    for audio in article.audios or ():
        yield audio.url, "audio"
    for file in article.attachments or ():
        if _kind_of(file.url) == "pdf":
            yield file.url, "pdf"


def _by_attribute(element: Element) -> _Named:
    yield element.get("data-pdf"), "pdf"
    style = element.get("style")
    if style and "url(" in style:
        yield from _in_css(style)


def _is_in_paid_links(element: Element) -> bool:
    return any(
        _PAID_LINKS in (node.get("class") or "").split() for node in element.iterancestors("div")
    )


_LINKED_KINDS = frozenset({"pdf", "image", "video", "audio"})


def _link(element: Element) -> _Named:
    href, relation = element.get("href") or "", (element.get("rel") or "").lower().split()
    if "stylesheet" in relation:
        yield href, "css"
    elif "icon" in relation or "apple-touch-icon" in relation:
        yield href, "image"
    elif "modulepreload" in relation:
        yield href, "js"
    elif "preload" in relation and (
        kind := _kind_of(href) or _PRELOADED_AS.get((element.get("as") or "").lower())
    ):
        yield href, kind


def _script(element: Element) -> _Named:
    yield element.get("src"), "js"


def _image(element: Element) -> _Named:
    yield element.get("src"), "image"
    yield element.get("data-src"), "image"


def _player(element: Element) -> _Named:
    yield element.get("poster"), "image"
    yield element.get("src"), str(element.tag)
    yield element.get("data-src"), str(element.tag)


def _source(element: Element) -> _Named:
    parent = element.getparent()
    if parent is not None and parent.tag in {"video", "audio"}:
        yield element.get("src"), str(parent.tag)


def _anchor(element: Element, href: str) -> _Named:
    kind = _kind_of(href)
    if kind in _LINKED_KINDS and not _is_in_paid_links(element):
        yield href, kind


def _style(element: Element) -> _Named:
    if element.text:
        yield from _in_css(element.text)


def _share_image(element: Element) -> _Named:
    content = element.get("content") or ""
    if element.get("property") == "og:image" and not content.startswith("/filehttp"):
        yield content, "image"


_BY_TAG: dict[str, Callable[[Element], _Named]] = {
    "link": _link,
    "script": _script,
    "img": _image,
    "video": _player,
    "audio": _player,
    "source": _source,
    "style": _style,
    "meta": _share_image,
}


def _in_css(text: str) -> _Named:
    text = _CSS_COMMENT.sub("", text)
    for match in _CSS_IMPORT.finditer(text):
        yield match["url"], "css"
    for match in _CSS_URL.finditer(text):
        url = match["url"]
        before = text[max(0, match.start() - 20) : match.start()].rstrip().lower()
        kind = "css" if before.endswith("@import") else _kind_of(url)
        if kind:
            yield url, kind


def _kind_of(href: str) -> str | None:
    """By the ending after the last dot: names of pictures hold dots."""
    return _ENDING_KINDS.get(ending_of(href))
