"""Drop caps: the big first letter of a text, and the word it belongs to.

Markup sets the letter apart, in an element or even a paragraph of its own, and often with a space
that nobody sees: "S ự việc" for "Sự việc". The cleaned HTML keeps the two apart.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.pages.html import clean, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.pages.article.blocks import Block

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = unicodedata.normalize("NFC", "".join(v + t for v in "aăâeêioôơuưy" for t in _TONES))
_SYLLABLE = re.compile(rf"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdđghklmnrstvx])[{_VOWELS}]")
_ENDING = re.compile(r"(?:ng|nh|ch|[cmnpt])\b")
_APART = re.compile(r"(?P<before>[“\"‘'(]?)(?P<cap>[^\W\d_])\s+(?P<rest>.*)", re.DOTALL)


def join_drop_caps(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each drop cap in its word: a letter alone, and a rest that goes with it."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and _is_cap_of(last, block):
            joined[-1] = _merged(last, block)
        else:
            joined.append(_without_gap(block))
    return joined


def _belong_together(cap: str, rest: str) -> bool:
    """Whether the letter and the rest begin a word. After a vowel only what cannot stand alone is
    sure to: "Ô ng" is one word, "Ở ấp" is two.
    """
    if not cap.isupper() or not rest[:1].islower():
        return False
    if cap.lower() in _VOWELS:
        return _ENDING.match(rest) is not None
    return _SYLLABLE.match(cap.lower() + rest[:3]) is not None


def _is_cap_of(block: Block, following: Block) -> bool:
    return (
        block.tag == following.tag == "p"
        and len(block.text) == 1
        and _belong_together(block.text, following.text)
    )


def _merged(cap: Block, rest: Block) -> Block:
    return dataclasses.replace(
        rest,
        text=cap.text + rest.text,
        raw=cap.raw.strip() + rest.raw.lstrip(),
        html=f"{cap.html.removesuffix('</p>')}{rest.html.removeprefix('<p>')}",
    )


def _without_gap(block: Block) -> Block:
    match = _APART.match(block.text) if block.tag == "p" and block.element is not None else None
    if match is None or not _belong_together(match["cap"], match["rest"]):
        return block
    assert block.element is not None
    if not _has_of_its_own(block.element, match["cap"]):
        return block
    return dataclasses.replace(block, text=match["before"] + match["cap"] + match["rest"])


def _has_of_its_own(element: Element, letter: str) -> bool:
    """Whether an element inside holds the letter and nothing else."""
    return any(
        clean(raw_text(found)).strip("“\"‘'(") == letter for found in element.iterdescendants()
    )
