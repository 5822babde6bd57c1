"""Markup: which elements are blocks, which are noise; the cleaned HTML of a piece of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.html import LINE_BREAK, Resolve, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
"""Heading → what it becomes in the cleaned HTML."""

CONTAINERS = frozenset({
    "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "header", "html", "main", "section", "summary",
    "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip
MEDIA = frozenset(["img", "video", "audio", "iframe", "embed", "object"])
BLOCKS = (
    CONTAINERS
    | MEDIA
    | frozenset(HEADINGS)
    | frozenset(["p", "table", "ul", "ol", "li", "pre", "hr"])
)
UNREAD = frozenset({
    "button", "canvas", "head", "input", "label", "link", "map", "meta", "noscript", "script",
    "select", "style", "svg", "template", "textarea", "title",
})  # fmt: skip
RELATED_CLASSES = frozenset({
    "image_related_1", "image_related_2", "related", "related2", "rl",
})  # fmt: skip
NOISE_CLASSES = frozenset({
    "abs-action", "ad_banner", "bd02", "comment-respond", "fb-like", "feedback-form",
    "news_other", "social", "tag_list", "textlink_embed", "xdata",
    "zalo-share-button",
})  # fmt: skip

_TEXT_ALIGN = re.compile(r"text-align\s*:\s*(\w+)", re.IGNORECASE)
_LOGICAL = {"start": "left", "end": "right"}
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_KEPT_INLINE = {"strong": "strong", "b": "b", "em": "em", "i": "i"}
SOFT_SPACE = " \t\r\n"
"""Hard spaces at the ends stay in the HTML: they indent verses."""

_MAX_DEPTH = 100
"""Nesting beyond this is damage, not meaning: its text is kept, its tags are not."""


def classes_of(element: Element) -> list[str]:
    value = element.get("class")
    return value.split() if value else []


def alignment(element: Element) -> str | None:
    """Where the element's text is aligned to; the style attribute wins, as in a browser."""
    style = element.get("style")
    match = _TEXT_ALIGN.search(style) if style else None
    value = match[1] if match else element.get("align")
    if not value:
        return None
    value = value.strip().lower()
    return _LOGICAL.get(value, value)


def is_right_aligned(element: Element, container: Element) -> bool:
    """Whether the element's text stands at the right, by its own word or that of a box around it
    within ``container``.
    """
    own = alignment(element)
    if own or element is container:
        return own == "right"
    for node in element.iterancestors():
        above = alignment(node)
        if above or node is container:
            return above == "right"
    return False


def is_wholly_strong(element: Element) -> bool:
    """Whether all of the element's text is strong, whatever stands around or between."""
    if element.tag in {"strong", "b"} or _BOLD.search(element.get("style") or ""):
        return True
    if element.text and not _is_blank(element.text):
        return False
    strong = False
    for child in element:
        if child.tail and not _is_blank(child.tail):
            return False
        if child.tag == "br" or _is_blank(raw_text(child)):
            continue
        if not is_wholly_strong(child):
            return False
        strong = True
    return strong


def _is_blank(text: str) -> bool:
    return not text.strip(" \t\r\n\xa0\u200b\ufeff" + LINE_BREAK)


def escape(text: str) -> str:
    """HTML-escape text; letters stay as they are."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def inline_html(element: Element, resolve: Resolve) -> str:
    """The element's content with strong, em, links and line breaks only."""
    if not len(element):
        return escape((element.text or "").strip(SOFT_SPACE))
    out: list[str] = []
    _write_inline(element, resolve, out, 0)
    # A line break at the end of a block breaks nothing.
    return "".join(out).strip(SOFT_SPACE).removesuffix("<br>").rstrip(SOFT_SPACE)


def _write_inline(element: Element, resolve: Resolve, out: list[str], depth: int) -> None:
    if depth > _MAX_DEPTH:
        out.append(escape(raw_text(element).replace(LINE_BREAK, " ")))
        return
    if element.text:
        out.append(escape(element.text))
    for child in element:
        write_inline_element(child, resolve, out, depth + 1)
        if child.tail:
            out.append(escape(child.tail))


def write_inline_element(
    element: Element, resolve: Resolve, out: list[str], depth: int = 0
) -> None:
    tag = element.tag
    if tag == "br":
        out.append("<br>")
    elif tag in _KEPT_INLINE:
        out.append(f"<{tag}>")
        _write_inline(element, resolve, out, depth)
        out.append(f"</{tag}>")
    elif tag == "a":
        url = resolve(element.get("href"))
        if url:
            out.append('<a href="' + escape(url).replace('"', "&quot;") + '">')
        _write_inline(element, resolve, out, depth)
        if url:
            out.append("</a>")
    elif tag not in UNREAD and tag not in MEDIA:
        _write_inline(element, resolve, out, depth)
