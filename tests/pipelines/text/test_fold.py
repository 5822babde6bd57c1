from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.fold import fold
from pipelines.text.tone import unify_tones


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đắk Lắk", "dak lak"),
        (unicodedata.normalize("NFD", "ĐẮK LẮK"), "dak lak"),
        ("xâ\u0301y", "xay"),
        ("Dak Lak", "dak lak"),
        ("Đắc Lắc", "dac lac"),
        ("đường, Ỡ, ượ", "duong, o, uo"),
        ("Hoà bình, hòa bình", "hoa binh, hoa binh"),
        ("Khuỷu, thuở, giếng, quý", "khuyu, thuo, gieng, quy"),
        # letters of the Ê Đê alphabet, in both cases
        ("ƀ Ƀ č Č ĕ Ĕ ŏ Ŏ ŭ Ŭ ñ Ñ", "b b c c e e o o u u n n"),
        ("Ƀuôn Čư Ñŏ Ê Đê", "buon cu no e de"),
        # letters that stand for others where a font had none
        ("Ðắk, Ɖắk, Ɓuôn", "dak, dak, buon"),
        # signs that are typed in two ways
        ("M'Đrắk M’Đrắk M‘Đrắk Mʼ", "m'drak m'drak m'drak m'"),
        ("“Cà phê” – «đậm»", '"ca phe" - "dam"'),
        ("1‑2—3", "1-2-3"),
        ("Năm 2024: 1.234,5 ha", "nam 2024: 1.234,5 ha"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"


@pytest.mark.parametrize("letter", [*VOWELS, *VOWELS.upper(), "đ", "Đ"])
def test_every_vietnamese_letter_folds_to_a_plain_one(letter: str) -> None:
    folded = fold(letter)
    assert folded.isascii()
    assert folded == (
        unicodedata.normalize("NFD", letter)[0].lower() if letter not in "đĐ" else "d"
    )


TEXT = st.text() | st.text(st.sampled_from(VOWELS + VOWELS.upper() + "đĐƀŏñghqnt '’"))


@given(TEXT)
def test_every_form_of_a_text_folds_to_the_same(text: str) -> None:
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(folded) == folded


@given(TEXT.map(lambda text: unicodedata.normalize("NFC", text)))
def test_where_the_tone_stands_does_not_matter(text: str) -> None:
    assert fold(unify_tones(text)) == fold(text)
