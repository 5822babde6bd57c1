"""The text of an article in the markup of template A, from ``div.bd02`` to the author."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .html import attribute, inline, paragraph, plain, with_entities
from .model import (
    Article,
    Block,
    Broadcast,
    Byline,
    Facts,
    Figure,
    Items,
    Leaflets,
    Markers,
    Paragraph,
    Player,
    Related,
    Sound,
    Stanza,
    Star,
    Table,
    Verses,
    Viewer,
)
from .player_blocks import broadcast, player, sound
from .verse_blocks import facts, leaflets, verses

_NBSP_LINE = '<p style="text-align: justify;">&nbsp;</p>'


def figure(block: Figure, markers: Markers) -> str:
    caption = "".join(
        f"<{tag}>{inline(text, markers)}</{tag}>" if tag else inline(text, markers)
        for tag, text in block.runs
    )
    if block.place == "behind":
        return (
            f'<div class="emag-cover" style="background-image: url(\'{attribute(block.src)}\');'
            ' background-size: cover;"></div>'
        )
    if block.place == "legacy":
        return (
            '<table style="WIDTH: 32.32%; HEIGHT: 12px" border="0" align="center">\n<tr>\n'
            f'<td><img border="0" alt="{attribute(block.alt)}" src="{attribute(block.src)}"></td>\n'
            f'</tr>\n<tr>\n<td><font color="#0000ff" size="2" face="Tahoma">{caption or "&nbsp;"}'
            "</font></td>\n</tr>\n</table>"
        )
    cell = (
        f'<td style="text-align: center;">{caption}</td>'
        if caption
        else ('<td class="desc">&nbsp;</td>')
    )
    return (
        '<div>\n<table align="center" class="image center">\n\t<tbody>\n\t\t<tr>\n'
        f'\t\t\t<td><img alt="{attribute(block.alt)}" hideclass="" src="{attribute(block.src)}"'
        ' style="float: center" /></td>\n\t\t</tr>\n\t\t<tr>\n\t\t\t'
        f"{cell}\n\t\t</tr>\n\t</tbody>\n</table>\n</div>"
    )


def related(block: Related, markers: Markers) -> str:
    rows = "".join(
        '\t\t<tr class="image_related_2">\n'
        f'\t\t\t<td colspan="2"><a href="{attribute(href)}">{inline(text, markers)}</a></td>\n'
        "\t\t</tr>\n"
        for href, _, text in block.links
    )
    return (
        '<div class="related">\n<table align="unset" class="rl unset">\n\t<tbody>\n'
        f"{rows}\t</tbody>\n</table>\n</div>"
    )


def _table(block: Table, markers: Markers) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        inner = "".join(f"\t\t\t<{tag}>{inline(cell, markers)}</{tag}>\n" for cell in cells)
        return f"\t\t<tr>\n{inner}\t\t</tr>\n"

    head, *rows = block.rows
    inner = row(head, "th") + "".join(row(cells, "td") for cells in rows)
    return (
        '<table border="1" cellpadding="1" cellspacing="1" style="width:500px">\n\t<tbody>\n'
        f"{inner}\t</tbody>\n</table>"
    )


def _items(block: Items, markers: Markers) -> str:
    tag = "ol" if block.ordered else "ul"
    inner = "".join(
        f'\t<li style="text-align: justify;">{inline(item, markers)}</li>\n' for item in block.items
    )
    return f"<{tag}>\n{inner}</{tag}>"


def _verse(text: str) -> str:
    bare = text.lstrip(" ")
    indent = len(text) - len(bare)
    lead = "&nbsp;" * (indent - 1) + " " if indent else ""
    return f'<p style="text-align: justify;">{lead}{plain(bare)}</p>'


def _viewer(block: Viewer, _: Markers) -> str:
    return f'<div id="baoin-viewer" data-pdf="{attribute(block.src)}"></div>'


def _stanza(block: Stanza, _: Markers) -> str:
    return "\n\n".join(map(_verse, block.verses))


def _star(_: Star, __: Markers) -> str:
    return '<p style="text-align: justify;">*</p>'


_RENDERERS: dict[type, Callable[[Any, Markers], str]] = {
    Paragraph: paragraph,
    Figure: figure,
    Related: related,
    Stanza: _stanza,
    Star: _star,
    Items: _items,
    Table: _table,
    Facts: facts,
    Verses: verses,
    Player: player,
    Broadcast: broadcast,
    Sound: sound,
    Viewer: _viewer,
    Leaflets: leaflets,
}


def render(block: Block, markers: Markers) -> str:
    return _RENDERERS[type(block)](block, markers)


def byline(line: Byline) -> str:
    printed = plain(line.printed).replace("\xa0", "&nbsp;")
    tag = line.look
    text = f'<p style="text-align: right;"><{tag}>{printed}</{tag}></p>'
    if line.role_line:
        text += f'\n\n<p style="text-align: right;"><em>{plain(line.role_line)}</em></p>'
    return text


def body(article: Article) -> str:
    markers = article.markers
    parts = []
    if article.printed_lead is not None:
        lead = Paragraph((("strong", article.printed_lead),))
        parts.append(paragraph(lead, markers))
    stanza_before = False
    for block in article.blocks:
        if stanza_before and not isinstance(block, Star):
            parts.append(_NBSP_LINE)
        stanza_before = isinstance(block, Stanza)
        parts.append(render(block, markers))
    if article.byline:
        parts.append(byline(article.byline))
    return with_entities("\n\n".join(parts))
