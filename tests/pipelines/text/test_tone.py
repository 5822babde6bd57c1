"""Tone placement: the table first, then what must hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.tone import TONES, unify_tones

MOVED = {
    # open syllables, written the old or the new way
    "hoà": "hòa", "hoá": "hóa", "hoả": "hỏa", "hoạ": "họa", "khoẻ": "khỏe", "loè": "lòe",
    "toé": "tóe", "thuỷ": "thủy", "thuý": "thúy", "uỷ": "ủy", "tuỳ": "tùy", "luỵ": "lụy",
    "nguỵ": "ngụy", "suý": "súy", "thoả": "thỏa", "doạ": "dọa", "ngoã": "ngõa",
    # written by a machine that put the tone on the first vowel
    "hòan": "hoàn", "tòan": "toàn", "ngòai": "ngoài", "xóay": "xoáy", "súyt": "suýt",
    "hùynh": "huỳnh", "khủyu": "khuỷu", "ngóeo": "ngoéo", "túân": "tuấn", "tìên": "tiền",
    "ngừơi": "người", "thúơ": "thuớ", "ngòăn": "ngoằn", "qúy": "quý", "qúa": "quá", "qùan": "quàn",
    "gía": "giá", "gìa": "già", "gịăc": "giặc", "mưá": "mứa", "tôí": "tối", "ngoaì": "ngoài",
    # capitals
    "Hoà": "Hòa", "HOÀ": "HÒA", "Thuỷ": "Thủy", "UỶ": "ỦY", "Uỷ": "Ủy", "Qúy": "Quý", "GÍA": "GIÁ",
}  # fmt: skip
RIGHT = """
    hòa hoàn hoài ngoài ngoáy ngoạn suýt huỳnh quý quỳnh quýt quả quà quá quạt quốc quyển quở giếng
    giữa giá già giả giặc giọng giỗ gì gìn gỉ khuya khuỷu ngoằn ngoèo ngoẹo xoáy thuở huế tuấn
    tuyết người những ngừng của múa mía địa tài lão máu này kéo nghèo đều túi múi tối hỏi chịu
    hứa cửu cứu gửi yếu yến uống cuối muỗi hươu rượu xoong boóng Thủy Hòa HÒA Ủy QUÝ Đắk Ắ í
    giặt giết giũa gióng giấy giầy giỏi giục giường giới gián giảng giòn giạ
    quẹo quẻ quèn quệ quết quầy quậy quấn quặng quẫn quắt quơ quớ quỵ quyết quyện quỹ quản quảng
    hoạch hoảng hoặc hoắt khoét khoèo toẹt oằn oán òa óc ốc huệ huếch tuệ duệ khuyến nguyễn truyện
    chuyến thuyền xuyến huýt tuýt khuỵu thuế luống muốn cuộc rượi mười tưới cười bướm vườn
    hiếm kiểu liễu miếu riềng biển yểm thìa nghĩa lịa khỉa chĩa cửa nữa rửa lứa búa lụa rùa của
    ngoái khoái xoài loại choáng ngoạm đoạt đoán soạn ngoằng thoắng khoác ngoáo ngoéo
    bảy cháy dạy máy đấy cậy thầy đây béo khéo mèo nếu rều chịu dịu líu lũy phúy chũi cúi mùi
    mỗi tội đợi lợi gửi chửi ngửi hữu lựu mướu bưởi tuổi ruồi chuối đuổi suối khuấy nguẩy nguậy
    Đèo Bảo Hải Tạo Giáo Giàng Quế Quỳ Khoái Toản Huỳnh Nguyễn GIẾNG QUỐC KHUỶU THUỞ TOÀN
"""
STAY = RIGHT.split()
# No Vietnamese syllables: other languages, abbreviations, words of Ê Đê names.
ALIEN = ["Raúl", "café", "déjà", "Luís", "hoàhoà", "M'Đrắk", "Čư", "H'Leo", "cliché", "áá", "zoàl"]


@pytest.mark.parametrize(("written", "expected"), MOVED.items())
def test_moves(written: str, expected: str) -> None:
    assert unify_tones(written) == expected
    assert unify_tones(f"một {written}, hai ({written})") == f"một {expected}, hai ({expected})"


@pytest.mark.parametrize("word", STAY)
def test_from_every_wrong_place_it_comes_back(word: str) -> None:
    """The tone of each word of the table is put on each of its other vowels in turn."""
    decomposed = [unicodedata.normalize("NFD", letter) for letter in word]
    tones = [mark for letter in decomposed for mark in letter if mark in TONES]
    bare = [
        unicodedata.normalize("NFC", "".join(mark for mark in letter if mark not in TONES))
        for letter in decomposed
    ]
    for position, letter in enumerate(bare):
        if letter.lower() in "aăâeêioôơuưy" and len(tones) == 1:
            moved = [*bare]
            moved[position] = unicodedata.normalize("NFC", letter + tones[0])
            assert unify_tones("".join(moved)) == word, "".join(moved)


@pytest.mark.parametrize("word", [*STAY, *ALIEN, *sorted(set(MOVED.values()))])
def test_stays(word: str) -> None:
    assert unify_tones(word) == word
    assert unify_tones(f"“{word}”, {word}.") == f"“{word}”, {word}."


def test_text_around_and_between_words_is_untouched() -> None:
    text = "  Hoà-bình;\n\nthuỷ\tlợi 2hoà_ hoà2 “uỷ\u00a0ban” "
    assert unify_tones(text) == "  Hòa-bình;\n\nthủy\tlợi 2hòa_ hòa2 “ủy\u00a0ban” "


VOWELS = "aăâeêioôơuưyAOUY"
ALPHABET = st.sampled_from(
    [
        *(unicodedata.normalize("NFC", v + t) for v in VOWELS for t in ("", *TONES)),
        *"bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX .,-'\n1",
    ]
)
VIETNAMESE = st.lists(ALPHABET, max_size=60).map("".join)


def without_tones(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in TONES))


@given(VIETNAMESE)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert unify_tones(unify_tones(text)) == unify_tones(text)


@given(VIETNAMESE | st.text().map(lambda text: unicodedata.normalize("NFC", text)))
def test_letters_and_tones_stay_and_so_does_the_form(text: str) -> None:
    unified = unify_tones(text)
    assert without_tones(unified) == without_tones(text)
    assert sorted(c for c in unicodedata.normalize("NFD", unified) if c in TONES) == sorted(
        c for c in unicodedata.normalize("NFD", text) if c in TONES
    )
    assert unicodedata.is_normalized("NFC", unified)


@given(
    st.sampled_from(["", "h", "ng", "th", "kh", "g", "qu", "gi", "tr"]),
    st.sampled_from(["oa", "oe", "uy", "oan", "oai", "uyt", "iên", "uôn", "ươi", "uya", "a", "ia"]),
    st.sampled_from(TONES),
)
def test_wherever_the_tone_was_written_it_ends_in_one_place(
    onset: str, rime: str, tone: str
) -> None:
    """The filter that picks the words to look at must not miss any."""
    vowels = [i for i, letter in enumerate(rime) if letter in "aeiouyêôơươ"]
    spelled = {
        unicodedata.normalize("NFC", onset + rime[: i + 1] + tone + rime[i + 1 :]) for i in vowels
    }
    assert len({unify_tones(word) for word in spelled}) == 1
