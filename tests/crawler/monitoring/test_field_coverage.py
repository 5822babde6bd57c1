"""A run's counts, kept and read back."""

from __future__ import annotations

import json

import pytest

from crawler.monitoring import Example, ExtractionError, FieldCoverage
from crawler.monitoring.statistics import lower_bound, upper_bound
from crawler.pages.features import PageFeatures


def features(section: str, *, hit: bool, length: int) -> PageFeatures:
    selectors = {"ArticlePageA.MARK[#content.content]": [hit], "$odd.name": [True]}
    fields = {"articleBody": [length], "teaser.headline": [3, 0, 4], "attachments": [0]}
    return PageFeatures("ArticlePageA", "news", section, selectors, fields, "abcd1234")


def full_sheet() -> FieldCoverage:
    coverage = FieldCoverage()
    for number in range(10):
        page = features("xa-hoi" if number % 2 else "thoi-su", hit=number > 2, length=number * 100)
        coverage.add(page, Example(f"https://baodaklak.vn/{number}/", f"<urn:uuid:{number}>"))
    for number in range(5):
        extraction_error = ExtractionError("MalformedArticleError", "headline", "h1")
        coverage.add_error(
            extraction_error, Example(f"https://baodaklak.vn/r{number}/", "<urn:uuid:r>")
        )
    return coverage


def test_what_is_kept_is_what_was_counted() -> None:
    coverage = full_sheet()
    document = json.loads(json.dumps(coverage.as_document()))
    again = FieldCoverage.from_document(document)
    assert again.as_document() == coverage.as_document()
    assert again.merged(("page",)) == coverage.merged(("page",))
    assert again.articles == coverage.articles == 15


def test_rows_are_counted_one_by_one() -> None:
    (group,) = full_sheet().merged(("page", "kind")).values()
    assert (group.pages, group.fingerprints) == (10, {"abcd1234": 10})
    rows = group.counters["teaser.headline"]
    assert (rows.hits, rows.tries) == (20, 30)
    assert group.counters["articleBody"].lengths.total() == 10


def test_no_more_than_three_examples_each_once() -> None:
    coverage = full_sheet()
    found = coverage.examples(("ArticlePageA", "news", "ArticlePageA.MARK[#content.content]"))
    assert [example.record for example in found] == [f"<urn:uuid:{n}>" for n in range(3)]
    extraction_error = ("extraction-error", "MalformedArticleError", "headline", "h1")
    assert len(coverage.examples(extraction_error)) == 3
    assert coverage.examples(("never", "was")) == ()


@pytest.mark.parametrize(
    ("hits", "tries", "lowest", "highest"),
    [(0, 1, 0.0, 0.9), (1, 1, 0.1, 1.0), (5, 10, 0.15, 0.85), (500, 1000, 0.45, 0.55)],
)
def test_a_few_pages_say_little(hits: int, tries: int, lowest: float, highest: float) -> None:
    assert lower_bound(hits, tries) == pytest.approx(lowest, abs=0.02)
    assert upper_bound(hits, tries) == pytest.approx(highest, abs=0.02)


def test_no_page_says_nothing() -> None:
    assert (lower_bound(0, 0), upper_bound(0, 0)) == (0.0, 1.0)
