"""Old pages that print no date beside the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle
from crawler.pages import MalformedArticleError
from crawler.sites import PHUYEN

Read = Callable[..., NewsArticle]
LEGACY = "https://baodaklak.vn/channel/3487/201104/doi-bong-xa-1989582/"
HEAD = '<head><meta property="article:published_time" content="{}"/></head>'


def page(fixture_page: Callable[[str], bytes], head: str, *, date: str = "") -> bytes:
    body = fixture_page("crawler.pages.templates.template_a.ArticlePageA/news").decode()
    start = body.index('<div class="date">', body.index('id="content"'))
    end = body.index("</div>", start) + len("</div>")
    body = body[:start] + (date and f'<div class="date">{date}</div>') + body[end:]
    return (body[: body.index("<head>")] + head + body[body.index("</head>") + 7 :]).encode()


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2011-04-19T08:30:00+07:00", "2011-04-19T08:30:00+07:00"),
        ("2011-04-19 08:30:00.0", "2011-04-19T08:30:00+07:00"),
        ("08:30, 19/04/2011", "2011-04-19T08:30:00+07:00"),
    ],
)
def test_the_date_of_the_head(
    read: Read, fixture_page: Callable[[str], bytes], written: str, published: str
) -> None:
    article = read(page(fixture_page, HEAD.format(written)), LEGACY)
    assert (article.datePublished, article.datePublishedRaw) == (published, written)


def test_the_printed_date_comes_first(read: Read, fixture_page: Callable[[str], bytes]) -> None:
    body = page(fixture_page, HEAD.format("2020-01-01T00:00:00"), date="08:30, 19/04/2011")
    assert read(body, LEGACY).datePublishedRaw == "08:30, 19/04/2011"


@pytest.mark.parametrize("head", ["", HEAD.format(""), HEAD.format("hôm nọ")])
def test_no_date_is_invented(read: Read, fixture_page: Callable[[str], bytes], head: str) -> None:
    with pytest.raises(MalformedArticleError, match="datePublished"):
        read(page(fixture_page, head), LEGACY)


def test_on_a_page_of_today_a_missing_date_is_a_changed_layout(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    body = page(fixture_page, HEAD.format("2024-09-10T17:00:00+07:00"))
    with pytest.raises(MalformedArticleError, match="datePublishedRaw"):
        read(body)


def test_numbered_addresses_are_old_ones_too(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    body = page(fixture_page, HEAD.format("2014-03-31T13:00:00"))
    article = read(body, "https://phuyen.baodaklak.vn/95/112869/mua-nang/", PHUYEN)
    assert article.datePublished == "2014-03-31T13:00:00+07:00"
