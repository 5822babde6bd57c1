"""Comparison of two texts, or two dates: 1 the same, 0 something else.

Texts are compared as NFC with one place for the tone mark, without capitals and punctuation;
long ones without marks at all, because what is compared there is which words are present.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.pages.fields import without_mark
from crawler.pages.html import clean
from pipelines.text.fold import fold
from pipelines.text.tone import unify_tones

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_WORD = re.compile(r"[^\W_]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_MIN_WORDS = 3
"""Of a headline that was cut, or has something behind it: fewer begin alike by chance."""

_MIN_LETTERS = 8
_MIN_WORD_SHARE = 0.8
"""So much of the words in common is all that can be asked of two readers of one page: captions,
bylines and tables are body to one and not to the other."""

_MIN_LEAD_SHARE = 0.25
"""A lead is often another wording of what the text says. Of a text on another matter it shares
fewer words than this, unless that is long."""

_MIN_SLUG_SHARE = 0.8
"""A headline is mended after its address was made, and the CMS drops letters it does not know."""

_MIN_LETTER_RATIO = 0.9
"""Of the letters in a row; two headlines on different matters have half of theirs in common."""

_DAY = dt.timedelta(days=1)
_NEAR_DATE_AGREEMENT = 0.75


def headline_agreement(ours: str, theirs: str) -> float:
    """Marks such as "(Video)" do not count, nor does an end that one of the two lacks."""
    mine, other = _words(ours), _words(theirs)
    shorter = min(len(mine), len(other))
    if mine == other or (shorter >= _MIN_WORDS and mine[:shorter] == other[:shorter]):
        return 1.0
    return SequenceMatcher(None, mine, other, autojunk=False).ratio()


def slug_agreement(headline: str, slug: str) -> float:
    """*slug* is the headline of the first day, without marks; hard spaces vanished from it."""
    slug = fold(unquote(slug))
    letters = _NOT_IN_SLUG.sub("", slug)
    for title in (headline, without_mark(headline)):
        mine = _NOT_IN_SLUG.sub("", fold(title))
        shorter = min(len(mine), len(letters))
        if mine == letters or (shorter >= _MIN_LETTERS and mine[:shorter] == letters[:shorter]):
            return 1.0
        if SequenceMatcher(None, mine, letters, autojunk=False).ratio() >= _MIN_LETTER_RATIO:
            return 1.0
    words = _WORD.findall(fold(headline))
    ratio = SequenceMatcher(None, words, _WORD.findall(slug), autojunk=False).ratio()
    return min(1.0, ratio / _MIN_SLUG_SHARE)


def date_agreement(ours: str, theirs: str) -> float:
    """ISO 8601 dates with an offset. A day apart is a clock or a zone that was not right."""
    apart = abs(dt.datetime.fromisoformat(ours) - dt.datetime.fromisoformat(theirs))
    if apart < dt.timedelta(minutes=1):
        return 1.0
    return _NEAR_DATE_AGREEMENT if apart <= _DAY else 0.0


def month_agreement(ours: str, month: str, zone: ZoneInfo) -> float:
    """*month* is ``yyyymm``. The night between two months belongs to both."""
    date = dt.datetime.fromisoformat(ours).astimezone(zone)
    near = {f"{date + shift:%Y%m}" for shift in (-_DAY, dt.timedelta(), _DAY)}
    return 1.0 if month in near else 0.0


def bag_of(text: str) -> Counter[str]:
    """The words of *text*, folded, and how often each is there."""
    return Counter(_WORD.findall(fold(text)))


def lead_agreement(body: Counter[str], whole: Counter[str], lead: str) -> float:
    """Whether *lead* can introduce this text: half of its words are missing from texts that it
    does introduce, but not all; and a text is longer than its lead.

    :param body: words of the body alone; *whole* has those of the printed lead and captions too.
    """
    wanted = bag_of(lead)
    if not wanted:
        return 1.0
    share = sum(word in whole for word in wanted) / len(wanted)
    return min(1.0, share / _MIN_LEAD_SHARE, body.total() / wanted.total())


def body_agreement(body: Counter[str], whole: Counter[str], theirs: Counter[str]) -> float:
    """:param body: words of our body; *theirs* must have them.
    :param whole: words of everything that we read of the article; *theirs* must have no others.
    """
    has_ours = (body & theirs).total() / max(1, body.total())
    is_ours = (whole & theirs).total() / max(1, theirs.total())
    return min(1.0, has_ours / _MIN_WORD_SHARE, is_ours / _MIN_WORD_SHARE)


def _words(text: str) -> list[str]:
    return _WORD.findall(unify_tones(clean(without_mark(text))).casefold())
