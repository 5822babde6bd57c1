"""The newspaper's real page, where it is at hand. Its prose stays out of this repository."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.items import NewsArticle
from crawler.pages import (
    Document,
    named_in_page,
    page_resources,
    read_article,
    read_menu,
    read_teasers,
)
from crawler.sites import BAODAKLAK

NAME = "khoa-hoc-cong-nghe-e210ca6.html"
SHARED = Path(os.environ.get("KHOBAO_SHARED") or Path(__file__).parents[4] / "shared")
PAGE = next((path for path in (SHARED / "pages" / NAME, SHARED / NAME) if path.exists()), None)
URL = (
    "http://www.baodaklak.vn//khoa-hoc-cong-nghe/202409/"
    "dieu-chinh-quy-che-quan-ly-cac-nhiem-vu-khoa-hoc-va-cong-nghe-e210ca6"
)

pytestmark = pytest.mark.skipif(PAGE is None, reason=f"{NAME} is not on this machine")


@pytest.fixture(scope="module")
def body() -> bytes:
    assert PAGE is not None
    return PAGE.read_bytes()


@pytest.fixture(scope="module")
def article(body: bytes) -> NewsArticle:
    item, page_class = read_article(
        URL,
        body,
        declared_encoding=None,
        captured_at=dt.datetime(2024, 9, 20, tzinfo=dt.UTC),
        profile=BAODAKLAK,
    )
    assert page_class == "crawler.pages.templates.template_a.ArticlePageA"
    return item


def digest(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]


def test_identity(article: NewsArticle) -> None:
    assert article.articleId == "8a10c0e291ce80980191d0f6ee210ca6"
    assert article.categoryId == "C3E9638B28E026E8E05384BA1E7B924C"
    assert (
        article.canonicalUrl == URL.replace("http://www.", "https://").replace("vn//", "vn/") + "/"
    )
    assert article.datePublished == "2024-09-10T17:00:00+07:00"
    assert article.datePublishedRaw == "17:00, 10/09/2024"
    assert (article.kind, article.template, article.declaredEncoding) == ("news", "a", "utf-8")


def test_texts(article: NewsArticle) -> None:
    paragraphs = (article.articleBody or "").split("\n\n")
    assert len(paragraphs) == 9
    assert [len(text) for text in paragraphs] == [305, 315, 150, 99, 82, 92, 274, 136, 53]
    assert digest(article.articleBody) == "1d4820233149c926"
    assert digest(article.description) == "5d62b75e354d35c3"
    assert digest(article.abstract) == "2a2189270d0fbd64"
    assert digest(article.headline) == "cc2d72388ae3bb20"
    assert article.articleBody == unicodedata.normalize("NFC", article.articleBody or "")


def test_people_tags_and_links(article: NewsArticle) -> None:
    assert [digest(author.name) for author in article.authors or []] == ["a0af4c73a9ab0f4e"]
    assert [author.role for author in article.authors or []] == [None]
    assert len(article.keywords or []) == 3
    assert [link.url.rstrip("/")[-7:] for link in article.relatedLinks or []] == [
        "c07074c",
        "ac20a28",
        "25a1197",
    ]
    assert [crumb.url for crumb in article.breadcrumbs or []] == [
        "https://baodaklak.vn/khoa-hoc-cong-nghe/"
    ]


def test_the_picture(article: NewsArticle) -> None:
    assert article.images is not None
    (image,) = article.images
    assert image.url == (
        "https://baodaklak.vn/file/fb9e3a03798789de0179a1704dea238e/092024/nam_20240908164759.jpg"
    )
    assert len(image.caption or "") == 162
    assert image.creditText is None
    assert article.mainImage == image


def test_nothing_of_the_boilerplate_is_in_the_body(article: NewsArticle) -> None:
    for text in (article.articleBody or "", article.articleBodyHtml or ""):
        assert "Ý kiến bạn đọc" not in text
        assert "Xem thêm" not in text
        assert "Facebook" not in text
        assert (article.authors or [])[0].name not in text


def test_menu_and_teasers(body: bytes) -> None:
    menu = read_menu(URL, body, BAODAKLAK)
    assert len(menu) == 45
    assert sum(link.parentId is None for link in menu) == 17
    assert len({link.categoryId for link in menu}) == 45
    teasers = read_teasers(URL, body, BAODAKLAK)
    assert [teaser.url.rstrip("/")[-7:] for teaser in teasers] == ["8311636", "ad30ffb", "e8d1880"]
    assert all(not (teaser.headline or "").startswith("(") for teaser in teasers)


def test_resources_are_on_the_newspapers_hosts_and_on_two_of_others(body: bytes) -> None:
    found = dict(page_resources(URL, body, BAODAKLAK))
    hosts = {urlsplit(url).hostname for url in found}
    assert hosts == {"baodaklak.vn", "maxcdn.bootstrapcdn.com", "cdnjs.cloudflare.com"}
    refused = dict(named_in_page(Document(URL, body), BAODAKLAK).refused)
    assert {urlsplit(url).hostname for url in refused} == {"sp.zalo.me", "apis.google.com"}
    assert set(refused.values()) == {"comments and social media"}
    assert "https://baodaklak.vn/common/v1/css/main.css?v=2.6" in found
    assert not any("width=" in url or "statcollector" in url for url in found)
    assert sorted(set(found.values())) == ["css", "image", "js"]
