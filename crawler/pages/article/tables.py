"""Tables: a picture with its caption, a layout, or rows of facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.html import Resolve, clean, raw_text
from crawler.pages.markup import BLOCKS, NOISE_CLASSES, classes_of, escape, inline_html

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


Rows = list[list["Element"]]

_SEPARATOR = " | "
_TEXT_PER_PICTURE = 2
_MAX_COLUMNS = 100
"""Columns a cell can span; what claims more is a mistake."""

_MAX_ROWS = 1000


_NOISE = NOISE_CLASSES - {"xdata"}
"""``xdata`` holds the article's files, which are read later."""


def drop_noise(table: Element) -> None:
    """Take advertisements out of the cells: their players and lines would decide what it is."""
    for found in list(table.iterdescendants("*")):
        if _NOISE.isdisjoint(classes_of(found)):
            continue
        parent, before = found.getparent(), found.getprevious()
        if parent is None:
            continue
        if before is None:
            parent.text = (parent.text or "") + (found.tail or "")
        else:
            before.tail = (before.tail or "") + (found.tail or "")
        parent.remove(found)


def rows_of(table: Element) -> Rows:
    """The table's own cells, not those of tables inside it."""
    rows: Rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(_cells(child))
        elif child.tag in {"tbody", "thead", "tfoot"}:
            rows.extend(_cells(row) for row in child if row.tag == "tr")
    return [row for row in rows if row]


def caption_of(table: Element) -> Element | None:
    """The table's own caption."""
    found = table.find("caption")
    return found if found is not None and cell_text(found) else None


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def is_picture(table: Element, rows: Rows) -> bool:
    """Whether the table holds pictures and their captions rather than facts."""
    cells = [cell for row in rows for cell in row]
    with_picture = sum(_has_picture(cell) for cell in cells)
    if not with_picture:
        return False
    if "image" in classes_of(table):
        return True
    with_text = sum(bool(cell_text(cell)) for cell in cells if not _has_picture(cell))
    return with_text <= _TEXT_PER_PICTURE * with_picture


def is_layout(rows: Rows) -> bool:
    """Whether the table only arranges blocks: one cell a row, and no picture; or players."""
    if not rows:
        return True
    cells = [cell for row in rows for cell in row]
    if any(
        next(cell.iter("video", "audio", "iframe", "table"), None) is not None for cell in cells
    ):
        return True
    return all(len(row) == 1 for row in rows) and not any(_has_picture(cell) for cell in cells)


def pictures(rows: Rows) -> Iterator[tuple[Element, str | None]]:
    """Each picture with its caption: the text of the rows that follow the picture's row."""
    for number, row in enumerate(rows):
        images = [image for cell in row for image in cell.iter("img")]
        if not images:
            continue
        captions = _captions_below(rows[number + 1 :], len(images))
        own: list[str | None] = [text for text in map(cell_text, row) if text]
        if not any(captions) and own:
            shared = " ".join(text for text in own if text)
            captions = own if len(own) == len(images) else [shared] * len(images)
        yield from zip(images, captions, strict=True)


def _captions_below(rows: Rows, count: int) -> list[str | None]:
    """Captions for ``count`` pictures side by side: a cell each, or one for all of them."""
    parts: list[list[str]] = [[] for _ in range(count)]
    for row in rows:
        if any(_has_picture(cell) for cell in row):
            break
        texts = [cell_text(cell) for cell in row]
        shared = " ".join(text for text in texts if text)
        for column, part in enumerate(parts):
            text = texts[column] if len(texts) == count else shared
            if text:
                part.append(text)
    return [" ".join(part) or None for part in parts]


def _has_picture(cell: Element) -> bool:
    return next(cell.iter("img"), None) is not None


def cell_text(cell: Element) -> str:
    """One line, with a space between the cell's paragraphs."""
    if not len(cell):
        return clean(cell.text or "")
    if not any(found.tag in BLOCKS for found in cell.iterdescendants()):
        return clean(raw_text(cell))
    pieces: list[str] = []
    _collect(cell, pieces)
    return clean("".join(pieces))


def _collect(element: Element, pieces: list[str]) -> None:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "end" and node is element:
            break
        if node.tag in BLOCKS:
            pieces.append(" ")
        text = node.text if event == "start" else node.tail
        if text:
            pieces.append(text)


def text_of_rows(rows: Rows, caption: Element | None = None) -> str:
    """The caption, and one line a row, cells joined by " | ".

    What spans several columns or rows is written once, where it begins; its other places are empty,
    so that the columns stay under one another.
    """
    texts = [] if caption is None else [cell_text(caption)]
    for row in _grid(rows):
        while row and row[-1] is None:
            row.pop()
        if any(row):
            texts.append(" ".join(_SEPARATOR.join(cell or "" for cell in row).split()))
    return "\n".join(texts)


def _grid(rows: Rows) -> list[list[str | None]]:
    """The rows with every place of every cell: None for those that a cell only spans."""
    grid: list[list[str | None]] = []
    pending: dict[int, int] = {}
    """Column → rows below that a cell above reaches into."""
    for row in rows:
        line: list[str | None] = []
        reaching = dict.fromkeys(pending, 0)
        for cell in row:
            _skip_spanned(line, pending, reaching)
            height, width = _span(cell, "rowspan", _MAX_ROWS), _span(cell, "colspan", _MAX_COLUMNS)
            for offset in range(width):
                if height > 1:
                    reaching[len(line)] = height - 1
                line.append(None if offset else cell_text(cell))
        _skip_spanned(line, pending, reaching)
        pending = {column: left for column, left in reaching.items() if left}
        grid.append(line)
    return grid


def _skip_spanned(
    line: list[str | None], pending: dict[int, int], reaching: dict[int, int]
) -> None:
    while pending.get(len(line), 0):
        reaching[len(line)] = pending[len(line)] - 1
        line.append(None)


def _span(cell: Element, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), most) or 1 if value.isascii() and value.isdigit() else 1


def html_of_rows(rows: Rows, resolve: Resolve, caption: Element | None = None) -> str:
    out = ["<table>"]
    if caption is not None:
        out.append(f"<caption>{_inner_html(caption, resolve)}</caption>")
    for row in rows:
        out.append("<tr>")
        for cell in row:
            name = "th" if cell.tag == "th" else "td"
            spans = "".join(
                f' {span}="{value}"'
                for span, most in (("rowspan", _MAX_ROWS), ("colspan", _MAX_COLUMNS))
                if (value := _span(cell, span, most)) > 1
            )
            out.append(f"<{name}{spans}>{_inner_html(cell, resolve)}</{name}>")
        out.append("</tr>")
    out.append("</table>")
    return "".join(out)


def _inner_html(cell: Element, resolve: Resolve) -> str:
    if all(found.tag not in BLOCKS for found in cell.iterdescendants()):
        return inline_html(cell, resolve)
    return escape(cell_text(cell))
