"""Markup that looks the same in a browser is read the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from crawler.items import NewsArticle

Read = Callable[..., NewsArticle]


def test_a_picture_behind_a_stand_in(read_body: Read) -> None:
    body = (
        '<p>Lời.</p><p><img src="/file/common/image/no-image.png" data-src="/file/a/that.jpg"></p>'
    )
    images = read_body(body).images or []
    assert [image.url for image in images] == ["https://baodaklak.vn/file/a/that.jpg"]


@pytest.mark.parametrize("name", ["ad_banner", "x textlink_embed", "social"])
def test_files_of_advertisements_are_not_the_articles(read_body: Read, name: str) -> None:
    noise = f'<div class="{name}"><p><a href="/file/a/uu_dai.pdf">Ưu đãi</a></p></div>'
    article = read_body(f'<p>Xem <a href="/file/a/kem.pdf">bản kèm</a>.</p>{noise}')
    assert [file.url for file in article.attachments or []] == [
        "https://baodaklak.vn/file/a/kem.pdf"
    ]


@pytest.mark.parametrize(
    "lead",
    [
        "<p><strong>Lời dẫn.</strong></p>",
        "<div><strong>Lời dẫn.</strong></div>",
        "<div style='text-align: justify'> <b>Lời</b> <b>dẫn.</b><br></div>",
        "<p><span style='font-weight:bold'>Lời dẫn.</span></p>",
        "<p style='color:#000; FONT-WEIGHT: 700'>Lời dẫn.</p>",
    ],
)
def test_a_bold_first_paragraph_is_the_lead(read_body: Read, lead: str) -> None:
    article = read_body(f"{lead}<p>Thân bài.</p>")
    assert (article.description, article.articleBody) == ("Lời dẫn.", "Thân bài.")


@pytest.mark.parametrize(
    "first",
    [
        "<div><strong>Lời dẫn.</strong><p>Thân bài.</p></div>",
        "<p><span style='font-weight:normal'>Lời dẫn.</span></p><p>Thân bài.</p>",
        "<p><span style='font-weight:400'>Lời dẫn.</span></p><p>Thân bài.</p>",
        "<div><strong>Lời</strong> dẫn.</div><p>Thân bài.</p>",
        "<strong>Lời dẫn.</strong><p>Thân bài.</p>",
    ],
)
def test_other_first_paragraphs_are_text(read_body: Read, first: str) -> None:
    article = read_body(first)
    assert (article.description, article.articleBody) == (None, "Lời dẫn.\n\nThân bài.")


@pytest.mark.parametrize(
    "line",
    [
        "<div style='text-align: right'><p><b>Lê Văn Tám</b></p></div>",
        "<div align='right'><div><p>Lê Văn Tám</p></div></div>",
        "<div align='left'><p align='right'>Lê Văn Tám</p></div>",
    ],
)
def test_a_line_in_a_box_at_the_right_names_the_author(read_body: Read, line: str) -> None:
    article = read_body(f"<p>Thân bài.</p>{line}")
    assert [author.name for author in article.authors or []] == ["Lê Văn Tám"]
    assert article.articleBody == "Thân bài."


def test_a_line_that_says_where_it_stands_is_not_moved_by_its_box(read_body: Read) -> None:
    article = read_body("<div align='right'><p align='left'>Lê Văn Tám</p></div>")
    assert article.authors == []


def test_a_caption_under_the_picture_in_a_centred_box(read_body: Read) -> None:
    body = "<p>Lời.</p><div align='center'><img src='/file/a/x.jpg'><br><em>Bến nước.</em></div>"
    article = read_body(body)
    assert [image.caption for image in article.images or []] == ["Bến nước."]
    assert article.articleBody == "Lời."


def test_a_line_break_at_the_end_of_a_paragraph_breaks_nothing(read_body: Read) -> None:
    assert read_body("<p>Lời.<br>Hai.<br /></p>").articleBodyHtml == "<p>Lời.<br>Hai.</p>"


def test_what_has_no_width_does_not_hide_the_indent_of_a_verse(read_body: Read) -> None:
    verses = "".join(f"<p>Câu thơ thứ {n} ngắn thôi</p>" for n in range(6))
    article = read_body(
        f"{verses}<p>&#8203;&nbsp;&nbsp;Chiêng ai gọi</p>",
        section="/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/",
    )
    assert (article.articleBody or "").endswith("\n  Chiêng ai gọi")


def test_a_verse_with_a_line_break_at_its_end_is_no_stanza(read_body: Read) -> None:
    verses = "".join(f"<p>Câu thơ thứ {n} ngắn thôi<br /></p>" for n in range(4))
    article = read_body(verses, section="/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/")
    assert (article.articleBody or "").count("\n") == 3


def test_each_author_has_his_own_raw_name_in_every_unicode_form(read_body: Read) -> None:
    line = unicodedata.normalize("NFD", "Trần Hà và Phạm Sử")
    authors = read_body(f"<p>Lời.</p><p align='right'>{line}</p>").authors or []
    raw = [unicodedata.normalize("NFC", author.nameRaw or "") for author in authors]
    assert raw == ["Trần Hà", "Phạm Sử"]


def test_a_line_break_in_a_headline_parts_words(read_body: Read) -> None:
    article = read_body("<p>Lời.</p>", title="Lớp học<br>bên suối")
    assert (article.headline, article.headlineRaw) == ("Lớp học bên suối", "Lớp học\nbên suối")


@pytest.mark.parametrize(("align", "names"), [("end", ["Lê Văn Tám"]), ("start", [])])
def test_the_end_of_a_line_is_its_right(read_body: Read, align: str, names: list[str]) -> None:
    article = read_body(f"<p>Lời.</p><p style='text-align:{align}'>Lê Văn Tám</p>")
    assert [author.name for author in article.authors or []] == names
