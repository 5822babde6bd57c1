"""Every version of every article template, and which of them read a capture of a given day.

A version is a subclass of :class:`~crawler.pages.article.page.ArticlePage` in a module of this
package whose name begins with ``template_``; there is no other list of them.
See docs/extraction.md.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.pages.article.page import ArticlePage

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["ARTICLE_PAGES", "find_versions", "versions_on"]

_PACKAGE = "crawler.pages.templates"
_PREFIX = "template_"


def find_versions() -> tuple[type[ArticlePage], ...]:
    """Page classes by the last day that they read, the earliest first: of several whose marks are
    on a page, the one whose time ended first after the capture is the one of its time.
    """
    found: list[type[ArticlePage]] = []
    for module in pkgutil.iter_modules(sys.modules[_PACKAGE].__path__):
        if module.name.startswith(_PREFIX):
            found += _defined_in(f"{_PACKAGE}.{module.name}")
    # A version is a subclass of the one before it; where both have no end the newer one is meant.
    return tuple(sorted(found, key=lambda page: (page.valid_until, -len(page.__mro__))))


def _defined_in(module_name: str) -> list[type[ArticlePage]]:
    """Page classes of a module, not those it imports to build on."""
    return [
        value
        for value in vars(importlib.import_module(module_name)).values()
        if isinstance(value, type)
        and issubclass(value, ArticlePage)
        and value.__module__ == module_name
    ]


ARTICLE_PAGES = find_versions()
"""Every article page class, in the order in which they are tried."""


@lru_cache(maxsize=64)
def versions_on(day: dt.date) -> tuple[type[ArticlePage], ...]:
    """The page classes that read captures of *day* (UTC), in the order in which they are tried."""
    return tuple(page for page in ARTICLE_PAGES if day <= page.valid_until)
