"""The practice newspaper in a real Chromium: a judge that no page object can fool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.reader import chromium, resolver_rules

from practice.client import PracticeProcess

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    return practice("--articles", "60")


@pytest.fixture
def page(site: PracticeProcess) -> Iterator[Any]:
    with chromium(resolver_rules(site)) as browser:
        yield browser.new_context(ignore_https_errors=True).new_page()


def test_a_person_sees_the_article_that_the_truth_tells_of(
    site: PracticeProcess, page: Any
) -> None:
    seen = 0
    for article in site.truth("articles"):
        if article["kind"] not in {"news", "qa"}:
            continue
        page.goto(article["url"], wait_until="domcontentloaded")
        assert visible(page, "h1") >= {article["headline"]}
        text = squeeze(page.locator("#content").inner_text())
        for paragraph in article["articleBody"].split("\n\n")[:3]:
            assert squeeze(paragraph) in text
        seen += 1
        if seen == 6:
            break
    assert seen == 6


def test_the_statistics_pixel_is_a_real_trap(site: PracticeProcess, page: Any) -> None:
    """A browser calls it; the crawler's own tests show that the crawler never does."""
    article = site.truth("articles")[0]
    page.goto(article["url"], wait_until="networkidle")
    targets = [entry["target"] for entry, _, _ in site.exchanges()]
    assert any("statcollector" in target for target in targets)


def visible(page: Any, selector: str) -> set[str]:
    return {squeeze(text) for text in page.locator(selector).all_inner_texts()}


def squeeze(text: str) -> str:
    import unicodedata  # noqa: PLC0415

    return " ".join(unicodedata.normalize("NFC", text).split())
