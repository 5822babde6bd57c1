"""What a distortion is, and the parts of a page that distortions change."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

__all__ = [
    "DISTORTIONS",
    "RAW_FIELDS",
    "Distortion",
    "body_of",
    "distortion",
    "in_article",
    "in_body",
    "in_tags",
    "in_text",
    "paragraphs",
]

Expected = dict[str, Any]
Change = Callable[[str], str]

RAW_FIELDS = frozenset({"headlineRaw", "datePublishedRaw", "authors", "articleBodyHtml"})
"""Fields that keep letters and spaces as they stand on the page, by their own description."""


@dataclasses.dataclass(frozen=True)
class Distortion:
    """A change of the markup that a reader of the page would not notice."""

    name: str
    about: str
    apply: Change
    """The page, changed. The page itself where there is nothing to change."""

    loosely: frozenset[str]
    """Fields compared after cleaning (NFC, single spaces, nothing invisible) and no stricter:
    those that promise the page's own letters, where the distortion changes these."""

    unless: frozenset[str]
    """Kinds of article in which the change has a meaning, so that it is not made."""

    expect: Callable[[Expected], Expected]
    """What must be read then, of what must be read of the page itself."""


DISTORTIONS: dict[str, Distortion] = {}


def distortion(
    *,
    loosely: frozenset[str] = frozenset(),
    unless: frozenset[str] = frozenset(),
    expect: Callable[[Expected], Expected] = lambda expected: expected,
) -> Callable[[Change], Change]:
    """Enter a function into DISTORTIONS: its name, and its docstring as what it is about."""

    def enter(change: Change) -> Change:
        name = change.__name__.replace("_", "-")
        if name in DISTORTIONS:
            raise ValueError(f"two distortions are called {name}")
        about = " ".join((change.__doc__ or "").split())
        DISTORTIONS[name] = Distortion(name, about, change, loosely, unless, expect)
        return change

    return enter


# ---- parts of a page

_BODY = re.compile(r'<div class="bd02"></div>|<div class="td-post-content[^>]*>')
_ARTICLE = re.compile(r'<div id="content"[^>]*>')
_DIV = re.compile(r"<div\b|</div\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(<p\b[^>]*>)(.*?)(</p>)", re.DOTALL)
_PIECE = re.compile(
    r"<!--.*?-->|<(?P<raw>script|style|xml)\b.*?</(?P=raw)\s*>"
    r"""|<[/!?]?[A-Za-z](?:"[^"]*"|'[^']*'|[^'">])*>""",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<[A-Za-z]")


def _end_of_div(page: str, start: int) -> int:
    """Where the ``div`` ends whose content begins at ``start``."""
    depth = 1
    for found in _DIV.finditer(page, start):
        depth += -1 if found[0].startswith("</") else 1
        if depth == 0:
            return found.start()
    raise ValueError("the content of this page has no end")


def _in_span(page: str, start: int, change: Change) -> str:
    end = _end_of_div(page, start)
    return page[:start] + change(page[start:end]) + page[end:]


def in_body(page: str, change: Change) -> str:
    """Change what the editor wrote: the text, without headline and date."""
    found = _BODY.search(page)
    if found is None:
        raise ValueError("no content on this page: bd02 or td-post-content")
    if "bd02" not in found[0]:
        return _in_span(page, found.end(), change)
    article = _ARTICLE.search(page)
    assert article is not None
    end = _end_of_div(page, article.end())
    return page[: found.end()] + change(page[found.end() : end]) + page[end:]


def in_article(page: str, change: Change) -> str:
    """Change the whole element with the id ``content``: in template A headline and date as well."""
    found = _ARTICLE.search(page)
    if found is None:
        raise ValueError("no element with the id content on this page")
    return _in_span(page, found.end(), change)


def body_of(page: str) -> str:
    """What the editor wrote."""
    body: list[str] = []
    in_body(page, lambda html: body.append(html) or html)
    return body[0]


def in_text(html: str, change: Change) -> str:
    """Change each text between tags that is not white space alone."""
    out: list[str] = []
    done = 0
    for piece in _PIECE.finditer(html):
        out += (_changed(html[done : piece.start()], change), piece[0])
        done = piece.end()
    out.append(_changed(html[done:], change))
    return "".join(out)


def _changed(text: str, change: Change) -> str:
    return change(text) if text.strip() else text


def in_tags(html: str, change: Change) -> str:
    """Change each start tag."""
    return _PIECE.sub(lambda found: change(found[0]) if _TAG.match(found[0]) else found[0], html)


def paragraphs(html: str, change: Callable[[str, str, str], str]) -> str:
    """Change each ``p``, given as start tag, content and end tag."""
    return _PARAGRAPH.sub(lambda found: change(found[1], found[2], found[3]), html)
