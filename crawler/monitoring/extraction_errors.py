"""Extraction errors: walls, unknown layouts, fields that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.monitoring.alarm import Alarm
from crawler.monitoring.statistics import lower_bound, upper_bound
from crawler.pages.templates.choice import ARTICLE_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.monitoring.baseline import Baseline
    from crawler.monitoring.field_coverage import ExtractionError, FieldCoverage

__all__ = ["find_extraction_errors"]

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
    for extraction_error, pages in coverage.extraction_errors.items():
        usual = (
            _MAX_GONE_SHARE if extraction_error.error == "SoftNotFoundError" else _MAX_USUAL_SHARE
        )
        before, of = baseline.failed(extraction_error)
        if before:
            usual = max(usual, upper_bound(before, of))
        if pages < _MIN_PAGES or lower_bound(pages, articles) <= usual:
            continue
        place = (
            "extraction-error",
            extraction_error.error,
            extraction_error.field,
            extraction_error.selector,
        )
        yield Alarm(
            key=":".join(place),
            what="wall" if extraction_error.error == "BlockPageError" else "refused",
            page=_page_class(extraction_error),
            field=extraction_error.field or "template",
            selector=extraction_error.selector if extraction_error.field else _marks(),
            expected=f"before, {before:,} of {of:,}" if of else "few pages, if any",
            seen=f"{_words(extraction_error)} on {pages:,} of {articles:,} articles",
            examples=coverage.examples(place),
            pages=pages,
        )


def _words(extraction_error: ExtractionError) -> str:
    if extraction_error.error == "BlockPageError":
        return f"a wall that says {extraction_error.selector!r} (status 200)"
    return _WORDS.get(extraction_error.error, "could not be read")


def _marks() -> str:
    return ", ".join(page.MARK.text for page in ARTICLE_PAGES)


def _page_class(extraction_error: ExtractionError) -> str:
    """The class whose selector it is; all that were tried if it is nobody's."""
    owners = [
        page.__name__
        for page in ARTICLE_PAGES
        if extraction_error.field
        and extraction_error.selector in {page.DATE.text, page.HEADLINE.text, page.CONTENT.text}
    ]
    return ", ".join(owners or [page.__name__ for page in ARTICLE_PAGES])
