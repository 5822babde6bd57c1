"""What the walk through an article makes of odd markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle

Read = Callable[..., NewsArticle]
POEMS = "/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/"
VERSES = "".join(f"<p>Câu thơ thứ {n} ngắn thôi</p>" for n in range(6))


@pytest.mark.parametrize(
    ("markup", "body"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p><span>S</span><span>ự việc</span></p>", "Sự việc"),
        ("<p>a<br>b<br/><br/>c</p>", "a\nb\n\nc"),
        ("a <b>b</b><p>c</p> d <i>e</i>", "a b\n\nc\n\nd e"),
        ("<div><div><p>a</p>b</div></div>", "a\n\nb"),
        ("<span><p>a</p></span><font>b</font>", "a\n\nb"),
        ("<p>a<script>x()</script>b<style>i{}</style><!-- no --></p>", "ab"),
        ("<p>a</p><div class='social'>x</div><ul class='social'><li>y</li></ul>", "a"),
        ("<li>a</li><p>b</p>", "a\n\nb"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "a\n\nb\n\nc"),
        ("<blockquote>a</blockquote><center>b</center>", "a\n\nb"),
        ("<p>a<o:p></o:p></p><p class='MsoNormal'><o:p>&nbsp;</o:p></p>", "a"),
        ("<p>a</p><form><input value=x><button>Nghe</button></form>", "a"),
        ("<p>a <p>b <div>c", "a\n\nb\n\nc"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n\nb"),
        ("<p>a&nbsp;&nbsp; b</p>", "a b"),
        ("<p>1 &lt; 2 &amp; 3 &gt; 2</p>", "1 < 2 & 3 > 2"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td></td><td>c</td></tr></table>", "a | b\n| c"),
        ("<table></table><p>a</p>", "a"),
        ("<hr><p>a</p><svg><text>no</text></svg>", "a"),
        ("<p>a <img src='/file/x.jpg'> b</p>", "a b"),
    ],
)
def test_text(read_body: Read, markup: str, body: str) -> None:
    assert read_body(markup).articleBody == body


@pytest.mark.parametrize(
    ("markup", "cleaned"),
    [
        ("<p style='x' class='y'>a <strong id=z>b</strong></p>", "<p>a <strong>b</strong></p>"),
        ("<h1>a</h1><h5>b</h5>", "<h2>a</h2>\n<h4>b</h4>"),
        ("<p><a href='javascript:x()'>a</a> &lt;b&gt;</p>", "<p>a &lt;b&gt;</p>"),
        (
            "<p><a href='/x/?a=1&b=\"2\"' onclick=x>a</a></p>",
            '<p><a href="https://baodaklak.vn/x/?a=1&amp;b=%222%22">a</a></p>',
        ),
        (
            "<ol><li>a</li></ol><ul><li>b</li></ul>",
            "<ol>\n<li>a</li>\n</ol>\n<ul>\n<li>b</li>\n</ul>",
        ),
        ("<p>đe\u0302\u0301n</p>", "<p>đe\u0302\u0301n</p>"),
    ],
)
def test_cleaned_html(read_body: Read, markup: str, cleaned: str) -> None:
    assert read_body(markup).articleBodyHtml == cleaned


@pytest.mark.parametrize(
    ("lead", "description"),
    [
        ("<p><strong>Lời dẫn.</strong></p>", "Lời dẫn."),
        ("<p>&nbsp;</p><p><b>Lời</b> <strong>dẫn.</strong>&nbsp;</p>", "Lời dẫn."),
        ("<p><span><strong>Lời dẫn.</strong><br></span></p>", "Lời dẫn."),
        ("<p><strong>Lời dẫn</strong>.</p>", None),
        ("<p>Lời <strong>dẫn.</strong></p>", None),
        ("<div><strong>Lời dẫn.</strong></div>", "Lời dẫn."),
    ],
)
def test_the_lead_is_a_first_paragraph_that_is_wholly_strong(
    read_body: Read, lead: str, description: str | None
) -> None:
    article = read_body(f"{lead}<p>Thân bài.</p>")
    assert article.description == description
    assert (article.articleBody or "").endswith("Thân bài.")
    assert ("Lời" in (article.articleBody or "")) is (description is None)


PICTURE = "<td><img src=/file/a.jpg></td>"
PICTURE_B = "<td><img src=/file/b.jpg></td>"
RIGHT = '<p style="text-align:right">'


@pytest.mark.parametrize(
    ("end", "authors", "body"),
    [
        (f"{RIGHT}<b>Lê Bông</b></p>", [("Lê Bông", None)], "a"),
        (f"{RIGHT}Lê Bông</p><p>&nbsp;</p>", [("Lê Bông", None)], "a"),
        (f"{RIGHT}Lê Bông<br>Giám đốc Sở</p>", [("Lê Bông", "Giám đốc Sở")], "a"),
        (f"{RIGHT}Lê Bông</p>{RIGHT}Trần Hà</p>", [("Lê Bông", None), ("Trần Hà", None)], "a"),
        (f"{RIGHT}(Còn nữa)</p>{RIGHT}Lê Bông</p>", [("Lê Bông", None)], "a\n\n(Còn nữa)"),
        (f"{RIGHT}Lê Bông</p><p>b</p>", [], "a\n\nLê Bông\n\nb"),
        (f"{RIGHT}Tháng 5-2019</p>", [], "a\n\nTháng 5-2019"),
        (f"{RIGHT}Lê Bông</p>{RIGHT}Tháng 5-2019</p>", [("Lê Bông", None)], "a\n\nTháng 5-2019"),
        (f"{RIGHT}Tháng 5-2019</p>{RIGHT}Lê Bông</p>", [("Lê Bông", None)], "a\n\nTháng 5-2019"),
        (f"{RIGHT}Lê Bông</p>{RIGHT}Ảnh: Trần Hà</p>", [("Lê Bông", None)], "a\n\nẢnh: Trần Hà"),
        (f"{RIGHT}Ảnh: Trần Hà</p>", [], "a\n\nẢnh: Trần Hà"),
        (f"{RIGHT}Lê Bông</p>{RIGHT}(tổng hợp)</p>", [("Lê Bông", "tổng hợp")], "a"),
        (f"{RIGHT}Lê Bông</p>{RIGHT}Bút danh</p>", [("Lê Bông", None)], "a"),
        ("<p align='right'>Theo CNX</p>", [("CNX", "source")], "a"),
        (f"{RIGHT}{'Lời kết dài. ' * 20}</p>", [], "a\n\n" + ("Lời kết dài. " * 20).strip()),
        ("<p align=right style='text-align: left'>Lê Bông</p>", [], "a\n\nLê Bông"),
    ],
)
def test_author_lines(
    read_body: Read, end: str, authors: list[tuple[str, str | None]], body: str
) -> None:
    article = read_body(f"<p>a</p>{end}")
    assert [(author.name, author.role) for author in article.authors or []] == authors
    assert article.articleBody == body


def test_verses_make_a_poem_only_in_a_section_of_poems(read_body: Read) -> None:
    assert read_body(VERSES).kind == "news"
    poem = read_body(VERSES, section=POEMS)
    assert poem.kind == "poem"
    assert (poem.articleBody or "").count("\n\n") == 0


def test_prose_in_a_section_of_poems_is_no_poem(read_body: Read) -> None:
    prose = "".join(f"<p>{'Một câu văn dài như sông. ' * 8}</p>" for _ in range(5))
    assert read_body(prose, section=POEMS).kind == "news"
    story = "<p><strong>" + "Lời dẫn của truyện ngắn. " * 4 + "</strong></p>" + VERSES
    assert read_body(story, section=POEMS).kind == "news"


def test_a_bold_first_verse_is_no_lead(read_body: Read) -> None:
    poem = read_body("<p><b>Gửi mẹ</b></p>" + VERSES, section=POEMS)
    assert (poem.kind, poem.description) == ("poem", None)


def test_deep_nesting_keeps_the_text(read_body: Read) -> None:
    for tag in ("div", "span", "b", "li", "a href=/x/", "blockquote"):
        article = read_body(f"<p>đầu</p><p>{f'<{tag}>' * 1500}sâu")
        assert "sâu" in (article.articleBody or ""), tag
        assert "sâu" in (article.articleBodyHtml or ""), tag


@pytest.mark.parametrize(
    ("table", "captions"),
    [
        ("<tr><td><img src=/file/a.jpg></td></tr><tr><td>Chú thích</td></tr>", ["Chú thích"]),
        ("<tr><td><img src=/file/a.jpg></td></tr><tr><td>&nbsp;</td></tr>", [None]),
        ("<tr><td><img src=/file/a.jpg></td></tr>", [None]),
        ("<tr><td><img src=/file/a.jpg><br>Chú thích</td></tr>", ["Chú thích"]),
        (f"<tr>{PICTURE}{PICTURE_B}</tr><tr><td colspan=2>Chung</td></tr>", ["Chung", "Chung"]),
        (
            f"<tr>{PICTURE}</tr><tr><td>Một</td></tr><tr>{PICTURE_B}</tr><tr><td>Hai</td></tr>",
            ["Một", "Hai"],
        ),
        ("<tr><td><img src=data:image/gif;base64,AA></td></tr>", []),
        ("<tr><td><img src='http://[loi/a.jpg'></td></tr>", []),
    ],
)
def test_captions(read_body: Read, table: str, captions: list[str | None]) -> None:
    article = read_body(f"<p>a</p><table>{table}</table>")
    assert [image.caption for image in article.images or []] == captions
    assert article.articleBody == "a"


def test_a_picture_that_stands_twice_is_one(read_body: Read) -> None:
    article = read_body(
        "<p>a</p><img src='/file//x/a.jpg?width=300&height=-&type=resize'>"
        "<table class=image><tr><td><img src=//www.baodaklak.vn/file/x/a.jpg></td></tr>"
        "<tr><td>Chú thích. Ảnh: T.H</td></tr></table>"
    )
    assert article.images is not None
    (image,) = article.images
    assert image.url == "https://baodaklak.vn/file/x/a.jpg"
    assert (image.caption, image.creditText) == ("Chú thích. Ảnh: T.H", "T.H")
