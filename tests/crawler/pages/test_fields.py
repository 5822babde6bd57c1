"""Credits, marks, letters."""

from __future__ import annotations

import pytest

from crawler.pages.fields import credit_of, kind_of_title, without_mark
from crawler.pages.html import LINE_BREAK, clean, lines


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Giờ học. Ảnh: X.Y", "X.Y"),
        ("Giờ học. Ảnh : K. Oanh.", "K. Oanh"),
        ("Giờ học (Ảnh: CTV)", "CTV"),
        ("Ảnh: Huy", "Huy"),
        ("Ảnh minh họa: Internet", None),
        ("(Ảnh minh họa)", None),
        ("Bức ảnh: một thời để nhớ", None),
        (None, None),
    ],
)
def test_credits(caption: str | None, credit: str | None) -> None:
    assert credit_of(caption) == credit


@pytest.mark.parametrize(
    ("title", "kind", "bare"),
    [
        ("(Video) Hồ đập", "video", "Hồ đập"),
        ("[Infographic]: 8 mục tiêu", "infographic", "8 mục tiêu"),
        ("(E-Magazine) Rừng", "emagazine", "Rừng"),
        ("(E-magazine) (Video) Rừng", "emagazine", "(Video) Rừng"),
        ("Video về rừng", None, "Video về rừng"),
        ("Chuyện (Video)", None, "Chuyện (Video)"),
    ],
)
def test_marks_of_titles(title: str, kind: str | None, bare: str) -> None:
    assert (kind_of_title(title), without_mark(title)) == (kind, bare)


def test_clean_text() -> None:
    assert clean(" xâ\u0301\xa0\r\n b\u200bo\u00ad \ufeff") == "xấ bo"
    assert clean(f"a{LINE_BREAK}b") == "a b"


def test_lines() -> None:
    assert lines(f" a {LINE_BREAK}\n b") == "a\nb"
    assert lines(f"a{LINE_BREAK * 5}b{LINE_BREAK}") == "a\n\nb"
