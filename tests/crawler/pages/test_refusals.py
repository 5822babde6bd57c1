"""Pages that are no articles: each raises the error that names what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle
from crawler.pages import (
    BlockPageError,
    EmptyPageError,
    MalformedArticleError,
    NotAnArticleError,
    SoftNotFoundError,
)

Read = Callable[..., NewsArticle]
NEWS = "crawler.pages.templates.template_a.ArticlePageA/news"
LEAD_REPEATED = "crawler.pages.templates.template_b.ArticlePageB/lead-repeated"


@pytest.mark.parametrize(
    "body",
    [b"", b" \r\n\t ", b"\x00\x00", b"\xef\xbb\xbf", b"<!-- only a comment -->", b"<html></html>"],
)
def test_an_empty_page(read: Read, body: bytes) -> None:
    with pytest.raises(EmptyPageError, match="is empty"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        "<html><title>Just a moment...</title><body><div id='cf-challenge'>x</div></body></html>",
        "<html><body><form>Vui lòng nhập captcha để tiếp tục</form></body></html>",
        "<html><script>document.cookie='D1N=1';location.reload(true)</script></html>",
        "<html><h1>Access Denied</h1><p>Reference #18</p></html>",
        "<p>Hãy xác nhận bạn không phải là robot</p>",
    ],
)
def test_a_block_page(read: Read, body: str) -> None:
    with pytest.raises(BlockPageError) as caught:
        read(body.encode())
    assert caught.value.mark in str(caught.value)


def test_a_section_page_where_an_article_was_asked_for(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    with pytest.raises(SoftNotFoundError):
        read(fixture_page("crawler.pages.listings.section.SectionPageA/rows"))


def test_a_captcha_in_the_comment_form_does_not_make_an_article_a_block_page(
    read_body: Read,
) -> None:
    assert read_body("<p>Chống captcha.</p>").articleBody == "Chống captcha."


def test_not_found_in_the_shape_of_an_article(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    page = fixture_page(NEWS)
    page = page.replace(b"8a10c0e291e840650191ea91fb56121a", b"")
    page = page.replace(b'<div class="date">11:46, 15/09/2024</div>', b"")
    with pytest.raises(SoftNotFoundError, match="article_id"):
        read(page)


def test_a_page_that_says_so(read: Read) -> None:
    with pytest.raises(SoftNotFoundError, match="does not exist"):
        read("<html><h1>Không tìm thấy trang</h1></html>".encode())


def test_some_other_page(read: Read) -> None:
    with pytest.raises(NotAnArticleError, match="no known template") as caught:
        read(b"<html><body><p>It works!</p></body></html>")
    assert type(caught.value) is NotAnArticleError


@pytest.mark.parametrize(
    ("damage", "field", "selector"),
    [
        ((b"media-heading title5", b"x"), "headline", "#content h1.media-heading"),
        ((b'class="date">11:46', b'class="day">11:46'), "datePublishedRaw", "#content > div.date"),
        ((b"11:46, 15/09/2024", b"11:46, 35/09/2024"), "datePublished", "#content > div.date"),
        ((b"11:46, 15/09/2024", b"&nbsp;"), "datePublishedRaw", "#content > div.date"),
        ((b'article_id">8a10', b'article_id">xyz'), "articleId", "#page_info #article_id"),
    ],
)
def test_a_missing_field_is_named_with_its_selector(
    read: Read,
    fixture_page: Callable[[str], bytes],
    damage: tuple[bytes, bytes],
    field: str,
    selector: str,
) -> None:
    page, (old, new) = fixture_page(NEWS), damage
    assert old in page
    with pytest.raises(MalformedArticleError) as caught:
        read(page.replace(old, new))
    assert (caught.value.field, caught.value.selector) == (field, selector)
    assert caught.value.url in str(caught.value)


def test_template_b_falls_back_to_the_title_in_page_info(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    page = fixture_page(LEAD_REPEATED).replace(b'<h1 class="title">', b'<h1 class="other">')
    assert read(page).headline == "Khám bệnh lưu động"


@pytest.mark.parametrize("fixture", [NEWS, LEAD_REPEATED])
def test_a_page_cut_off_in_the_text_is_refused(
    read: Read, fixture_page: Callable[[str], bytes], fixture: str
) -> None:
    page = fixture_page(fixture)
    start = page.index(b'id="content"')
    for end in range(start, page.index(b"</html", start), 97):
        with pytest.raises(NotAnArticleError):
            read(page[:end])


def test_an_article_without_anything_in_it(read_body: Read) -> None:
    with pytest.raises(MalformedArticleError, match="neither text nor pictures"):
        read_body("<p>&nbsp;</p>")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1258", "utf-16"])
def test_a_page_written_in_another_charset(
    read: Read, fixture_page: Callable[[str], bytes], encoding: str
) -> None:
    page = fixture_page(LEAD_REPEATED).decode().encode(encoding, "replace")
    with pytest.raises(NotAnArticleError):
        read(page)


def test_a_stray_byte_becomes_a_replacement_character(
    read: Read, fixture_page: Callable[[str], bytes]
) -> None:
    page = fixture_page(NEWS).replace("Cô giáo".encode(), b"C\xf4 gi\xc3\xa1o")
    assert (read(page).articleBody or "").startswith("C\ufffd giáo H'Lan")


def test_a_replacement_character_of_the_page_itself_is_text(read_body: Read) -> None:
    assert read_body("<p>\ufffd</p>").articleBody == "\ufffd"


@pytest.mark.parametrize("fixture", [NEWS, LEAD_REPEATED])
def test_an_article_whose_content_is_missing_is_not_called_gone(
    read: Read, fixture_page: Callable[[str], bytes], fixture: str
) -> None:
    page = fixture_page(fixture)
    with pytest.raises(MalformedArticleError, match="no content"):
        read(page[: page.index(b'id="content"')])


def test_a_page_that_the_parser_gives_up_on(read_body: Read) -> None:
    with pytest.raises(MalformedArticleError, match="in one another"):
        read_body("<p>đầu</p>" + "<div>" * 3000 + "<p>cuối</p>" + "</div>" * 3000)


def test_text_swallowed_by_an_unclosed_quote(read_body: Read) -> None:
    with pytest.raises(MalformedArticleError, match="unclosed quote"):
        read_body('<p>đầu</p><div class="x><p>giữa</p><p class="y">cuối</p>')
