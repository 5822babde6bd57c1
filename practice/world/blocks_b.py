"""The text of an article in the markup of template B, and in what old editors left in it."""

from __future__ import annotations

from . import blocks_a
from .html import inline, paragraph, plain, with_entities
from .model import Article, Block, Byline, Figure, Markers, Paragraph, Stanza, Star

_OFFICE = (
    '<!--?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" /--><o:p></o:p>'
)
_OLD_STYLE = "TEXT-ALIGN: {}; LINE-HEIGHT: 150%; MARGIN: 6pt 0in"
_OLD_TAGS = {"strong": "b", "em": "i", "": ""}
_BLANK = '<p style="text-align: justify;">&nbsp;</p>'


def _old_paragraph(block: Paragraph, markers: Markers) -> str:
    """Word's own paragraphs, as they were pasted ten years ago."""
    parts = []
    for tag, text in block.runs:
        markup = f'<span style="FONT-SIZE: 12pt">{inline(text, markers)}</span>'
        bold = _OLD_TAGS[tag]
        parts.append(f"<{bold}>{markup}</{bold}>" if bold else markup)
    align = f' align="{block.align}"' if block.align == "right" else ""
    style = _OLD_STYLE.format(block.align)
    text = "".join(parts)
    return f'<p style="{style}" class="MsoNoSpacing"{align}>{text}{_OFFICE}</p>'


def head_figure(article: Article) -> Figure | None:
    """The picture that stands above the headline."""
    figures = (block for block in article.blocks if isinstance(block, Figure))
    return next((figure for figure in figures if figure.place == "head"), None)


def in_author_box(article: Article) -> bool:
    """Some bylines stand in the box made for them, most as the last line of the text."""
    line = article.byline
    return line is not None and line.in_box


def _byline(line: Byline) -> str:
    printed = plain(line.printed).replace("\xa0", "&nbsp;")
    style = _OLD_STYLE.format("right")
    text = f'<p style="{style}" align="right"><b><span>{printed}</span></b></p>'
    if line.role_line:
        text += f'\n<p style="{style}" align="right"><i>{plain(line.role_line)}</i></p>'
    return text


def _render(block: Block, markers: Markers, *, old: bool) -> str:
    if old and isinstance(block, Paragraph) and block.tag == "p" and not block.look:
        return _old_paragraph(block, markers)
    return blocks_a.render(block, markers)


def body(article: Article, *, old: bool) -> str:
    markers = article.markers
    parts = []
    if article.repeats_lead and article.printed_lead is not None:
        parts.append(paragraph(Paragraph((("strong", article.printed_lead),)), markers))
    stanza_before = False
    for block in article.blocks:
        if isinstance(block, Figure) and block.place == "head":
            continue
        if stanza_before and not isinstance(block, Star):
            parts.append(_BLANK)
        stanza_before = isinstance(block, Stanza)
        parts.append(_render(block, markers, old=old))
    if article.byline and not in_author_box(article):
        parts.append(_byline(article.byline))
    return with_entities("\n\n".join(parts))
