"""Poems that a table sets in columns."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from crawler.pages.html import LINE_BREAK, clean, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MIN_LINES = 3
_MIN_COLUMNS, _MAX_COLUMNS = 2, 3
_MAX_MEDIAN_VERSE_CHARS = 55


def columns_of(rows: list[list[Element]], *, among_poems: bool) -> list[list[Element]]:
    """The cells of each column, if the table only sets verses side by side; else an empty list.

    A poem is read down its first column and then down the next. What tells it from rows of facts:
    nothing spans or heads anything, and there are several short lines in every cell. Above them may
    be a row of titles. Several rows of verses are believed in a section of poems only.
    """
    width = max(map(len, rows), default=0)
    if not _MIN_COLUMNS <= width <= _MAX_COLUMNS:
        return []
    if any(
        cell.tag == "th" or cell.get("rowspan") or cell.get("colspan")
        for row in rows
        for cell in row
    ):
        return []
    texts = [[lines for lines in map(_lines, row) if lines] for row in rows]
    has_titles = len(texts) > 1 and all(len(lines) == 1 for lines in texts[0])
    verses = texts[1:] if has_titles else texts
    if len(verses) > 1 and not among_poems:
        return []
    if max(map(len, verses)) < width or any(
        len(lines) < _MIN_LINES for row in verses for lines in row
    ):
        return []
    lengths = [len(line) for row in verses for lines in row for line in lines]
    if statistics.median(lengths) > _MAX_MEDIAN_VERSE_CHARS:
        return []
    return [[row[number] for row in rows if number < len(row)] for number in range(width)]


def _lines(cell: Element) -> list[str]:
    """What stands on lines of its own: paragraphs, and the parts between line breaks."""
    paragraphs = list(cell.iter("p", "div")) or [cell]
    texts = [
        part
        for found in paragraphs
        if next(found.iterdescendants("p", "div"), None) is None
        for part in raw_text(found).split(LINE_BREAK)
    ]
    return [text for text in map(clean, texts) if text]
