"""The big first letter and its word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle

Read = Callable[..., NewsArticle]


@pytest.mark.parametrize(
    ("cap", "rest", "text"),
    [
        ("S", " ự việc", "Sự việc"),
        ("S", "ự việc", "Sự việc"),
        ("S", "&nbsp;ự việc", "Sự việc"),
        ("S", "\n ự việc", "Sự việc"),
        ("Đ", " ắk Lắk", "Đắk Lắk"),
        ("Đ", " ă\u0301k Lắk", "Đắk Lắk"),
        ("T", " rong rẫy", "Trong rẫy"),
        ("T", " háng ba", "Tháng ba"),
        ("N", " gày mới", "Ngày mới"),
        ("N", " ghe kể", "Nghe kể"),
        ("Q", " uanh hồ", "Quanh hồ"),
        ("G", " iữa buôn", "Giữa buôn"),
        ("Ô", " ng Y Blô", "Ông Y Blô"),
        ("A", " nh Y Blô", "Anh Y Blô"),
        ("Ấ", " p trên", "Ấp trên"),
        # words of one letter, names, and what is no word together
        ("Ở", " đâu đó", "Ở đâu đó"),
        ("Ở", " ấp trên", "Ở ấp trên"),
        ("Y", " tế xã", "Y tế xã"),
        ("Y", " Blô kể", "Y Blô kể"),
        ("H", " Bia kể", "H Bia kể"),
        ("C", " là điểm", "C là điểm"),
        ("5", " ha rẫy", "5 ha rẫy"),
        ("P", " ở đây", "P ở đây"),
    ],
)
def test_a_letter_in_an_element_of_its_own(read_body: Read, cap: str, rest: str, text: str) -> None:
    for markup in (
        f'<p><span class="dropcap">{cap}</span>{rest} rất dài.</p>',
        f'<p><span><b>{cap}</b></span><span style="x">{rest} rất dài.</span></p>',
    ):
        article = read_body(f"<p>Mở đầu.</p>{markup}")
        assert article.articleBody == f"Mở đầu.\n\n{text} rất dài."


def test_an_opening_quote_before_it(read_body: Read) -> None:
    article = read_body("<p>a</p><p><b>“S</b> ự thật là vậy”.</p>")
    assert article.articleBody == "a\n\n“Sự thật là vậy”."


def test_a_letter_in_a_paragraph_of_its_own(read_body: Read) -> None:
    article = read_body("<div><b>M</b></div><p>ùa hồ tiêu.</p><p>b</p>")
    assert (article.articleBody, article.description) == ("Mùa hồ tiêu.\n\nb", None)
    assert article.articleBodyHtml == "<p><b>M</b>ùa hồ tiêu.</p>\n<p>b</p>"
    article = read_body("<p>a</p><p>B</p><p>là hạng hai.</p>")
    assert article.articleBody == "a\n\nB\n\nlà hạng hai."


def test_a_letter_that_is_only_followed_by_a_space_stays_alone(read_body: Read) -> None:
    """An initial, perhaps: nothing in the markup says that it belongs to the next word."""
    assert read_body("<p>a</p><p>T ở nhà một mình.</p>").articleBody == "a\n\nT ở nhà một mình."
