"""Selectors of every page class, by name: what the alarms watch.

A selector is a :class:`~crawler.pages.html.Css` of a page class, or one of its sets of class names
or ids. Of a list of selectors, "the first that matches", each is watched as well: a fallback that
steps in hides a change, for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from crawler.pages.html import Css
from crawler.pages.listings.menu import MenuPage
from crawler.pages.listings.section import SectionPageA, SectionPageB
from crawler.pages.listings.teasers import TeaserBlocks
from crawler.pages.templates.choice import ARTICLE_PAGES

_WITHIN = {"boilerplate": "#content > ", "TITLES": "a"}
"""Where the names of a set are looked for."""


@dataclass(frozen=True, slots=True)
class Selector:
    name: str
    """``ArticlePageA.HEADLINE``; one of several: ``ArticlePageA.MARK[#content.content]``."""

    text: str
    is_seldom: bool
    is_part: bool
    """One of several: only history can say whether it should have matched."""


def page_classes() -> tuple[type, ...]:
    """Every page class that names selectors of its own and reads pages."""
    return (*ARTICLE_PAGES, SectionPageA, SectionPageB, MenuPage, TeaserBlocks)


@cache
def css_of(page_class: type) -> dict[str, Css]:
    """Selectors of a page class, those of its base classes included, by attribute."""
    found: dict[str, Css] = {}
    for owner in reversed(page_class.__mro__):
        for attribute, value in vars(owner).items():
            if isinstance(value, Css):
                found[attribute] = value
            elif isinstance(value, frozenset) and value and owner.__module__.startswith("crawler"):
                found[attribute] = _of_names(attribute, value)
            elif attribute == "ARTICLE_ID":
                found[attribute] = Css(value)
    return found


def _of_names(attribute: str, names: frozenset[str]) -> Css:
    sign = "#" if "IDS" in attribute else "."
    within = _WITHIN.get(attribute, "")
    return Css(", ".join(f"{within}{sign}{name}" for name in sorted(names)))


@cache
def selectors_of(page_class: type) -> tuple[Selector, ...]:
    """Each selector as a whole, then its parts if it has several."""
    found: list[Selector] = []
    for attribute, css in css_of(page_class).items():
        name = f"{page_class.__name__}.{attribute}"
        found.append(Selector(name, css.text, css.is_seldom, is_part=False))
        if len(css.parts) > 1:
            found += [
                Selector(f"{name}[{part}]", part, css.is_seldom, is_part=True) for part in css.parts
            ]
    return tuple(found)
