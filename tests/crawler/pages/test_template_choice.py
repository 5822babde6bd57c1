"""Which page class reads a capture: by its day, and by the marks of the page itself."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_poet.utils import get_fq_class_name

import crawler.pages.templates
from crawler.pages import ARTICLE_PAGES, read_article
from crawler.pages.article.page import ArticlePage
from crawler.pages.html import parse
from crawler.pages.templates.versions import find_versions, versions_on
from crawler.sites import PROFILES

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*.template_*/*/output.json"))

NEXT_VERSION = '''
import datetime as dt

from crawler.pages.html import Css
from crawler.pages.templates.template_a import ArticlePageA


class ArticlePageZ(ArticlePageA):
    """After an imagined redesign that moved the headline."""

    HEADLINE = Css("#content h2.tieu-de")
    valid_until = dt.date(2030, 1, 31)
'''


@pytest.fixture
def one_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ArticlePage]]:
    """A template module that is new in the package: one file, and nothing else."""
    (tmp_path / "template_z.py").write_text(NEXT_VERSION, "utf-8")
    monkeypatch.setattr(
        crawler.pages.templates, "__path__", [*crawler.pages.templates.__path__, str(tmp_path)]
    )
    [found] = set(find_versions()) - set(ARTICLE_PAGES)
    yield found
    del sys.modules["crawler.pages.templates.template_z"]


def test_a_new_module_is_found_without_being_listed(one_more: type[ArticlePage]) -> None:
    assert "ArticlePageZ" == one_more.__name__
    assert one_more in find_versions()


def test_a_new_version_lacks_a_fixture_until_there_is_one(one_more: type[ArticlePage]) -> None:
    """What test_fixtures.py asks of every class that is found."""
    assert not any((FIXTURES / get_fq_class_name(one_more)).glob("*/output.json"))
    assert all(
        any((FIXTURES / get_fq_class_name(page)).glob("*/output.json")) for page in ARTICLE_PAGES
    )


def test_the_version_whose_time_ends_first_is_tried_first(one_more: type[ArticlePage]) -> None:
    assert one_more is find_versions()[0]
    days = [page.valid_until for page in find_versions()]
    assert days == sorted(days)


def test_a_subclass_without_an_end_is_tried_before_what_it_builds_on(
    one_more: type[ArticlePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_more, "valid_until", dt.date.max)
    order = [page.__name__ for page in find_versions()]
    assert order.index("ArticlePageZ") < order.index("ArticlePageA")


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
