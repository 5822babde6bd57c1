"""JSON-LD, OpenGraph and meta: what the head of a page says of its article.

JSON-LD (``NewsArticle``, ``VideoObject`` …), OpenGraph and ``meta`` elements. Nothing here raises:
these are words of others about the article, and are broken more often than the article is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from crawler.pages.dates import parse_api_date
from crawler.pages.html import Css, clean

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crawler.pages.document import Document
    from crawler.sites import SiteProfile

_TITLE = Css("head > title, title")
_ARTICLE_TYPES = (
    "newsarticle",
    "reportagenewsarticle",
    "article",
    "blogposting",
    "socialmediaposting",
    "webpage",
    "videoobject",
)
"""Best first: a page can describe itself, its article and its film."""

_TELLING = frozenset({
    "article:published_time", "datepublished", "dc.date.issued", "description", "og:description",
    "og:image", "og:site_name", "og:title", "og:type", "pubdate",
})  # fmt: skip
_MAX_DEPTH = 8
_SEPARATORS = (" - ", " | ", " – ", " — ")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says, clean; None for what it does not speak of."""

    headline: str | None = None
    lead: str | None = None
    datePublished: str | None = None  # the name of the item's field
    """ISO 8601 with an offset."""

    articleBody: str | None = None  # same


def statements_of(document: Document, profile: SiteProfile) -> list[tuple[str, Statement]]:
    """What the page says of its article, best first, and under which name."""
    meta = article_meta(document)
    reported = (
        ("jsonLd", json_ld(document, profile.zone)),
        ("openGraph", open_graph(document, meta, profile)),
        ("meta", meta_of(meta, profile.zone)),
    )
    return [(name, statement) for name, statement in reported if statement is not None]


def json_ld(document: Document, zone: ZoneInfo) -> Statement | None:
    """The page's JSON-LD on its article; None when there is none that can be read."""
    found: dict[str, dict[str, Any]] = {}
    for value in document.json_ld:
        for node in _nodes(value, _MAX_DEPTH):
            for kind in _types(node):
                found.setdefault(kind, node)
    nodes = [found[kind] for kind in _ARTICLE_TYPES if kind in found]
    if not nodes:
        return None
    node = nodes[0]
    return Statement(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        lead=_text(node.get("description")),
        datePublished=_date(node.get("datePublished") or node.get("uploadDate"), zone),
        articleBody=_text(node.get("articleBody")),
    )


def article_meta(document: Document) -> dict[str, str]:
    """The ``meta`` elements that say something of the article, by their name or property in small
    letters, the first of each, clean.
    """
    found: dict[str, str] = {}
    for element in document.meta_elements:
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        name = name.lower()
        if name in _TELLING and name not in found:
            found[name] = clean(element.get("content") or "")
    return found


def open_graph(
    document: Document, meta: Mapping[str, str], profile: SiteProfile
) -> Statement | None:
    """``og:…`` and ``article:published_time``; the title without the site's name after it."""
    statement = Statement(
        headline=without_site_name(meta.get("og:title", ""), document, meta, profile) or None,
        lead=meta.get("og:description") or None,
        datePublished=_date(meta.get("article:published_time"), profile.zone),
    )
    return None if statement == Statement() else statement


def meta_of(meta: Mapping[str, str], zone: ZoneInfo) -> Statement | None:
    """``meta`` elements that are older than OpenGraph."""
    statement = Statement(
        lead=meta.get("description") or None,
        datePublished=_date(
            meta.get("datepublished") or meta.get("pubdate") or meta.get("dc.date.issued"), zone
        ),
    )
    return None if statement == Statement() else statement


def without_site_name(
    title: str, document: Document, meta: Mapping[str, str], profile: SiteProfile
) -> str:
    """*title* without what comes after its last dash or bar, if that is the name of the site: the
    profile's, ``og:site_name``, or what only the page's ``title`` goes on to say.
    """
    end = _after_last_separator(title)
    if not end:
        return title
    names = {profile.name.casefold(), meta.get("og:site_name", "").casefold()}
    page_title = (_TITLE.text_in(document.root) if document.root is not None else None) or ""
    if page_title != title:  # a headline with a dash may be all that both say
        names.add(_after_last_separator(page_title).casefold())
    return title[: -len(end)].rstrip(" -|–—") if end.casefold() in names else title


def _after_last_separator(title: str) -> str:
    start = max((title.rfind(mark) + len(mark) for mark in _SEPARATORS if mark in title), default=0)
    return title[start:] if start else ""


# ---- JSON-LD


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for member in value:
            yield from _nodes(member, depth - 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(name), depth - 1)


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [str(kind).rpartition("/")[2].lower() for kind in kinds]


def _text(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return clean(unescape(value)) or None if isinstance(value, str) else None


def _date(value: Any, zone: ZoneInfo) -> str | None:
    text = _text(value)
    return parse_api_date(text, zone) if text else None
