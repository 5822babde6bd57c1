"""Headlines: the writer's, with the marks, hard spaces and mixed letters of the newspaper's."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from .holidays import greeting_headline
from .text import verse, writer

if TYPE_CHECKING:
    from .rng import Rng

_MARKS = {
    "video": ("(Video) ",),
    "infographic": ("(Infographic) ", "[Infographic] ", "(Infographic) "),
    "emag": ("(E-magazine) ", "(E-Magazine) "),
}
_UNMARKED = ("",)
_FIRST_ISSUE_DAY = 734_000


def _tone_apart(letter: str) -> str:
    """The form that is neither NFC nor NFD: composed base vowel, combining tone."""
    parts = unicodedata.normalize("NFD", letter)
    for tone in "\u0300\u0301\u0303\u0309\u0323":
        if tone in parts:
            return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return letter


_TONED = "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
_APART = {ord(c): _tone_apart(c) for c in _TONED + _TONED.upper()}


def decompose(text: str) -> str:
    """Tones split off; NFC gives the text back."""
    return text.translate(_APART)


def headline_of(shape: str, theme: str, rng: Rng, published: dt.datetime) -> str:
    """In NFC; spaces may be doubled or hard."""
    if shape == "epaper":
        issue = 3000 + published.toordinal() - _FIRST_ISSUE_DAY
        return f"Số {issue} ngày {published.day}-{published.month}-{published.year}"
    if shape == "poem":
        words = verse(rng).rstrip("…").split()
        return " ".join(words[: 3 + rng.below(3)])
    if shape == "greeting":
        return greeting_headline(rng)
    headline = writer(theme).headline(rng)
    if rng.one_in(12):
        headline = headline.replace(" ", "\xa0", 1)
    return rng.pick(_MARKS.get(shape, _UNMARKED)) + headline
