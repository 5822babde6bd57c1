"""Page features, in plain values: which selectors matched, which fields are filled and how long
they are, and what the markup is nested in. The alarms compare these.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import attrs
from lxml import etree

from crawler.items import NewsArticle, VideoTeaser
from crawler.pages.listings.menu import MenuPage
from crawler.pages.listings.section import SectionListing, SectionPage, SectionPageA, SectionPageB
from crawler.pages.listings.teasers import TeaserBlocks
from crawler.pages.selectors import css_of
from crawler.pages.templates.choice import ARTICLE_PAGES

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.frontier import FrontierUrl
    from crawler.pages.article.page import ArticlePage
    from crawler.pages.document import Document
    from crawler.pages.html import Css
    from crawler.pages.listings.listing import Listing
    from crawler.pages.media.page_resources import PageResource

Lengths = dict[str, list[int]]
"""Of each field one length for each item: letters or entries, 0 when it is not filled."""

_UNJUDGED = frozenset({
    "url", "canonicalUrl", "template", "inLanguage", "kind", "provenance", "metadata",
    "declaredEncoding", "agreement", "articleBodyHtml",
})  # fmt: skip
_FIELDS = tuple(each.name for each in attrs.fields(NewsArticle) if each.name not in _UNJUDGED)
_LISTED_FIELDS = ("headline", "description", "thumbnailUrl", "datePublished")
_RESOURCE_KINDS = ("css", "js", "image")
_LIST_SELECTOR_NAMES = frozenset({"ROW", "NEXT"})
_BOX_SELECTOR_NAMES = frozenset({"LEAD", "DATE", "IMAGE"})

_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
_MONTH = re.compile(r"/((?:19|20)\d{2})(0[1-9]|1[0-2])/")
_CHANGING = re.compile(r"[0-9A-Fa-f]{6,}|\d+")
_DAY = dt.timedelta(days=1)
_MAX_DISAGREEMENT = 0.5


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """Plain values only: it goes from one process to another with every page."""

    page: str
    """Name of the page class, without its module."""

    kind: str
    section: str
    selectors: Mapping[str, Sequence[bool]]
    """Of each selector (:mod:`crawler.pages.selectors`) whether it matched: on the page, or in each
    row of a list."""

    fields: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """:data:`Lengths`; ``datePlausible``, ``crossChecksAgree`` are 1 or 0."""

    fingerprint: str = ""
    """Short hash of what the content is nested in: names, ids and classes up to the body."""


@cache
def _article_page(name: str) -> type[ArticlePage]:
    return next(page for page in ARTICLE_PAGES if f"{page.__module__}.{page.__qualname__}" == name)


def article_features(
    document: Document,
    article: NewsArticle,
    page_class: str,
    *,
    captured_at: dt.datetime,
    teasers: Iterable[VideoTeaser],
    resources: Iterable[PageResource] | None,
) -> PageFeatures | None:
    """PageFeatures of an article's page; None when no page class of a template has read it.

    :param page_class: its fully qualified name.
    :param resources: None when nobody has looked for them.
    """
    root = document.root
    try:
        page = _article_page(page_class)
    except StopIteration:
        return None
    if root is None:
        return None
    selectors = _matches(css_of(page), root, page.__name__)
    selectors |= _matches(css_of(MenuPage), root, MenuPage.__name__)
    selectors |= _names_on(root)
    fields = _article_fields(article, captured_at)
    fields["menu"] = [int(any(selectors[f"MenuPage.{name}"][0] for name in css_of(MenuPage)))]
    teasers = list(teasers)
    fields["teasers"] = [len(teasers)]
    fields |= _lengths("teaser", teasers)
    if resources is not None:
        kinds = [kind for _, kind in resources]
        fields |= {f"resources.{kind}": [kinds.count(kind)] for kind in _RESOURCE_KINDS}
    return PageFeatures(
        page.__name__,
        article.kind,
        _section_of(article.canonicalUrl or article.url),
        selectors,
        fields,
        _fingerprint(page.CONTENT.first(root)),
    )


def _article_fields(article: NewsArticle, captured_at: dt.datetime) -> Lengths:
    fields = {name: [_length(getattr(article, name))] for name in _FIELDS}
    fields["datePlausible"] = [int(_is_plausible(article, captured_at))]
    agreement = getattr(article, "agreement", None)
    if agreement is not None:
        fields["crossChecksAgree"] = [int(agreement.disagreement < _MAX_DISAGREEMENT)]
    return fields


def menu_features(document: Document, sections: Sequence[object]) -> PageFeatures:
    """PageFeatures of the home page as the page with the menu."""
    root = document.root
    selectors = {} if root is None else _matches(css_of(MenuPage), root, MenuPage.__name__)
    return PageFeatures("MenuPage", "menu", "", selectors, {"sections": [len(sections)]})


def section_features(
    document: Document, listing: SectionListing, section: str, teasers: Sequence[VideoTeaser]
) -> PageFeatures:
    """PageFeatures of a section's page: those of each of its rows."""
    root = document.root
    is_b = root is not None and SectionPageB.ROW.first(root) is not None
    page: type[SectionPage] = SectionPageB if is_b else SectionPageA
    name = page.__name__
    selectors: dict[str, Sequence[bool]] = {}
    rows: list[Element] = []
    if root is not None:
        rows = page.ROW.group(root)
        css = css_of(page)
        selectors |= _matches({key: css[key] for key in _LIST_SELECTOR_NAMES}, root, name)
        selectors |= _names_on(root)
        for key in css.keys() - _LIST_SELECTOR_NAMES:
            found = [_matches({key: css[key]}, row, name) for row in rows]
            for each in found[:1]:
                selectors |= {part: [one[part][0] for one in found] for part in each}
    fields = _lengths("entry", listing.entries) | _lengths("teaser", teasers)
    fields["entries"] = [len(listing.entries)]
    fields["entriesOfRows"] = _entries_of_rows(listing, len(rows))
    return PageFeatures(name, "section", section, selectors, fields)


def listing_features(listing: Listing, section: str) -> PageFeatures:
    """PageFeatures of an answer of the listing call: those of each of its rows."""
    fields = _lengths("entry", listing.entries)
    fields["entriesOfRows"] = _entries_of_rows(listing, listing.rows)
    return PageFeatures("Listing", "listing", section, {}, fields)


def _entries_of_rows(listing: Listing | SectionListing, rows: int) -> list[int]:
    """1 for each row that announces an article, 0 for each of the others."""
    return [1] * len(listing.entries) + [0] * max(0, rows - len(listing.entries))


def _matches(selectors: Mapping[str, Css], root: Element, owner: str) -> dict[str, Sequence[bool]]:
    found: dict[str, Sequence[bool]] = {}
    for attribute, css in selectors.items():
        found |= _hits_by_name(f"{owner}.{attribute}", css, css.hits(root))
    return found


def _hits_by_name(name: str, css: Css, hits: Sequence[bool]) -> dict[str, Sequence[bool]]:
    """Of the selector as a whole, then of its parts if it has several."""
    found: dict[str, Sequence[bool]] = {name: [any(hits)]}
    if len(hits) > 1:
        found |= {f"{name}[{part}]": [hit] for part, hit in zip(css.parts, hits, strict=True)}
    return found


def _names_on(root: Element) -> dict[str, Sequence[bool]]:
    """The classes and ids of teaser blocks: they may stand anywhere, and looking for each of them
    would take longer than reading the article.
    """
    there = {f".{name}" for text in set(cast("list[str]", _CLASSES(root))) for name in text.split()}
    there |= {f"#{name}" for name in cast("list[str]", _IDS(root))}
    found: dict[str, Sequence[bool]] = {}
    for attribute, css in css_of(TeaserBlocks).items():
        if attribute in _BOX_SELECTOR_NAMES:
            continue
        hits = [part.removeprefix("a") in there for part in css.parts]
        found |= _hits_by_name(f"TeaserBlocks.{attribute}", css, hits)
    return found


def _lengths(prefix: str, items: Sequence[VideoTeaser | FrontierUrl]) -> Lengths:
    return {
        f"{prefix}.{name}": [_length(getattr(item, name)) for item in items]
        for name in _LISTED_FIELDS
    }


def _length(value: Any) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, str | list) else 1


def _is_plausible(article: NewsArticle, captured_at: dt.datetime) -> bool:
    """Published before it was captured, and in the month that its address names, give or take one:
    what is announced on the last of a month may be printed on the first.
    """
    if not article.datePublished:
        return False
    published = dt.datetime.fromisoformat(article.datePublished)
    if published > captured_at + _DAY:
        return False
    month = _MONTH.search(article.canonicalUrl or article.url)
    if month is None:
        return True
    named = int(month[1]) * 12 + int(month[2])
    return abs(published.year * 12 + published.month - named) <= 1


def _section_of(url: str) -> str:
    """Path before the month of an article's address."""
    path = url.partition("://")[2].partition("/")[2]
    month = _MONTH.search(f"/{path}")
    return path[: max(0, month.start() - 1)] if month else path.split("/")[0]


def _fingerprint(content: Element | None) -> str:
    if content is None:
        return ""
    chain = [content, *content.iterancestors()]
    skeleton = [
        f"{node.tag}#{node.get('id') or ''}.{'.'.join((node.get('class') or '').split())}"
        for node in chain
    ]
    plain = _CHANGING.sub("", ">".join(skeleton))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
