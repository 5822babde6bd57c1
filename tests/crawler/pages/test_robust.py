"""Whatever the bytes: a whole article, or one of the named errors; and no letter is made up."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.items import NewsArticle
from crawler.pages import (
    NotAnArticleError,
    page_resources,
    read_article,
    read_menu,
    read_section_page,
    read_teasers,
    read_videos,
)
from crawler.pages.html import clean, lines
from crawler.sites import BAODAKLAK, PHUYEN

FIXTURES = Path(__file__).parents[2] / "fixtures"
PAGES = sorted(FIXTURES.glob("crawler.pages.templates.template_*/*/inputs/HttpResponse-body.html"))
BODIES = [path.read_bytes() for path in PAGES]
URL = "https://baodaklak.vn/xa-hoi/202409/mot-bai-bao-b56121a/"
CAPTURED = dt.datetime(2024, 9, 20, tzinfo=dt.UTC)
THOROUGH = settings(max_examples=150)

SNIPPETS = [
    b"<div>", b"</div>", b"</p>", b"<table>", b"<td>", b"<li>", b"</body></html>", b"<!--", b"-->",
    b"<script>", b'"', b"'", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"\x00", b"\xff\xfe",
    b"\xed\xa0\x80", b"<p align=right>", b"<img src='//['>", b"<a href='http://[::1'>", b"<svg>",
    b"<base href='//x'>", b"<video>", b'<div id="content">', b"\xcc\x81", b"<plaintext>",
    b"<frameset>", b"<?xml?>", b"<![CDATA[", b'<a href="https://x:99999/">',
    b"<iframe src='http://a:b'>",
]  # fmt: skip


@st.composite
def damaged_pages(draw: st.DrawFn) -> bytes:
    """A page of a fixture, cut, spliced and overwritten."""
    page = bytearray(draw(st.sampled_from(BODIES)))
    start = page.find(b'id="content"')
    for _ in range(draw(st.integers(1, 8))):
        near_text = draw(st.booleans())
        low, high = (
            (max(start - 200, 0), min(start + 3000, len(page))) if near_text else (0, len(page))
        )
        at = draw(st.integers(low, high))
        how = draw(st.sampled_from(["insert", "delete", "overwrite"]))
        length = draw(st.integers(0, 60))
        if how == "insert":
            page[at:at] = draw(st.sampled_from(SNIPPETS) | st.binary(max_size=20))
        elif how == "delete":
            del page[at : at + length]
        else:
            page[at : at + length] = draw(st.binary(min_size=length, max_size=length))
    return bytes(page)


def check_whole(article: NewsArticle) -> None:
    assert article.headline
    assert article.articleId
    assert article.datePublished
    assert article.datePublishedRaw
    assert article.canonicalUrl == URL
    for name in (
        "authors",
        "images",
        "keywords",
        "videos",
        "audios",
        "relatedLinks",
        "attachments",
    ):
        assert isinstance(getattr(article, name), list), name
    for text in (article.headline, article.articleBody, article.description, article.abstract):
        assert text is None or text == unicodedata.normalize("NFC", text)
    has_media = article.images or article.videos or article.audios or article.attachments
    assert article.articleBody or article.description or has_media
    assert read_videos(article) is not None


def read_everything(body: bytes) -> None:
    for profile in (BAODAKLAK, PHUYEN):
        try:
            article, _ = read_article(
                URL, body, declared_encoding=None, captured_at=CAPTURED, profile=profile
            )
        except NotAnArticleError:
            continue
        check_whole(article)
    read_teasers(URL, body, BAODAKLAK)
    read_section_page(URL, body, BAODAKLAK)
    read_menu(URL, body, BAODAKLAK)
    for url, kind in page_resources(URL, body, BAODAKLAK):
        assert BAODAKLAK.refuses(url, kind) is None


@THOROUGH
@given(damaged_pages())
def test_a_damaged_page(body: bytes) -> None:
    read_everything(body)


@THOROUGH
@given(st.binary(max_size=2000))
@example(b"<html>")
@example(b"\xff" * 10)
@example(b"<a href='//['>")
def test_random_bytes(body: bytes) -> None:
    read_everything(body)


@THOROUGH
@given(st.sampled_from(BODIES), st.integers(min_value=0))
def test_a_truncated_page(body: bytes, cut: int) -> None:
    read_everything(body[: cut % len(body)])


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(len(body)))
def test_every_snippet_in_the_middle_of_the_text(body: bytes) -> None:
    middle = body.index(b"<p", body.index(b'id="content"'))
    for snippet in SNIPPETS:
        read_everything(body[:middle] + snippet + body[middle:])


@given(st.text())
def test_cleaning_adds_no_letter(text: str) -> None:
    before = unicodedata.normalize("NFC", text)
    for cleaned in (clean(text), lines(text)):
        assert clean(cleaned) == clean(text)
        rest = iter(unicodedata.normalize("NFD", before))
        for letter in unicodedata.normalize("NFD", cleaned):
            if not letter.isspace():
                assert letter in before or letter in rest
        assert len("".join(cleaned.split())) <= len("".join(text.split()))


@given(st.text(alphabet=st.sampled_from(" \xa0\u200b\u00ada\u0301â\u0301đ\n\t\ufdd0b")))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert lines(lines(text).replace("\n", "\ufdd0")) == lines(text)
