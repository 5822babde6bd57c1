"""Other letters for the same text: Unicode forms, entities, what has no width, white space."""

from __future__ import annotations

import html as html_entities
import re
import unicodedata
from html.entities import codepoint2name

from .kit import RAW_FIELDS, distortion, in_article, in_body, in_text

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"&#?\w+;|[^\W\d_]{4,}")
_SPACE = re.compile(r"(?<=[\w,.:!?)”…]) (?=\S)")
"""A space between words; not one of those that indent a verse."""
_KEPT_ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;|#38;|#60;|#62;)#?\w+;")


def _in_words(text: str, put: str) -> str:
    return _WORD.sub(
        lambda word: word[0] if word[0].startswith("&") else word[0][:2] + put + word[0][2:], text
    )


@distortion(loosely=RAW_FIELDS)
def decomposed_letters(page: str) -> str:
    """All text is NFD, as a Mac writes it."""
    return in_article(
        page, lambda html: in_text(html, lambda text: unicodedata.normalize("NFD", text))
    )


@distortion(loosely=RAW_FIELDS)
def combining_tones(page: str) -> str:
    """Vowels are composed, tones are not: the newspaper's most usual form."""

    def split(letter: str) -> str:
        parts = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in parts if mark in _TONES]
        rest = "".join(mark for mark in parts if mark not in _TONES)
        return unicodedata.normalize("NFC", rest) + "".join(tones)

    return in_article(
        page,
        lambda html: in_text(html, lambda text: "".join(split(letter) for letter in text)),
    )


@distortion(loosely=RAW_FIELDS)
def combining_tones_everywhere(page: str) -> str:
    """The same on the whole page: title, section, tags, descriptions."""
    return "".join(
        unicodedata.normalize("NFD", letter)
        if letter in "áàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ"
        else letter
        for letter in page
    )


@distortion(loosely=RAW_FIELDS)
def soft_hyphens(page: str) -> str:
    """A hyphen that shows only at line ends stands in every longer word."""
    return in_article(page, lambda html: in_text(html, lambda text: _in_words(text, "\u00ad")))


@distortion(loosely=RAW_FIELDS)
def soft_hyphen_entities(page: str) -> str:
    """The same as entities."""
    return in_article(page, lambda html: in_text(html, lambda text: _in_words(text, "&shy;")))


@distortion(loosely=RAW_FIELDS)
def zero_width_spaces(page: str) -> str:
    """Spaces without width stand in words, and before and behind every text."""
    return in_article(
        page,
        lambda html: in_text(html, lambda text: f"\u200b{_in_words(text, '&#8203;')}\ufeff"),
    )


@distortion(loosely=RAW_FIELDS)
def direction_marks(page: str) -> str:
    """Marks of the direction of writing behind every text."""
    return in_article(page, lambda html: in_text(html, lambda text: f"{text}\u200e"))


@distortion(loosely=RAW_FIELDS)
def hard_spaces(page: str) -> str:
    """Every second space is a no-break space."""

    def harden(text: str) -> str:
        count = 0

        def put(_: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return "&nbsp;" if count % 2 else " "

        return _SPACE.sub(put, text)

    return in_article(page, lambda html: in_text(html, harden))


@distortion(loosely=RAW_FIELDS)
def runs_of_hard_spaces(page: str) -> str:
    """Spaces come with no-break spaces, written and as entities."""
    return in_article(
        page, lambda html: in_text(html, lambda text: _SPACE.sub("\u00a0&nbsp; ", text))
    )


@distortion(loosely=RAW_FIELDS)
def typographic_spaces(page: str) -> str:
    """Spaces of other widths: thin, en, and the one of three to the em."""
    return in_article(
        page, lambda html: in_text(html, lambda text: _SPACE.sub("\u2009\u2002\u2004", text))
    )


@distortion(loosely=RAW_FIELDS)
def broken_source_lines(page: str) -> str:
    """The source is broken after every word and indented."""
    return in_article(page, lambda html: in_text(html, lambda text: _SPACE.sub("\n\t   ", text)))


@distortion(loosely=RAW_FIELDS)
def carriage_return_entities(page: str) -> str:
    """Line ends of a form field, written as entities, in the middle of a text."""
    return in_article(page, lambda html: in_text(html, lambda text: _SPACE.sub("&#13;\n", text)))


@distortion()
def numbered_entities(page: str) -> str:
    """Vietnamese letters as numbered entities."""
    return in_article(
        page,
        lambda html: in_text(
            html,
            lambda text: "".join(
                letter if ord(letter) < 128 or letter.isspace() else f"&#{ord(letter)};"
                for letter in text
            ),
        ),
    )


@distortion()
def named_entities(page: str) -> str:
    """Letters and signs as entities where these have names, else as hexadecimal numbers."""

    def name(letter: str) -> str:
        if ord(letter) < 128:
            return letter
        known = codepoint2name.get(ord(letter))
        return f"&{known};" if known else f"&#x{ord(letter):X};"

    return in_article(page, lambda html: in_text(html, lambda text: "".join(map(name, text))))


@distortion()
def no_entities(page: str) -> str:
    """Letters in place of entities."""

    def plain(text: str) -> str:
        return _KEPT_ENTITY.sub(lambda found: html_entities.unescape(found[0]), text)

    return in_body(page, lambda html: in_text(html, plain))


@distortion()
def hard_spaces_without_semicolon(page: str) -> str:
    """``&nbsp`` without its end, which browsers read all the same."""
    return in_body(page, lambda html: re.sub(r"&nbsp;(?![\w=])", "&nbsp", html))


@distortion()
def byte_order_mark(page: str) -> str:
    """The page begins with a byte order mark."""
    return "\ufeff" + page


@distortion()
def windows_entities(page: str) -> str:
    """Quotes and dashes by their numbers in the charset of Windows, which browsers understand."""
    numbers = {"“": 147, "”": 148, "‘": 145, "’": 146, "–": 150, "—": 151, "…": 133}
    named = {"&ldquo;": "“", "&rdquo;": "”", "&hellip;": "…", "&ndash;": "–", "&rsquo;": "’"}

    def as_numbers(text: str) -> str:
        for entity, letter in named.items():
            text = text.replace(entity, letter)
        return "".join(f"&#{numbers[letter]};" if letter in numbers else letter for letter in text)

    return in_body(page, lambda html: in_text(html, as_numbers))
