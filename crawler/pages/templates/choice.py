"""Template choice: every version of every article template, and which of them read a capture of a
given day. See docs/extraction.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.pages.templates.template_a import ArticlePageA
from crawler.pages.templates.template_b import ArticlePageB

if TYPE_CHECKING:
    from crawler.pages.article.page import ArticlePage


def in_order(versions: Iterable[type[ArticlePage]]) -> tuple[type[ArticlePage], ...]:
    """Page classes by the last day that they read, the earliest first: of several whose marks are
    on a page, the one whose time ended first after the capture is the one of its time.
    """
    # A version is a subclass of the one before it; where both have no end the newer one is meant.
    return tuple(sorted(versions, key=lambda page: (page.valid_until, -len(page.__mro__))))


ARTICLE_PAGES = in_order((
    ArticlePageA,
    ArticlePageB,
))  # fmt: skip
"""Every article page class, in the order in which they are tried. A new version is a line here."""


@lru_cache(maxsize=64)
def versions_on(day: dt.date) -> tuple[type[ArticlePage], ...]:
    """The page classes that read captures of *day* (UTC), in the order in which they are tried."""
    return tuple(page for page in ARTICLE_PAGES if day <= page.valid_until)
