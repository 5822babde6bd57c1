"""Lead, text and authors of an article, from its blocks."""

from __future__ import annotations

import dataclasses
import itertools
import re
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.pages.article.bylines import is_credit, is_date_line, is_name, read_byline
from crawler.pages.article.drop_caps import join_drop_caps
from crawler.pages.article.questions import are_askers
from crawler.pages.html import LINE_BREAK, clean, without_invisible
from crawler.pages.markup import is_wholly_strong

if TYPE_CHECKING:
    from crawler.items import ArticleAuthor
    from crawler.pages.article.blocks import Block

_MIN_VERSES = 4
_MIN_LONG_VERSE_CHARS = 80
_MAX_MEDIAN_VERSE_CHARS = 55
_MAX_LONG_SHARE = 0.25
_MAX_POEM_TITLE_CHARS = 60
_MAX_BYLINE_CHARS = 120

_TO_BE_CONTINUED = re.compile(r"\(?\s*(?:còn nữa|còn tiếp|hết|xem tiếp|kỳ sau)\b", re.IGNORECASE)


@dataclasses.dataclass(slots=True)
class Composition:
    """The parts of an article, each of its blocks in exactly one of them."""

    lead: str | None
    blocks: list[Block]
    authors: list[ArticleAuthor]
    is_poem: bool


def compose(
    blocks: Sequence[Block],
    *,
    lead: str | None = None,
    has_lead_in_body: bool,
    may_be_poem: bool,
) -> Composition:
    """Take the author lines off the end and the lead off the beginning.

    ``lead`` is the lead that is printed outside the body (template B): a first paragraph that
    repeats it is dropped. Otherwise a first paragraph that is wholly strong is the lead.
    """
    kept, authors = _without_byline(list(blocks))
    is_poem = may_be_poem and not lead and is_verse(kept)
    if not is_poem:
        kept = join_drop_caps(kept)
    first = next((n for n, block in enumerate(kept) if block.text), None)
    if first is not None and not is_poem:
        block = kept[first]
        if has_lead_in_body:
            if block.tag == "p" and block.element is not None and is_wholly_strong(block.element):
                lead = clean(block.text)
                del kept[first]
        elif lead and clean(block.text) == lead:
            del kept[first]
    return Composition(lead or None, kept, authors, is_poem)


# ---- kinds


def is_verse(blocks: Sequence[Block]) -> bool:
    """Whether the blocks read like a poem: many lines, hardly a long one, no long first one."""
    verses = [line for block in blocks if block.tag == "p" for line in block.text.split("\n")]
    verses = [line for line in verses if line and line != "*"]
    if len(verses) < _MIN_VERSES:
        return False
    lengths = [len(line) for line in verses]
    if sum(length > _MIN_LONG_VERSE_CHARS for length in lengths) > _MAX_LONG_SHARE * len(lengths):
        return False
    first = next(block for block in blocks if block.text)
    if (
        first.element is not None
        and is_wholly_strong(first.element)
        and not all(
            block.element is not None and is_wholly_strong(block.element)
            for block in blocks
            if block.text
        )
    ):
        return len(first.text) <= _MAX_POEM_TITLE_CHARS
    return statistics.median(lengths) <= _MAX_MEDIAN_VERSE_CHARS


# ---- text


def body_text(blocks: Sequence[Block], *, is_poem: bool) -> str:
    """Paragraphs with an empty line between; of a poem, the stanzas, a verse a line."""
    if not is_poem:
        return "\n\n".join(block.text for block in blocks if block.text)
    return "\n\n".join("\n".join(stanza) for stanza in _stanzas(blocks))


def _stanzas(blocks: Sequence[Block]) -> list[list[str]]:
    stanzas: list[list[str]] = [[]]
    was_right = False
    for block in blocks:
        # A line break at the end of a paragraph breaks nothing.
        raw = block.raw.rstrip(" \t\r\n").removesuffix(LINE_BREAK)
        verses = [_verse(line) for line in raw.split(LINE_BREAK)] if block.text else []
        is_stanza = len(verses) > 1
        if not verses or is_stanza or block.text == "*" or block.is_right != was_right:
            stanzas.append([])
        was_right = block.is_right
        for verse in verses:
            if verse:
                stanzas[-1].append(verse)
            else:
                stanzas.append([])
        if is_stanza or block.text == "*":
            stanzas.append([])
    return [stanza for stanza in stanzas if stanza]


def _verse(raw: str) -> str:
    """The verse with the hard spaces before it as plain ones; soft ones a browser would drop."""
    text = clean(raw)
    raw = without_invisible(raw)
    before = raw[: len(raw) - len(raw.lstrip())].lstrip(" \t\r\n")
    indent = sum(character in "\xa0 " for character in before)
    return " " * indent + text if text else ""


def body_html(blocks: Sequence[Block]) -> str:
    """The cleaned HTML of the blocks, list items in lists again."""
    out: list[str] = []
    in_list: str | None = None
    for block in blocks:
        if not block.html:
            continue
        if block.in_list != in_list:
            if in_list:
                out.append(f"</{in_list}>")
            if block.in_list:
                out.append(f"<{block.in_list}>")
            in_list = block.in_list
        out.append(block.html)
    if in_list:
        out.append(f"</{in_list}>")
    return "\n".join(out)


# ---- the line under the text


def _without_byline(blocks: list[Block]) -> tuple[list[Block], list[ArticleAuthor]]:
    """The blocks without the author lines, and the authors these name.

    Author lines are the last printed ones and stand at the right. What stands at the right earlier
    belongs to the text: in letters to the editor it is the name and address of who asks.
    """
    end = len(blocks)
    while end and (not blocks[end - 1].text):
        end -= 1
    start = end
    while start and (_may_be_byline(blocks[start - 1]) or blocks[start - 1].tag == "blank"):
        start -= 1
    group = [n for n in range(start, end) if blocks[n].text]
    group = list(itertools.dropwhile(lambda n: _is_text_line(blocks[n]), group))
    if not group or are_askers(blocks[: group[0]], [blocks[n] for n in group]):
        return blocks, []
    left_out = {n for n in group if not _is_text_line(blocks[n])}
    kept = [block for n, block in enumerate(blocks) if n not in left_out]
    lines = [line for n in group if n in left_out for line in blocks[n].raw.split(LINE_BREAK)]
    return kept, read_byline(lines)


def _may_be_byline(block: Block) -> bool:
    return (
        block.is_right
        and block.tag == "p"
        and bool(block.text)
        and all(len(line) <= _MAX_BYLINE_CHARS for line in block.text.split("\n"))
    )


def _is_text_line(block: Block) -> bool:
    """Lines at the right that are no authors: place and date of a poem, "to be continued", whose
    the pictures are.
    """
    return all(
        _TO_BE_CONTINUED.match(line)
        or is_credit(line)
        or (is_date_line(line) and not is_name(line))
        for line in block.text.split("\n")
        if line
    )
