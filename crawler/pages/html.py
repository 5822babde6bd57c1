"""HTML: bytes → tree, and the text of its parts.

One lxml parse a page, and selectors compiled once: parsel's own CSS look-up costs as much for each
field as a sixth of the parse. See docs/adr/0007-page-objects.md for the figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from cssselect import HTMLTranslator
from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LINE_BREAK = "\ufdd0"
"""Stands for ``<br>`` in raw text: a noncharacter, so it is never part of a page's own text."""

Resolve = Callable[[str | None], str | None]
"""Makes a canonical absolute address of a link; None of one that leads nowhere."""

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # no width, direction
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no spaces
    "\ufffc\uf000-\uf0ff"  # Word: an object's place, signs of symbol fonts
    "\ufdd0]"
)

_MAX_DEPTH = 2040
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
)
_STRING = etree.XPath("string()", smart_strings=False)
_TEXTS_AND_BREAKS = etree.XPath("descendant::text() | descendant::br", smart_strings=False)
_BY_ID = re.compile(r"^descendant-or-self::\*\[@id = ('[^']+')\]")
_BY_ID_AND_MORE = re.compile(r"^descendant-or-self::\*\[\(@id = ('[^']+')\) and ")
_TWICE = re.compile(r"@class and (contains\(@class)")


def decode(body: bytes) -> bytes:
    """``body`` as valid UTF-8, whatever it claims to be; what is not becomes U+FFFD.

    The newspaper writes UTF-8 and nothing else; wrong claims come from servers and copies.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in body:
        body = body.replace(b"\x00", b"")  # libxml2 would end the page there
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace").encode("utf-8")
    return body


def parse(body: bytes) -> Element | None:
    """The page's root, or None when there is no element in the bytes."""
    return parse_source(decode(body))


def parse_source(source: bytes) -> Element | None:
    """:func:`parse` of what :func:`decode` has made."""
    if not source.strip():
        return None
    try:
        root = etree.fromstring(source, _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return cast("Element | None", root)


def is_cut_short(root: Element) -> bool:
    """True when libxml2 gave up on the page: 2,048 elements inside one another, the rest lost."""
    depth, node = 0, root
    while len(node):
        node = node[-1]
        depth += 1
    return depth >= _MAX_DEPTH


class Css:
    """CSS selectors, compiled once. ``#id`` at the start of one is looked up, not searched for.

    ``nearest`` is an XPath axis to search along instead of the whole page, up to the first match:
    for what is known to stand behind or before something with an id.

    ``seldom``: most pages do well without it, so that nothing but the newspaper's own history can
    say that it has gone (see :mod:`crawler.monitoring`).
    """

    __slots__ = ("_all", "_each", "is_seldom", "text")

    def __init__(self, text: str, *, nearest: str | None = None, seldom: bool = False) -> None:
        self.text = text
        self.is_seldom = seldom
        paths = [_xpath(part.strip(), nearest) for part in text.split(",")]
        self._each = [etree.XPath(path, smart_strings=False) for path in paths]
        self._all = etree.XPath(" | ".join(paths), smart_strings=False)

    def __repr__(self) -> str:
        return f"Css({self.text!r})"

    def all(self, root: Element) -> list[Element]:
        """Every match, in the order of the page."""
        return cast("list[Element]", self._all(root))

    def first(self, root: Element) -> Element | None:
        """The first match of the first of the selectors that has one."""
        return next(iter(self.group(root)), None)

    def hits(self, root: Element) -> tuple[bool, ...]:
        """Of each of the selectors, whether it matches anything."""
        return tuple(bool(find(root)) for find in self._each)

    @property
    def parts(self) -> tuple[str, ...]:
        """The text of each of the selectors."""
        return tuple(part.strip() for part in self.text.split(","))

    def group(self, root: Element) -> list[Element]:
        """Every match of the first of the selectors that has one."""
        for find in self._each:
            found = cast("list[Element]", find(root))
            if found:
                return found
        return []

    def text_in(self, root: Element) -> str | None:
        """Clean text of the first match; None when there is no match or no text in it."""
        found = self.first(root)
        return None if found is None else text_of(found) or None


def _xpath(selector: str, nearest: str | None) -> str:
    path = HTMLTranslator().css_to_xpath(selector)
    path = _TWICE.sub(r"\1", _BY_ID_AND_MORE.sub(r"id(\1)[", _BY_ID.sub(r"id(\1)", path)))
    return f"{nearest}{path.removeprefix('descendant-or-self::')}[1]" if nearest else path


def raw_text(element: Element) -> str:
    """Text nodes joined as they stand, without separator: a drop cap stays one word."""
    if not len(element):
        return element.text or ""
    return cast("str", _STRING(element))


def text_of(element: Element) -> str:
    """Clean text in one line; ``<br>`` parts words."""
    return clean(text_with_breaks(element))


def text_with_breaks(element: Element) -> str:
    """:func:`raw_text` with a :data:`LINE_BREAK` for each ``<br>`` inside."""
    if not len(element) or next(element.iter("br"), None) is None:
        return raw_text(element)
    parts = cast("list[str | Element]", _TEXTS_AND_BREAKS(element))
    return "".join(part if isinstance(part, str) else LINE_BREAK for part in parts)


def clean(text: str) -> str:
    """NFC, one space between words, none at the ends, nothing invisible. One line."""
    if LINE_BREAK in text:
        text = text.replace(LINE_BREAK, " ")
    return unicodedata.normalize("NFC", " ".join(without_invisible(text).split()))


def without_invisible(text: str) -> str:
    """The text without what has no width, which may stand anywhere, even before an indent."""
    return _INVISIBLE.sub("", text) if _INVISIBLE.search(text) else text


def lines(text: str) -> str:
    """:func:`clean`, with a line end for each ``<br>``. Empty lines are kept but one in a row."""
    if LINE_BREAK not in text:
        return clean(text)
    cleaned = "\n".join(clean(line) for line in text.split(LINE_BREAK))
    return re.sub(r"\n{3,}", "\n\n", cleaned).strip("\n")


def mark_line_breaks(element: Element) -> None:
    """Make ``<br>`` visible to :func:`raw_text`, and drop what is never text: in a copy, for the
    tree of a page is shared.
    """
    for found in list(element.iter("br", "script", "style", "noscript", "template")):
        if found.tag == "br":
            found.text = LINE_BREAK
        else:
            found.text = None
            for child in list(found):
                found.remove(child)
