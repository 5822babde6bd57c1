"""Verses and tables in the forms that editors give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html import attribute, inline, plain

if TYPE_CHECKING:
    from .model import Cell, Facts, Leaflets, Markers, Verses


def _verse(text: str) -> str:
    bare = text.lstrip(" ")
    return "&nbsp;" * (len(text) - len(bare)) + plain(bare)


def _stanzas(stanzas: tuple[tuple[str, ...], ...]) -> str:
    """All in one paragraph: a break after each verse, one more after each stanza."""
    return "<br />\n<br />\n".join("<br />\n".join(map(_verse, stanza)) for stanza in stanzas)


def verses(block: Verses, _: Markers) -> str:
    stanzas = block.stanzas
    if block.look == "breaks":
        return f'<p style="text-align: justify;">{_stanzas(stanzas)}</p>'
    if block.look == "stanzas":
        return "\n\n".join(
            f'<p style="text-align: justify;">{_stanzas((stanza,))}</p>' for stanza in stanzas
        )
    half = (len(stanzas) + 1) // 2
    columns = "\n".join(
        f'<td style="vertical-align: top; width: 50%;">{_column(part, block.look)}</td>'
        for part in (stanzas[:half], stanzas[half:])
    )
    return (
        '<table border="0" cellpadding="4" style="width: 100%;">\n<tbody>\n<tr>\n'
        f"{columns}\n</tr>\n</tbody>\n</table>"
    )


def _column(stanzas: tuple[tuple[str, ...], ...], look: str) -> str:
    if look == "columns":
        return _stanzas(stanzas)
    return "<p>&nbsp;</p>".join(
        "".join(f"<p>{_verse(verse)}</p>" for verse in stanza) for stanza in stanzas
    )


def verses_text(block: Verses) -> str:
    return "\n\n".join("\n".join(stanza) for stanza in block.stanzas)


def facts(block: Facts, markers: Markers) -> str:
    caption = f"\t<caption>{inline(block.caption, markers)}</caption>\n" if block.caption else ""
    rows = "".join(
        "\t\t<tr>\n" + "".join(_cell(cell, markers) for cell in row) + "\t\t</tr>\n"
        for row in block.rows
    )
    return (
        f'<table border="1" cellpadding="1" cellspacing="1" style="width:500px">\n{caption}'
        f"\t<tbody>\n{rows}\t</tbody>\n</table>"
    )


def _cell(cell: Cell, markers: Markers) -> str:
    tag = "th" if cell.is_head else "td"
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return f"\t\t\t<{tag}{spans}>{inline(cell.text, markers)}</{tag}>\n"


def facts_text(block: Facts) -> str:
    """A line a row; a cell is written where it begins, its other places stay empty."""
    places: dict[tuple[int, int], str | None] = {}
    for y, row in enumerate(block.rows):
        x = 0
        for cell in row:
            while (y, x) in places:
                x += 1
            for dy in range(cell.rows):
                for dx in range(cell.columns):
                    places[y + dy, x + dx] = None
            places[y, x] = cell.text
    lines = [block.caption] if block.caption else []
    for y in range(len(block.rows)):
        printed = [x for (row, x), text in places.items() if row == y and text is not None]
        line = " | ".join(places.get((y, x)) or "" for x in range(max(printed) + 1))
        lines.append(" ".join(line.split()))
    return "\n".join(lines)


def leaflets(block: Leaflets, _: Markers) -> str:
    links = (
        f'<p style="text-align: center;"><a href="{attribute(src)}" target="_blank">{name}</a></p>'
        for src, name in block.files
    )
    return "\n\n".join(links)
