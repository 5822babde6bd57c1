"""The fixtures themselves; web-poet's plugin tests every field of every one of them."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from web_poet.fields import get_fields_dict
from web_poet.utils import get_fq_class_name

from crawler.items import NewsArticle
from crawler.pages import ARTICLE_PAGES
from crawler.pages.listings.menu import MenuPage
from crawler.pages.listings.section import SectionPageA, SectionPageB
from crawler.pages.listings.teasers import TeaserBlocks

FIXTURES = Path(__file__).parents[2] / "fixtures"
PAGES = [*ARTICLE_PAGES, MenuPage, SectionPageA, SectionPageB, TeaserBlocks]
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/output.json"))
NOT_OF_THE_PAGE = {"provenance", "agreement", "metadata", "dateModified", "dateModifiedRaw"}


@pytest.mark.parametrize("page_class", PAGES, ids=lambda page_class: page_class.__name__)
def test_every_page_class_has_a_fixture(page_class: type) -> None:
    assert any((FIXTURES / get_fq_class_name(page_class)).glob("*/output.json"))


@pytest.mark.parametrize("page_class", PAGES, ids=lambda page_class: page_class.__name__)
def test_every_field_has_a_value_in_some_fixture(page_class: type) -> None:
    outputs = [
        json.loads(path.read_text("utf-8"))
        for path in (FIXTURES / get_fq_class_name(page_class)).glob("*/output.json")
    ]
    without_example = (
        {"alternativeHeadline", "audios", "attachments"} if "B" in str(page_class) else set()
    )
    for name in set(get_fields_dict(page_class)) - without_example:
        assert any(output.get(name) not in (None, "", []) for output in outputs), name


def test_article_pages_fill_every_field_of_the_item() -> None:
    fields = {attribute.name for attribute in attrs.fields(NewsArticle)} - NOT_OF_THE_PAGE
    missing = {page: fields - set(get_fields_dict(page)) for page in ARTICLE_PAGES}
    by_name = {page.__name__: names for page, names in missing.items()}
    assert by_name == {"ArticlePageA": set(), "ArticlePageB": {"alternativeHeadline"}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_every_fixture_says_what_it_is_for_and_freezes_the_clock(case: Path) -> None:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    assert meta["why"]
    assert meta["frozen_time"].endswith("+07:00")
