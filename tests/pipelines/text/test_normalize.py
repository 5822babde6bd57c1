from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.pages.html import LINE_BREAK, clean
from pipelines.text.normalize import NO_WIDTH, normalize, normalize_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Một \t hai\u00a0 ba \n bốn ", "Một hai ba bốn"),
        ("xâ\u0301y", "xấy"),
        (unicodedata.normalize("NFD", "Đắk Lắk, ngày thứ bảy"), "Đắk Lắk, ngày thứ bảy"),
        ("kho\u00adáng \ufeffsản\u200b", "khoáng sản"),
        # as printed: quotes, dashes, apostrophes, letters of the Ê Đê alphabet, three dots
        ("“Ƀuôn” – ‘čĕ’ — M’Đrắk, M'Drak…", "“Ƀuôn” – ‘čĕ’ — M’Đrắk, M'Drak…"),
        ("Ŏ ŏ Ŭ ŭ Ñ ñ", "Ŏ ŏ Ŭ ŭ Ñ ñ"),
        ("o\u0306 u\u0306 n\u0303 c\u030c", "ŏ ŭ ñ č"),
        # no side of the old and the new spelling is taken in what is stored
        ("hoà hòa", "hoà hòa"),
        # what word processors leave behind
        ("\uf0b7 Cà phê\uf020", "Cà phê"),
        ("a\ufffcb\u202ac\u202c", "abc"),
        ("a\x07b\x96c\x7f", "abc"),
        ("a\x0bb\x85c\u3000d\u2003e\u202ff", "a b c d e f"),
        # The mark meets its letter only once the thing between them is gone.
        ("a\u200b\u0301", "á"),
        ("", ""),
        ("\u00a0\n", ""),
    ],
)
def test_normalize(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một  đoạn. \n\n\n\n Hai\u00a0đoạn.\n", "Một đoạn.\n\nHai đoạn."),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\n \nMở đầu", "Mở đầu"),
        ("một dòng", "một dòng"),
        ("kết \n", "kết"),
        ("\uf0b7 a\n\ufffc b\x07", "a\nb"),
        ("a\u200b\n\u200b\n\u200b\n\u200bb", "a\n\nb"),
    ],
)
def test_normalize_lines(text: str, expected: str) -> None:
    assert normalize_lines(text) == expected


def test_verses_keep_their_indent() -> None:
    poem = "\n  Nắng\u00a0 lên  đồi \n\u00a0\u00a0\u00a0Gió qua\n \n\n*\n\nMưa về\n"
    expected = "  Nắng lên đồi\n   Gió qua\n\n*\n\nMưa về"
    assert normalize_lines(poem, keep_indent=True) == expected
    assert normalize_lines(expected, keep_indent=True) == expected


def visible(text: str) -> str:
    """Everything but white space, in one form."""
    return "".join(unicodedata.normalize("NFC", NO_WIDTH.sub("", text)).split())


def letters(text: str) -> Counter[str]:
    """How often each letter, digit and sign stands there, and each mark."""
    return Counter(unicodedata.normalize("NFD", visible(text)))


TEXT = st.text(
    st.characters() | st.sampled_from("\n\n  \u00a0\u00ad\u200b\u0301\u0323aâđ\uf0b7\x07")
)


@given(TEXT)
@example("\n \u0301")
def test_one_line_loses_no_letter_and_is_stable(text: str) -> None:
    once = normalize(text)
    assert visible(once) == visible(text)
    assert letters(once) == letters(text)
    assert normalize(once) == once
    assert NO_WIDTH.search(once) is None
    assert unicodedata.is_normalized("NFC", once)


@given(TEXT, st.booleans())
@example("\x0b\n a", True)
def test_lines_lose_no_letter_and_are_stable(text: str, keep_indent: bool) -> None:
    once = normalize_lines(text, keep_indent=keep_indent)
    assert visible(once) == visible(text)
    assert letters(once) == letters(text)
    assert NO_WIDTH.search(once) is None
    assert normalize_lines(once, keep_indent=keep_indent) == once
    assert unicodedata.is_normalized("NFC", once)


@given(TEXT.filter(lambda text: LINE_BREAK not in text))
def test_page_objects_clean_in_the_same_way(text: str) -> None:
    """They share no code, and must agree: a second opinion compares before this stage."""
    assert normalize(clean(text)) == normalize(text) == clean(text)
