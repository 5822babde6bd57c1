"""Tables: of facts with all their spans, of pictures, of verses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle

Read = Callable[..., NewsArticle]
POEMS = "/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/"
SPANNED = """<table border="1"><caption>Sản lượng <em>vụ mùa</em></caption>
<tr><th rowspan="2">Địa phương</th><th colspan="2">Diện tích</th></tr>
<tr><th>2023</th><th>2024</th></tr>
<tr><td rowspan=2 style="x">Ea Kao</td><td>12</td><td>14</td></tr>
<tr><td colspan="2">chưa có</td></tr>
<tr><td colspan="3">Nguồn: xã</td></tr></table>"""


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            SPANNED,
            (
                "Sản lượng vụ mùa\nĐịa phương | Diện tích\n| 2023 | 2024\nEa Kao | 12 | 14\n"
                "| chưa có\n"
                "Nguồn: xã"
            ),
        ),
        (
            (
                "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>"
                "<tr><td>1</td><td>2</td></tr>"
                "</tbody><tfoot><tr><td>3</td><td>4</td></tr></tfoot></table>"
            ),
            "a | b\n1 | 2\n3 | 4",
        ),
        (
            (
                "<table><tr><td>a</td><td rowspan=3>b</td><td>c</td></tr>"
                "<tr><td>d</td><td>e</td></tr>"
                "<tr><td>f</td><td>g</td></tr></table>"
            ),
            "a | b | c\nd | | e\nf | | g",
        ),
        (
            (
                "<table><tr><td colspan=0>a</td><td rowspan=x>b</td></tr>"
                "<tr><td>c</td><td>d</td></tr>"
                "</table>"
            ),
            "a | b\nc | d",
        ),
        (
            (
                "<table><tr><td colspan=99999999>a</td></tr>"
                "<tr><td rowspan=9999999>b</td><td>c</td></tr>"
                "</table>"
            ),
            "a\nb | c",
        ),
    ],
)
def test_text_of_facts(read_body: Read, table: str, text: str) -> None:
    assert read_body(f"<p>Lời.</p>{table}").articleBody == f"Lời.\n\n{text}"


def test_spans_and_caption_stay_in_the_html(read_body: Read) -> None:
    assert read_body(SPANNED).articleBodyHtml == (
        "<table><caption>Sản lượng <em>vụ mùa</em></caption>"
        '<tr><th rowspan="2">Địa phương</th><th colspan="2">Diện tích</th></tr>'
        "<tr><th>2023</th><th>2024</th></tr>"
        '<tr><td rowspan="2">Ea Kao</td><td>12</td><td>14</td></tr>'
        '<tr><td colspan="2">chưa có</td></tr>'
        '<tr><td colspan="3">Nguồn: xã</td></tr></table>'
    )


def test_the_caption_of_a_table_of_pictures_is_the_pictures(read_body: Read) -> None:
    article = read_body(
        "<p>a</p><table class=image><caption>Mùa lúa. Ảnh: H.N</caption>"
        "<tr><td><img src=/file/s/a.jpg></td></tr></table>"
    )
    (image,) = article.images or []
    assert (image.caption, image.creditText) == ("Mùa lúa. Ảnh: H.N", "H.N")
    assert article.articleBody == "a"


def verses(*numbers: int) -> str:
    return "<br>".join(f"Câu thơ thứ {number}" for number in numbers)


def lines(*numbers: int) -> str:
    return verses(*numbers).replace("<br>", "\n")


@pytest.mark.parametrize(
    ("markup", "body"),
    [
        (
            f"<table><tr><td>{verses(1, 2, 3)}</td><td>{verses(4, 5, 6)}</td></tr></table>",
            f"{lines(1, 2, 3)}\n\n{lines(4, 5, 6)}",
        ),
        (
            (
                f"<table><tr><td>{verses(1, 2, 3)}</td><td>{verses(7, 8, 9)}</td></tr>"
                f"<tr><td>{verses(4, 5, 6)}</td><td>{verses(10, 11, 12)}</td></tr></table>"
            ),
            "\n\n".join(lines(n, n + 1, n + 2) for n in (1, 4, 7, 10)),
        ),
        (
            "<table><tr><td>"
            + "".join(f"<p>Câu thơ thứ {n}</p>" for n in (1, 2, 3))
            + "</td><td>"
            + "".join(f"<p>Câu thơ thứ {n}</p>" for n in (4, 5, 6))
            + "</td></tr></table><p>Tháng 5-2019</p>",
            f"{lines(1, 2, 3)}\n\n{lines(4, 5, 6)}\n\nTháng 5-2019",
        ),
        (
            f"<p>{verses(1, 2)}<br><br>{verses(3, 4)}</p>",
            f"{lines(1, 2)}\n\n{lines(3, 4)}",
        ),
        (
            f"<p>{verses(1, 2)}<br>&nbsp;<br>{verses(3, 4)}<br></p><p>{verses(5, 6)}</p>",
            f"{lines(1, 2)}\n\n{lines(3, 4)}\n\n{lines(5, 6)}",
        ),
        (
            f"<div>{verses(1, 2)}<br>&nbsp;&nbsp;&nbsp;{verses(3)}<br><br>{verses(4, 5)}</div>",
            f"{lines(1, 2)}\n   {lines(3)}\n\n{lines(4, 5)}",
        ),
    ],
)
def test_verses_and_stanzas(read_body: Read, markup: str, body: str) -> None:
    article = read_body(markup, section=POEMS)
    assert (article.kind, article.articleBody) == ("poem", body)


def test_short_lines_side_by_side_are_no_facts_in_any_section(read_body: Read) -> None:
    markup = f"<table><tr><td>{verses(1, 2, 3)}</td><td>{verses(4, 5, 6)}</td></tr></table>"
    article = read_body(f"<p>Lời.</p>{markup}")
    assert article.articleBody == f"Lời.\n\n{lines(1, 2, 3)}\n\n{lines(4, 5, 6)}"


@pytest.mark.parametrize(
    "cells",
    [
        ["Ea Kao", "12<br>ha<br>đất"],
        ["<b>Ea Kao</b><br>xã", "12 ha<br>14 ha<br>15 ha"],
        [*["Một câu rất dài kể về sản lượng của xã trong nhiều năm vừa qua.<br>" * 3] * 2],
        ["a<br>b<br>c"] * 4,
    ],
)
def test_facts_stay_facts(read_body: Read, cells: list[str]) -> None:
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    article = read_body(f"<p>Lời.</p><table><tr>{row}</tr><tr>{row}</tr></table>")
    assert "<table>" in (article.articleBodyHtml or "")


@pytest.mark.parametrize(
    ("markup", "images"),
    [
        ("<div style=\"background-image:url('/file/s/a.jpg')\"><p>b</p></div>", ["/file/s/a.jpg"]),
        (
            "<section style='background: #000 url(/file//s/a.jpg) no-repeat'>b</section>",
            ["/file/s/a.jpg"],
        ),
        (
            '<p style="BACKGROUND-IMAGE: url(&quot;/file/s/a.jpg?width=1800&quot;)">b</p>',
            ["/file/s/a.jpg"],
        ),
        ("<p>b <span style='background:url(/file/s/a.jpg)'></span></p>", []),
        ("<div style='background:url(/file/default.jpg)'>b</div>", []),
        ("<div style='background:url(data:image/png;base64,AAAA)'>b</div>", []),
        ("<div style='list-style:url(/file/s/a.jpg)'>b</div>", []),
        ("<div class=social style='background:url(/file/s/a.jpg)'></div>b", []),
    ],
)
def test_pictures_behind_the_text(read_body: Read, markup: str, images: list[str]) -> None:
    article = read_body(f"<p>a</p>{markup}")
    found = [image.url.removeprefix("https://baodaklak.vn") for image in article.images or []]
    assert found == images
    assert article.articleBody == "a\n\nb"


@pytest.mark.parametrize(
    ("markup", "files"),
    [
        ("<div id=baoin-viewer data-pdf=/file/s/a.pdf></div>", ["a.pdf"]),
        ("<div data-pdf='/file/s/a.pdf,/file/s/b.pdf'></div>", ["a.pdf", "b.pdf"]),
        ('<div data-pdf=\'["/file/s/a.pdf", "/file/s/b.pdf"]\'></div>', ["a.pdf", "b.pdf"]),
        ("<div data-pdf='/file/s/so bao.pdf'></div>", ["so%20bao.pdf"]),
        ("<p data-pdf=/file/s/a.pdf></p><p data-pdf=/file/s/b.pdf></p>", ["a.pdf", "b.pdf"]),
        ("<iframe src=/file/s/a.pdf></iframe>", ["a.pdf"]),
        ("<iframe src='/pdfjs/viewer.html?file=/file/s/a.pdf#page=2'></iframe>", ["a.pdf"]),
        (
            (
                "<iframe src='https://docs.google.com/viewer?embedded=true&url="
                "https%3A%2F%2Fbaodaklak.vn%2Ffile%2Fs%2Fa.pdf'></iframe>"
            ),
            ["a.pdf"],
        ),
        ("<object data=/file/s/a.pdf></object>", ["a.pdf"]),
        (
            (
                "<select><option value=/file/s/a.pdf>Trang 1</option>"
                "<option value=/file/s/b.pdf>Trang 2</option></select>"
            ),
            ["a.pdf Trang 1", "b.pdf Trang 2"],
        ),
        (
            (
                "<div data-pdf=/file/s/a.pdf></div><a href=/file/s/a.pdf>Cả số</a>"
                "<a href='/file/s/b.pdf'>Phụ trương</a>"
            ),
            ["a.pdf Cả số", "b.pdf Phụ trương"],
        ),
    ],
)
def test_files(read_body: Read, markup: str, files: list[str]) -> None:
    article = read_body(f"<p>a</p>{markup}")
    found = [
        " ".join(filter(None, [file.url.rpartition("/")[2], file.name]))
        for file in article.attachments or []
    ]
    assert (found, article.videos) == (files, [])


AD = '<div class="x ad_banner"><video src="/file/s/qc.mp4"></video><p>Mua ngay</p></div>'


def test_an_advertisement_in_a_cell_does_not_decide_what_the_table_is(read_body: Read) -> None:
    cells = [f"<td><p>{text}</p>{{}}cuối {text}</td>" for text in ("một", "hai")]
    table = f"<table><tr>{''.join(cells)}</tr></table>"
    article = read_body(table.format(AD, "") + "<p>Chữ.</p>")
    assert article.articleBody == "một cuối một | hai cuối hai\n\nChữ."
    assert article.articleBody == read_body(table.format("", AD) + "<p>Chữ.</p>").articleBody
    assert (article.videos, article.videoIds) == ([], [])
