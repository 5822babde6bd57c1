"""Alarm thresholds: what every page is known to have, for a first run without history.

Shares are far below what the newspaper's pages show, so that no small crawl raises an alarm by
itself. What is not here is judged by history alone.
"""

from __future__ import annotations

from functools import cache

from crawler.pages.selectors import Selector, css_of, page_classes, selectors_of

__all__ = ["field_of", "selector_named", "source_of", "threshold_of_field", "threshold_of_selector"]

SELECTOR_THRESHOLD = 0.9
"""Of a selector that is not ``seldom``, on the pages that its own class reads."""

_COMMON_THRESHOLDS = {
    "headline": 0.9,
    "datePublished": 0.9,
    "datePlausible": 0.9,
    "articleId": 0.9,
    "articleSection": 0.8,
    "categoryId": 0.8,
    "breadcrumbs": 0.8,
    "menu": 0.9,
    "resources.css": 0.8,
    "resources.image": 0.8,
    "resources.js": 0.8,
    "crossChecksAgree": 0.5,
    "entriesOfRows": 0.5,
    "entry.headline": 0.8,
    "entry.datePublished": 0.7,
}
_KIND_THRESHOLDS = {
    "news": {
        "articleBody": 0.9,
        "description": 0.5,
        "abstract": 0.5,
        "authors": 0.4,
        "images": 0.2,
        "keywords": 0.2,
        "mainImage": 0.5,
    },
    "qa": {"articleBody": 0.9},
    "poem": {"articleBody": 0.9},
    "photo": {"images": 0.9},
    "infographic": {"images": 0.8},
    "section": {"entries": 0.3},
}

_ATTRIBUTE_FIELDS = {
    "ARTICLE_ID": "articleId",
    "MARK": "template",
    "CONTENT": "articleBody",
    "boilerplate": "articleBody",
    "HEADLINE": "headline",
    "SUPERTITLE": "alternativeHeadline",
    "DATE": "datePublished",
    "LEAD": "description",
    "AUTHOR": "authors",
    "TAGS": "keywords",
    "PARENT": "breadcrumbs",
    "BREADCRUMB": "breadcrumbs",
    "HEAD_IMAGE": "images",
    "HEAD_CAPTION": "images",
    "ROW": "entries",
    "LINK": "entries",
    "NEXT": "nextPage",
    "IMAGE": "thumbnailUrl",
    "ITEMS_A": "sections",
    "ITEMS_B": "sections",
}
_FIELD_ATTRIBUTES = {
    "articleId": ("ARTICLE_ID",),
    "headline": ("HEADLINE",),
    "headlineRaw": ("HEADLINE",),
    "alternativeHeadline": ("SUPERTITLE",),
    "datePublished": ("DATE",),
    "datePublishedRaw": ("DATE",),
    "datePlausible": ("DATE",),
    "description": ("LEAD", "CONTENT"),
    "authors": ("AUTHOR", "CONTENT"),
    "keywords": ("TAGS",),
    "breadcrumbs": ("BREADCRUMB", "PARENT"),
    "images": ("HEAD_IMAGE", "CONTENT"),
    "entriesOfRows": ("LINK",),
    "entry.headline": ("LINK",),
    "entry.description": ("LEAD",),
    "entry.datePublished": ("DATE",),
    "entry.thumbnailUrl": ("IMAGE",),
    "nextPage": ("NEXT",),
}
"""Where a field comes from; of several attributes those that the page class has."""

_OTHER_SOURCES = {
    "articleSection": "#page_info #cate_title",
    "categoryId": "#page_info #cate_id",
    "abstract": "meta[name=description]",
    "mainImage": "meta[property='og:image']",
    "resources.css": "link[rel=stylesheet]",
    "resources.js": "script[src]",
    "resources.image": "img[src]",
}
_OTHER_CLASS_SOURCES = {
    "menu": ("MenuPage", ("ITEMS_A", "ITEMS_B")),
    "sections": ("MenuPage", ("ITEMS_A", "ITEMS_B")),
    "teasers": ("TeaserBlocks", ("TITLES", "BOXES", "BLOCKS_A")),
    "teaser.headline": ("TeaserBlocks", ("TITLES",)),
    "teaser.description": ("TeaserBlocks", ("LEAD",)),
    "teaser.datePublished": ("TeaserBlocks", ("DATE",)),
    "teaser.thumbnailUrl": ("TeaserBlocks", ("IMAGE",)),
}
_API_SOURCES = {
    "entriesOfRows": "pageUrl",
    "entry.headline": "title",
    "entry.description": "lead",
    "entry.datePublished": "publishDate",
    "entry.thumbnailUrl": "avatar",
}


def threshold_of_selector(selector: Selector, page: str) -> float | None:
    """The least share of pages that must have it; None where only history can tell."""
    is_own = selector.name.startswith(f"{page}.")
    return SELECTOR_THRESHOLD if is_own and not (selector.is_seldom or selector.is_part) else None


def threshold_of_field(name: str, kind: str) -> float | None:
    return _KIND_THRESHOLDS.get(kind, {}).get(name) or _COMMON_THRESHOLDS.get(name)


@cache
def selector_named(name: str) -> Selector | None:
    """The selector of that name, such as ``ArticlePageA.HEADLINE``."""
    return next(
        (each for page in page_classes() for each in selectors_of(page) if each.name == name), None
    )


def field_of(selector: Selector) -> str:
    """The field that is read through it."""
    attribute = selector.name.partition("[")[0].partition(".")[2]
    return _ATTRIBUTE_FIELDS.get(attribute, attribute.lower())


def source_of(name: str, page: str) -> str:
    """The text of the selectors that a field of a page class comes from."""
    if page == "Listing":
        return f"{_API_SOURCES.get(name, name)} of the listing call"
    if name == "entries":  # without rows, nobody can tell whose page it is
        return " | ".join(
            css_of(each)[attribute].text
            for each in page_classes()
            for attribute in ("ROW", "LINK")
            if "ROW" in css_of(each)
        )
    owner, attributes = _OTHER_CLASS_SOURCES.get(name, (page, _FIELD_ATTRIBUTES.get(name, ())))
    classes = {each.__name__: each for each in page_classes()}
    known = css_of(classes[owner]) if owner in classes else {}
    texts = [known[attribute].text for attribute in attributes if attribute in known]
    if texts:
        return " | ".join(texts)
    return _OTHER_SOURCES.get(name) or (known["CONTENT"].text if "CONTENT" in known else name)
