"""Text → markup, as the newspaper's editor and Word leave it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from .headlines import decompose

if TYPE_CHECKING:
    from .model import Markers, Paragraph

_WORD = (
    '<span style="font-size:14pt"><span style="line-height:115%">'
    '<span style="font-family:&quot;Times New Roman&quot;,serif">{}</span></span></span>'
)
_WORD_STYLE = ' style="margin-bottom: 13px; text-align: {};"'
_STYLE = ' style="text-align: {};"'
_BREAK = "<br />\n"
_BEGINS_ONE_WORD = re.compile("[BCDĐGHKLMNRSTVX][aeiouy]")
"""No word is made of such a letter alone."""


def chunk(text: str) -> bytes:
    """Markup of the page's frame: the editor of the frame wrote CRLF, that of the texts LF."""
    return text.replace("\n", "\r\n").encode()


def plain(text: str) -> str:
    """The least that must be escaped; hard spaces as raw U+00A0."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    return plain(text).replace('"', "&quot;")


def inline(text: str, markers: Markers) -> str:
    """A run of the body. What it says is the same as ``text``, once read well."""
    text = plain(text).replace("\n", _BREAK)
    if markers.hard_spaces:
        text = text.replace(", ", ",&nbsp;", 1).replace(". ", ".&nbsp; ", 1)
    if markers.latin_entities:
        text = text.replace("à", "&agrave;").replace("ê", "&ecirc;").replace("ó", "&oacute;")
    return text


def with_entities(body: str) -> str:
    """Signs as the editor writes them; done once for a whole body, as it is cheaper."""
    return (
        body.replace("“", "&ldquo;")
        .replace("”", "&rdquo;")
        .replace("…", "&hellip;")
        .replace("–", "&ndash;")
    )


def _runs(block: Paragraph, markers: Markers) -> str:
    parts = []
    for tag, text in block.runs:
        markup = inline(
            decompose(text) if markers.decomposed and (tag or len(text) % 4 == 0) else text, markers
        )
        parts.append(f"<{tag}>{markup}</{tag}>" if tag else markup)
    return "".join(parts)


def paragraph(block: Paragraph, markers: Markers) -> str:
    look = block.look
    body = _runs(block, markers)
    if "dropcap" in look:
        # The first letter in a box of its own: the two make one word.
        first, rest = body[0], body[1:]
        # Every other time with a space that a reader does not see, for the letter floats.
        begins = unicodedata.normalize("NFD", body[:2])
        if len(block.text) % 2 and _BEGINS_ONE_WORD.match(begins):
            rest = f" {rest}"
        if "word" in look:
            body = _WORD.format(first) + _WORD.format(rest)
        else:
            body = f'<span style="font-size:36px;">{first}</span>{rest}'
    elif "word" in look:
        body = _WORD.format(body) + "<o:p></o:p>"
    style = (_WORD_STYLE if look else _STYLE).format(block.align)
    css = ' class="MsoNormal"' if "word" in look else ""
    return f"<{block.tag}{css}{style}>{body}</{block.tag}>"
