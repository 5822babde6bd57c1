"""Pages that no page class fits: some are articles all the same, and most are not."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import urlsplit

import pytest

from crawler.pages import ArticleReading, ListingHint, PageReading, UnreadablePage, read_page
from crawler.sites import BAODAKLAK
from practice.world import World

NOW = dt.datetime(2026, 6, 15, 8, tzinfo=dt.UTC)
URL = "https://baodaklak.vn/xa-hoi/202606/lop-hoc-ben-suoi-ea-tieu-b56121a/"
HEADLINE = "Lớp học bên suối Ea Tiêu"
SENTENCES = [
    f"Buổi học thứ {number} của cô giáo H'Lan bắt đầu khi sương còn đọng trên mái tôn, và lũ trẻ"
    f" buôn trên đã đi bộ {number} cây số để kịp giờ vào lớp."
    for number in range(2, 9)
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>\n" for sentence in SENTENCES)
LINKED = json.dumps(
    {
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "description": "Một lớp học nhỏ.",
        "datePublished": "2026-06-12T05:30:00+07:00",
    }
)
INFO = '<div id="page_info"><div id="article_id">8a10c0e291e840650191ea91fb56121a</div></div>'
OPEN_GRAPH = (
    f'<meta property="og:title" content="{HEADLINE} - Báo Đắk Lắk điện tử">'
    '<meta property="og:type" content="article">'
    '<meta property="og:description" content="Một lớp học nhỏ.">'
    '<meta property="og:image" content="/file/x/062026/lop.jpg?width=700&type=resize">'
)
PRINTED = '<span class="post-date">07:00, 01/02/2026</span><time>05:30, 12/06/2026</time>'


def page(head: str, *, before: str = "", date: str = "", text: str = PARAGRAPHS) -> bytes:
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">{head}</head>
<body>{before}<header><nav><a href="/">Trang chủ</a> <a href="/xa-hoi/">Xã hội</a></nav></header>
<main><article class="story"><h1 class="story-title">{HEADLINE}</h1>{date}
<div class="story-text">{text}</div></article></main>
<footer>Bản quyền của tòa soạn</footer></body></html>""".encode()


def linked(script: str = LINKED) -> str:
    return f'<script type="application/ld+json">{script}</script>'


def read(body: bytes, url: str = URL, listed: ListingHint | None = None) -> PageReading:
    return read_page(
        url,
        body,
        declared_encoding="utf-8",
        captured_at=NOW,
        profile=BAODAKLAK,
        listed=listed,
        cross_check_share=1.0,
    )


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        (page(linked()), None),
        (page(linked(), before=INFO), None),
        (page(OPEN_GRAPH, date=PRINTED), None),
        (page("", before=INFO, date=PRINTED), None),
        (page("", before=INFO), ListingHint(datePublished="2026-06-12T05:30:00+07:00")),
    ],
    ids=["json-ld", "json-ld-and-id", "open-graph", "id-and-printed-date", "id-and-listing"],
)
def test_an_article_of_an_unknown_template(body: bytes, listed: ListingHint | None) -> None:
    reading = read(body, listed=listed)
    assert isinstance(reading, ArticleReading)
    article = reading.article
    assert (article.headline, article.datePublished) == (HEADLINE, "2026-06-12T05:30:00+07:00")
    assert article.articleBody == "\n\n".join(SENTENCES)
    assert (article.articleBodyHtml or "").count("<p>") == len(SENTENCES)
    assert (article.url, article.canonicalUrl, article.template) == (URL, URL, "generic")
    assert reading.page_class == "crawler.pages.article.generic.read_generic"
    assert reading.extraction_error is not None
    assert reading.extraction_error.state == "quarantined"
    assert URL in reading.extraction_error.reason
    assert article.agreement is None, "its sources are what it was made of"


def test_what_the_head_says_more() -> None:
    reading = read(page(OPEN_GRAPH, before=INFO, date=PRINTED))
    assert isinstance(reading, ArticleReading)
    article = reading.article
    assert article.articleId == "8a10c0e291e840650191ea91fb56121a"
    assert article.abstract == "Một lớp học nhỏ."
    assert article.mainImage is not None
    assert article.mainImage.url == "https://baodaklak.vn/file/x/062026/lop.jpg"
    assert article.datePublishedRaw == "05:30, 12/06/2026"
    assert article.authors is None, "nobody looked for them"


NOT_ARTICLES = {
    "no-date": page(OPEN_GRAPH),
    "a-date-of-another-month": page(linked(LINKED.replace("2026-06-12", "2025-01-12"))),
    "only-dates-of-others": page(OPEN_GRAPH, date="<time>07:00, 01/02/2026</time>"),
    "next-to-no-text": page(linked(), text="<p>Đang cập nhật.</p>"),
    "one-paragraph": page(linked(), text=f"<p>{' '.join(SENTENCES)}</p>"),
    "another-headline": page(
        linked(LINKED.replace(json.dumps(HEADLINE)[1:-1], "Trang nhất hôm nay"))
    ).replace(HEADLINE.encode(), "Trang nhất hôm nay".encode()),
    "nothing-says-that-it-is-one": page("", date=PRINTED),
    "no-id-where-ids-stand": page(
        linked() + OPEN_GRAPH, before='<div id="page_info"><div id="article_id"></div></div>'
    ),
    "cut-off": page(linked())[:-40],
    "content-that-the-parser-lost": page(linked(), before=INFO).replace(
        b'class="story"', b'id="content class="story"'
    ),
    "a-wall": page(linked(), text="<p>Vui lòng nhập captcha.</p>" + PARAGRAPHS),
    "gone": page(linked(), text="<p>Bài viết không tồn tại.</p>" + PARAGRAPHS),
    "mojibake": page(linked(), text=PARAGRAPHS).decode().encode("cp1258", "ignore"),
    "empty": b"<html></html>",
}


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_a_page_that_is_not_surely_an_article(name: str) -> None:
    assert isinstance(read(NOT_ARTICLES[name]), UnreadablePage)


@pytest.mark.parametrize(
    "url",
    ["https://baodaklak.vn/", "https://baodaklak.vn/xa-hoi/", URL.replace("lop-hoc", "gia-tieu")],
)
def test_an_address_that_is_not_this_articles(url: str) -> None:
    body = page(linked())
    if "gia-tieu" in url:
        url = "https://baodaklak.vn/xa-hoi/202606/gia-ho-tieu-tang-manh-b56121a/"
    assert isinstance(read(body, url), UnreadablePage)


def test_it_can_be_left_out() -> None:
    reading = read_page(
        URL,
        page(linked()),
        declared_encoding=None,
        captured_at=NOW,
        profile=BAODAKLAK,
        with_generic=False,
    )
    assert isinstance(reading, UnreadablePage)


@pytest.mark.parametrize("template", ["a", "b"])
def test_no_page_of_a_known_template_is_read_generically_however_it_is_broken(
    template: str,
) -> None:
    world = World(seed=8, articles=40, template=template)
    home = world.respond("baodaklak.vn", "/", "", fetch_number=1).body
    for truth in world.truth_articles("baodaklak"):
        url = truth["url"]
        parts = urlsplit(url)
        body = world.respond(parts.netloc, parts.path, parts.query, fetch_number=1).body
        middle = body.index(b'id="content"')
        broken = (
            home,
            body[:middle],
            body[: middle + 7],
            body[: middle + len(body[middle:]) // 2],
            body[:middle] + b"</body></html>" + b"<div>" * 3000 + body[middle:],
            body.replace(b'id="content"', b'id="content').replace(b"</div>", b"</dvi>"),
            re.sub(rb'<div id="article_id">[^<]*', b'<div id="article_id">', body),
        )
        for number, bytes_ in enumerate(broken):
            reading = read(bytes_, url)
            if isinstance(reading, ArticleReading):
                assert reading.article.template != "generic", (url, number)
