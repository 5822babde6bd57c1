"""Writes headlines, leads, sentences and verses; all NFC, with plain spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from .data import table
from .words import BANKS, VERSES

if TYPE_CHECKING:
    from .rng import Rng

_SLOT = re.compile(r"\{(\w+)\}")
_Template = tuple[str, tuple[tuple[str, ...], ...]]


def _compile(phrase: str) -> _Template:
    banks = tuple(BANKS[name] for name in _SLOT.findall(phrase))
    return _SLOT.sub("%s", phrase.replace("%", "%%")), banks


def _compiled(phrases: Iterable[str]) -> tuple[_Template, ...]:
    return tuple(_compile(phrase) for phrase in phrases)


_PHRASES = table("phrases")
_COMMON = _compiled(_PHRASES["common"])
_QUOTES = _compiled(_PHRASES["quotes"])


def _fill(template: _Template, rng: Rng) -> str:
    form, banks = template
    text = form % rng.picks(banks)
    return text[0].upper() + text[1:]


class Writer:
    """Everything that is written in the tone of one theme."""

    def __init__(self, theme: str) -> None:
        phrases = _PHRASES["themes"][theme]
        self._headlines = _compiled(phrases["headlines"])
        self._leads = _compiled(phrases["leads"])
        # A theme's own sentences weigh as much as all the common ones together.
        own = _compiled(phrases["sentences"])
        self._sentences = own * (len(_COMMON) // len(own) or 1) + _COMMON
        self.tags: tuple[str, ...] = tuple(phrases["tags"])

    def headline(self, rng: Rng) -> str:
        """May hold double spaces, as the newspaper's do."""
        return _fill(rng.pick(self._headlines), rng)

    def lead(self, rng: Rng) -> str:
        return _fill(rng.pick(self._leads), rng)

    def sentence(self, rng: Rng) -> str:
        return _fill(rng.pick(self._sentences), rng)

    def paragraph(self, rng: Rng) -> str:
        sentences = [self.sentence(rng) for _ in range(1 + rng.below(4))]
        if rng.one_in(4):
            sentences.append(_fill(rng.pick(_QUOTES), rng))
        return " ".join(sentences)


_WRITERS = {theme: Writer(theme) for theme in _PHRASES["themes"]}


def writer(theme: str) -> Writer:
    return _WRITERS[theme]


def verse(rng: Rng) -> str:
    return " ".join(rng.pick(VERSES[part]) for part in ("openings", "images", "turns"))


def filler(phrase: str) -> Callable[[Rng], str]:
    """A phrase made ready once, to be filled many times."""
    template = _compile(phrase)
    return lambda rng: _fill(template, rng)


def fillers(name: str) -> tuple[Callable[[Rng], str], ...]:
    """Those of a list in phrases.toml."""
    return tuple(filler(phrase) for phrase in _PHRASES[name])
