from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from crawler.items import Agreement, CrossCheck, NewsArticle
from pipelines.fingerprint import Fingerprint, fingerprint
from pipelines.mongodb.schema import to_document

MakeArticle = Callable[..., NewsArticle]


def of(article: NewsArticle) -> Fingerprint:
    return fingerprint(to_document(article))


def test_unicode_forms_and_tone_places_compare_as_equal(make_article: MakeArticle) -> None:
    body = "Thuỷ lợi được khôi phục, cả buôn hoà chung niềm vui trong ngày hội. " * 3
    other = body.replace("Thuỷ", "Thủy").replace("hoà", "hòa")
    article = make_article(articleBody=body, articleBodyHtml=f"<p>{body}</p>")
    assert of(article) == of(make_article(articleBody=other, articleBodyHtml=f"<p>{other}</p>"))
    decomposed = unicodedata.normalize("NFD", body)
    again = make_article(articleBody=decomposed, articleBodyHtml=f"<p>{decomposed}</p>")
    assert of(article) == of(again)


@pytest.mark.parametrize(
    "fields",
    [
        {"articleBody": "Đoạn một.\n\nĐoạn hai."},
        {"headline": "x"},
        {"keywords": ["cà phê, hồ Lắk"]},
        {"keywords": ["cà phê", "hồ", "Lắk"]},
        {"description": "Lời dẫn của hệ thống.", "abstract": "Lời dẫn in trên trang."},
        {"articleBodyHtml": '<p><a href="https://baodaklak.vn/khac/">x</a></p>'},
    ],
)
def test_what_differs_differs(make_article: MakeArticle, fields: dict[str, Any]) -> None:
    assert of(make_article()).contentHash != of(make_article(**fields)).contentHash


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://baodaklak.vn/x/", "canonicalUrl": "https://baodaklak.vn/x/"},
        {"articleSection": "Khác", "categoryId": "1", "breadcrumbs": []},
        {"headlineRaw": "x", "datePublishedRaw": "x", "template": "b", "provenance": None},
        {"datePublished": "2026-03-02T07:05:00+00:00"},
        {"agreement": Agreement(disagreement=1.0, crossChecks=[CrossCheck(name="listing")])},
    ],
)
def test_what_is_not_said_by_the_article_does_not_count(
    make_article: MakeArticle, fields: dict[str, Any]
) -> None:
    assert of(make_article()) == of(make_article(**fields))


def test_the_cluster_is_of_the_body_alone(make_article: MakeArticle) -> None:
    original = make_article(1)
    assert original.articleBody is not None
    joined = original.articleBody.replace("\n\n", "\n")
    reprint = make_article(2, articleBody=joined, headline="Đăng lại", authors=[])
    assert of(reprint).cluster == of(original).cluster is not None
    assert of(reprint).contentHash != of(original).contentHash
    assert of(make_article(articleBody="Ảnh: Y Blô")).cluster is None
    assert of(make_article(articleBody=None)).cluster is None
