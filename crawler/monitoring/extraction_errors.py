"""Extraction errors: walls, unknown layouts, fields that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.monitoring.alarm import Alarm
from crawler.monitoring.statistics import lower_bound, upper_bound
from crawler.pages.templates.choice import ARTICLE_PAGES

if TYPE_CHECKING:
    from crawler.monitoring.baseline import Baseline
    from crawler.monitoring.field_coverage import ExtractionError, FieldCoverage

_MIN_PAGES = 3
_MAX_USUAL_SHARE = 0.05
"""Some pages are broken always, and an alarm is about all of them."""

_MAX_GONE_SHARE = 0.3
"""Old lists name articles that have been taken away, and the newspaper says so with status 200."""

_WORDS = {
    "SoftNotFoundError": "a page without article (status 200)",
    "EmptyPageError": "nothing on the page",
    "NotAnArticleError": "unknown layout: no page class fits",
}


def find_extraction_errors(coverage: FieldCoverage, baseline: Baseline) -> Iterator[Alarm]:
    """An alarm for each reason that more pages have than ever."""
    articles = coverage.articles
    for error, pages in coverage.extraction_errors.items():
        usual = _MAX_GONE_SHARE if error.error == "SoftNotFoundError" else _MAX_USUAL_SHARE
        before, of = baseline.failed(error)
        if before:
            usual = max(usual, upper_bound(before, of))
        if pages < _MIN_PAGES or lower_bound(pages, articles) <= usual:
            continue
        yield Alarm(
            key=":".join(error.place),
            what="wall" if error.error == "BlockPageError" else "refused",
            page=_page_class(error),
            field=error.field or "template",
            selector=error.selector if error.field else _marks(),
            expected=f"before, {before:,} of {of:,}" if of else "few pages, if any",
            seen=f"{_words(error)} on {pages:,} of {articles:,} articles",
            examples=coverage.examples(error.place),
            pages=pages,
        )


def _words(error: ExtractionError) -> str:
    if error.error == "BlockPageError":
        return f"a wall that says {error.selector!r} (status 200)"
    return _WORDS.get(error.error, "could not be read")


def _marks() -> str:
    return ", ".join(page.MARK.text for page in ARTICLE_PAGES)


def _page_class(error: ExtractionError) -> str:
    """The class whose selector it is; all that were tried if it is nobody's."""
    owners = [
        page.__name__
        for page in ARTICLE_PAGES
        if error.field and error.selector in {page.DATE.text, page.HEADLINE.text, page.CONTENT.text}
    ]
    return ", ".join(owners or [page.__name__ for page in ARTICLE_PAGES])
