"""One place for the tone mark, so that ``hoà`` and ``hòa`` compare as equal.

Both spellings are in use, and one text may hold both. The place follows from the syllable, not
from the pair of letters: a table that turns ``oà`` into ``òa`` corrupts *hoàn*, *ngoài*, *quý*.
This form is for comparing; what is stored keeps the spelling of the page.

The rules, for a syllable of onset, vowels and coda (``qu`` and, before a vowel, ``gi`` are onsets):

1. a vowel with a mark of its own (ă â ê ô ơ ư) bears the tone, the last one if there are two;
2. one vowel bears it;
3. two vowels: the second one before a coda, the first one without;
4. three vowels: the one in the middle.

A word that is no Vietnamese syllable with exactly one tone is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PLAIN = "aeiouy"
MARKED = "ăâêôơư"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def _toned(vowels: str) -> str:
    return "".join(unicodedata.normalize("NFC", v + tone) for v in vowels for tone in TONES)


# Toned letter → the letter without its tone, and the tone.
TONE_OF = {
    letter: (base, tone)
    for base in PLAIN + MARKED + (PLAIN + MARKED).upper()
    for tone in TONES
    for letter in (unicodedata.normalize("NFC", base + tone),)
}
ONSETS = (
    f"ngh|ng|nh|gh|gi(?=[{PLAIN}{MARKED}])|qu(?=[{PLAIN}{MARKED}])"
    "|kh|ch|th|tr|ph|[bcdđghklmnprstvx]"
)
NUCLEI = (
    "oai|oao|oay|oeo|iêu|yêu|uây|uôi|uya|uyê|uyu|ươi|ươu"
    "|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|oo|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|ya|yê"
    f"|[{PLAIN}{MARKED}]"
)
SYLLABLE = re.compile(f"(?P<onset>{ONSETS})?(?P<nucleus>{NUCLEI})(?P<coda>ng|nh|ch|[cmnpt])?")


def _both_cases(letters: str) -> str:
    return letters + letters.upper()


def _suspects() -> re.Pattern[str]:
    """Toned vowels that may be in the wrong place, judged by their neighbours: hardly any in a text
    written one way, so that the rules are asked for a few words only. One class of letters comes
    first, because the regular expression engine skips to its members fast.
    """
    plain, marked = _both_cases(PLAIN), _both_cases(MARKED)
    toned = _both_cases(_toned(PLAIN) + _toned("ư"))
    u, i = _both_cases(_toned("u")), _both_cases(_toned("i"))
    letter = r"[^\W\d_]"
    return re.compile(
        f"[{toned}](?:"
        f"[{marked}]"  # tìên, ngừơi
        f"|[{plain}](?:(?={letter})|(?<=[qQ][{u}].)|(?<=[gG][{i}].))"  # hòan, ngòai, qúa, gía
        f"|(?<=[{marked}].)"  # mưá, tôí
        f"|(?<=[{plain}].)(?<![qQ][uU].)(?!{letter})"  # hoà, thuỷ; but quả
        ")"
    )


SUSPECTS = _suspects()
LETTERS = re.compile(r"[^\W\d_]*")


def unify_tones(text: str) -> str:
    """*text*, which must be NFC, with every tone mark where the rules of this module put it."""
    pieces: list[str] = []
    done = 0
    for match in SUSPECTS.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        while start > done and text[start - 1].isalpha():
            start -= 1
        end = LETTERS.match(text, end).end()  # type: ignore[union-attr]  # matches nothing, too
        pieces += (text[done:start], _unify_word(text[start:end]))
        done = end
    if not pieces:
        return text
    pieces.append(text[done:])
    return "".join(pieces)


@lru_cache(maxsize=8192)
def _unify_word(word: str) -> str:
    letters, tones = [], []
    for position, letter in enumerate(word):
        base, tone = TONE_OF.get(letter, (letter, ""))
        letters.append(base)
        if tone:
            tones.append((position, tone))
    lower = "".join(letters).lower()
    match = SYLLABLE.fullmatch(lower) if len(tones) == 1 and len(lower) == len(word) else None
    if match is None:
        return word
    [(_, tone)] = tones
    place = match.start("nucleus") + _bearer(match["nucleus"], closed=match["coda"] is not None)
    letters[place] = unicodedata.normalize("NFC", letters[place] + tone)
    return "".join(letters)


def _bearer(nucleus: str, *, closed: bool) -> int:
    marked = [i for i, vowel in enumerate(nucleus) if vowel in MARKED]
    if marked:
        return marked[-1]
    if len(nucleus) == 2:  # noqa: PLR2004  # rule 3
        return 1 if closed else 0
    return len(nucleus) // 2
