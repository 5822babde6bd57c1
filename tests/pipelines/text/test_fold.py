from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.fold import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đắk Lắk", "dak lak"),
        (unicodedata.normalize("NFD", "ĐẮK LẮK"), "dak lak"),
        ("Dak Lak", "dak lak"),
        ("đường, Ỡ, ượ", "duong, o, uo"),
        ("M’Đrắk Ƀuôn ƀ č ĕ ŏ ŭ ñ", "m’drak buon b c e o u n"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_every_form_of_a_text_folds_to_the_same(text: str) -> None:
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(folded) == folded
