"""Inline run: loose text and inline elements between the blocks of an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.pages import markup
from crawler.pages.html import Resolve, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Run:
    """Text and inline elements that stand between blocks."""

    def __init__(self, node: Element, in_list: str | None) -> None:
        self.node = node
        self.in_list = in_list
        self._parts: list[str | Element] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add_text(self, text: str | None) -> None:
        if text and (self._parts or not text.isspace()):
            self._parts.append(text)

    def add_element(self, element: Element) -> None:
        self._parts.append(element)

    def clear(self) -> None:
        self._parts.clear()

    @property
    def raw(self) -> str:
        parts: Iterable[str] = (
            part if isinstance(part, str) else raw_text(part) for part in self._parts
        )
        return "".join(parts)

    def html(self, resolve: Resolve) -> str:
        out: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                out.append(markup.escape(part))
            else:
                markup.write_inline_element(part, resolve, out)
        html = "".join(out).strip(markup.SOFT_SPACE)
        return html.removeprefix("<br>").removesuffix("<br>").strip(markup.SOFT_SPACE)
