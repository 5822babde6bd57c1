"""Tables: a picture with its caption, a layout, or rows of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.html import clean, raw_text
from crawler.pages.markup import BLOCKS, classes_of, escape, inline_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Element

__all__ = ["html_of_rows", "is_layout", "is_picture", "pictures", "rows_of", "text_of_rows"]

Rows = list[list["Element"]]

_SEPARATOR = " | "
_TEXT_PER_PICTURE = 2


def rows_of(table: Element) -> Rows:
    """The table's own cells, not those of tables inside it."""
    rows: Rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(_cells(child))
        elif child.tag in {"tbody", "thead", "tfoot"}:
            rows.extend(_cells(row) for row in child if row.tag == "tr")
        elif child.tag == "caption":
            rows.append([child])
    return [row for row in rows if row]


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
    for event, node in _events(element):
        if node.tag in BLOCKS:
            pieces.append(" ")
        text = node.text if event == "start" else node.tail
        if text:
            pieces.append(text)


def _events(element: Element) -> Iterator[tuple[str, Element]]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not (event == "end" and node is element):
            yield event, node


def text_of_rows(rows: Rows) -> str:
    """One line a row, cells joined by " | "."""
    texts = ([cell_text(cell) for cell in row] for row in rows)
    return "\n".join(_SEPARATOR.join(row).strip() for row in texts if any(row))


def html_of_rows(rows: Rows, resolve: Callable[[str | None], str | None]) -> str:
    out = ["<table>"]
    for row in rows:
        out.append("<tr>")
        for cell in row:
            name = "th" if cell.tag == "th" else "td"
            is_plain = all(found.tag not in BLOCKS for found in cell.iterdescendants())
            inner = inline_html(cell, resolve) if is_plain else escape(cell_text(cell))
            out.append(f"<{name}>{inner}</{name}>")
        out.append("</tr>")
    out.append("</table>")
    return "".join(out)
