"""Alarm thresholds (``thresholds.toml``): what every page has, for a first run without history.

Shares are far below what the newspaper's pages show, so that no small crawl raises an alarm by
itself. What is not here is judged by history alone.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from crawler.pages.selectors import Selector, css_of, page_classes, selectors_of

SELECTOR_THRESHOLD = 0.9
"""Of a selector that is not ``seldom``, on the pages that its own class reads."""

_TABLES = tomllib.loads(
    resources.files("crawler.monitoring").joinpath("thresholds.toml").read_text("utf-8")
)


def threshold_of_selector(selector: Selector, page: str) -> float | None:
    """The least share of pages that must have it; None where only history can tell."""
    is_own = selector.name.startswith(f"{page}.")
    return SELECTOR_THRESHOLD if is_own and not (selector.is_seldom or selector.is_part) else None


def threshold_of_field(name: str, kind: str) -> float | None:
    share: float | None = _TABLES["kinds"].get(kind, {}).get(name) or _TABLES["common"].get(name)
    return share


@cache
def selector_named(name: str) -> Selector | None:
    """The selector of that name, such as ``ArticlePageA.HEADLINE``."""
    return next(
        (each for page in page_classes() for each in selectors_of(page) if each.name == name), None
    )


def field_of(selector: Selector) -> str:
    """The field that is read through it."""
    attribute = selector.name.partition("[")[0].partition(".")[2]
    return str(_TABLES["fields"].get(attribute, attribute.lower()))


def source_of(name: str, page: str) -> str:
    """The text of the selectors that a field of a page class comes from."""
    if page == "Listing":
        return f"{_TABLES['listing_keys'].get(name, name)} of the listing call"
    if name == "entries":  # without rows, nobody can tell whose page it is
        return " | ".join(
            css_of(each)[attribute].text
            for each in page_classes()
            for attribute in ("ROW", "LINK")
            if "ROW" in css_of(each)
        )
    of_page = (page, _TABLES["attributes"].get(name, ()))
    owner, attributes = _TABLES["other_classes"].get(name, of_page)
    classes = {each.__name__: each for each in page_classes()}
    known = css_of(classes[owner]) if owner in classes else {}
    texts = [known[attribute].text for attribute in attributes if attribute in known]
    if texts:
        return " | ".join(texts)
    element: str | None = _TABLES["elements"].get(name)
    return element or (known["CONTENT"].text if "CONTENT" in known else name)
