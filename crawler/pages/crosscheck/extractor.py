"""General extractor: trafilatura, which knows nothing of this newspaper.

It takes some 10 ms a page and, once in a process, half a second to be imported: nobody pays for
it who does not ask.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crawler.pages.html import clean, lines

if TYPE_CHECKING:
    from types import ModuleType

    from crawler.pages.document import Document


class Extract(NamedTuple):
    """What trafilatura makes of a page."""

    headline: str | None
    """Clean; None if it found none."""

    paragraphs: list[str]
    """Clean, without empty ones."""


def extract(document: Document) -> Extract | None:
    """None when it finds no text. Its date is not asked for: on pages of this newspaper it takes
    the day that stands in the header for the article's.
    """
    trafilatura = _quiet_trafilatura()
    tree = trafilatura.load_html(document.source)
    if tree is None:
        return None
    headline = trafilatura.metadata.extract_title(tree)  # the extraction takes the tree apart
    found = trafilatura.bare_extraction(
        tree,
        url=document.url,
        fast=True,  # no second and third extractor when the first finds little
        favor_precision=True,  # less of the sidebar
        include_comments=False,
        with_metadata=False,
    )
    if found is None:
        return None
    paragraphs = [lines(line) for line in (found.text or "").split("\n")]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    return Extract(clean(headline or "") or None, paragraphs) if paragraphs else None


@lru_cache(maxsize=1)
def _quiet_trafilatura() -> ModuleType:
    import trafilatura.metadata  # noqa: PLC0415 - half a second, and seldom needed

    # They warn of every page in which they find nothing, and of every odd date.
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return trafilatura
