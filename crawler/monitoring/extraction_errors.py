"""Pages that could not be read as articles: walls, unknown layouts, fields that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.monitoring.alarm import Alarm
from crawler.monitoring.statistics import lower_bound, upper_bound
from crawler.pages.templates.versions import ARTICLE_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.monitoring.baseline import Baseline
    from crawler.monitoring.field_coverage import Refusal, Sheet

__all__ = ["judge_refusals"]

_FEWEST = 3
_USUAL = 0.05
"""Some pages are broken always, and an alarm is about all of them."""

_USUALLY_GONE = 0.3
"""Old lists name articles that have been taken away, and the newspaper says so with status 200."""

_WORDS = {
    "SoftNotFoundError": "a page without article (status 200)",
    "EmptyPageError": "nothing on the page",
    "NotAnArticleError": "unknown layout: no page class fits",
}


def judge_refusals(sheet: Sheet, baseline: Baseline) -> Iterator[Alarm]:
    """An alarm for each reason that more pages have than ever."""
    articles = sheet.articles
    for refusal, pages in sheet.refusals.items():
        usual = _USUALLY_GONE if refusal.error == "SoftNotFoundError" else _USUAL
        before, of = baseline.refused(refusal)
        if before:
            usual = max(usual, upper_bound(before, of))
        if pages < _FEWEST or lower_bound(pages, articles) <= usual:
            continue
        place = ("refusal", refusal.error, refusal.field, refusal.selector)
        yield Alarm(
            key=":".join(place),
            what="wall" if refusal.error == "BlockPageError" else "refused",
            page=_page_class(refusal),
            field=refusal.field or "template",
            selector=refusal.selector if refusal.field else _marks(),
            expected=f"before, {before:,} of {of:,}" if of else "few pages, if any",
            seen=f"{_words(refusal)} on {pages:,} of {articles:,} articles",
            examples=sheet.examples(place),
            pages=pages,
        )


def _words(refusal: Refusal) -> str:
    if refusal.error == "BlockPageError":
        return f"a wall that says {refusal.selector!r} (status 200)"
    return _WORDS.get(refusal.error, "could not be read")


def _marks() -> str:
    return ", ".join(page.MARK.text for page in ARTICLE_PAGES)


def _page_class(refusal: Refusal) -> str:
    """The class whose selector it is; all that were tried if it is nobody's."""
    owners = [
        page.__name__
        for page in ARTICLE_PAGES
        if refusal.field
        and refusal.selector in {page.DATE.text, page.HEADLINE.text, page.CONTENT.text}
    ]
    return ", ".join(owners or [page.__name__ for page in ARTICLE_PAGES])
