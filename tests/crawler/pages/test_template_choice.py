"""Which page class reads a capture: by its day, and by the marks of the page itself."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import pkgutil
from pathlib import Path

import pytest
from web_poet.utils import get_fq_class_name

from crawler.pages import ARTICLE_PAGES, read_article, templates
from crawler.pages.article.page import ArticlePage
from crawler.pages.html import Css, parse
from crawler.pages.templates.choice import in_order, versions_on
from crawler.pages.templates.template_a import ArticlePageA
from crawler.sites import PROFILES

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*.template_*/*/output.json"))


class ArticlePageZ(ArticlePageA):
    """After an imagined redesign that moved the headline."""

    HEADLINE = Css("#content h2.tieu-de")
    valid_until = dt.date(2030, 1, 31)


def test_every_class_in_the_folder_is_declared() -> None:
    """A version whose line was forgotten would read nothing, and nobody would hear of it."""
    modules = [
        importlib.import_module(f"{templates.__name__}.{found.name}")
        for found in pkgutil.iter_modules(templates.__path__)
    ]
    defined = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ArticlePage)
        and value.__module__ == module.__name__
    }
    assert set(ARTICLE_PAGES) == defined


def test_every_version_has_a_fixture() -> None:
    assert not any((FIXTURES / get_fq_class_name(ArticlePageZ)).glob("*/output.json"))
    assert all(
        any((FIXTURES / get_fq_class_name(page)).glob("*/output.json")) for page in ARTICLE_PAGES
    )


def test_the_version_whose_time_ends_first_is_tried_first() -> None:
    order = in_order((*ARTICLE_PAGES, ArticlePageZ))
    assert ArticlePageZ is order[0]
    assert sorted(order, key=lambda page: page.valid_until) == list(order)


def test_a_subclass_without_an_end_is_tried_before_what_it_builds_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ArticlePageZ, "valid_until", dt.date.max)
    order = in_order((*ARTICLE_PAGES, ArticlePageZ))
    assert order.index(ArticlePageZ) < order.index(ArticlePageA)


def test_no_version_reads_captures_of_after_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    [page_a] = [page for page in ARTICLE_PAGES if page.TEMPLATE == "a"]
    monkeypatch.setattr(page_a, "valid_until", dt.date(2026, 5, 31))
    versions_on.cache_clear()
    try:
        assert page_a in versions_on(dt.date(2026, 5, 31))
        assert page_a not in versions_on(dt.date(2026, 6, 1))
    finally:
        versions_on.cache_clear()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_every_page_bears_the_marks_of_one_version_of_its_day(case: Path) -> None:
    """So the order in which versions without an end are tried decides nothing."""
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    url = json.loads((case / "inputs" / "HttpResponse-info.json").read_text("utf-8"))["url"]
    body = (case / "inputs" / "HttpResponse-body.html").read_bytes()
    captured_at = dt.datetime.fromisoformat(meta["frozen_time"]).astimezone(dt.UTC)
    root = parse(body)
    assert root is not None
    marked = [
        get_fq_class_name(page)
        for page in versions_on(captured_at.date())
        if page.MARK.first(root) is not None
    ]
    assert [case.parent.name] == marked
    profile = next(p for p in PROFILES if p.is_own_host(url.split("/")[2]))
    _, page_class = read_article(
        url, body, declared_encoding=None, captured_at=captured_at, profile=profile
    )
    assert case.parent.name == page_class
