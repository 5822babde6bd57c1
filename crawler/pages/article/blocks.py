"""Blocks of an article: its printed units, and what stands between them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from crawler.pages.media.recordings import Recordings

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from zyte_common_items import Link

    from crawler.items import ArticleImage, Attachment


@dataclasses.dataclass(slots=True)
class Block:
    """One printed unit: a paragraph, list item, table, figure, or an empty line."""

    text: str
    """Clean; empty for figures, players and empty lines."""

    html: str
    raw: str = ""
    """Text nodes joined as they stand."""

    tag: str = "p"
    """``p``, ``h2`` …, ``li``, ``table``, ``figure``, or ``blank``."""

    is_right: bool = False
    element: Element | None = None
    in_list: str | None = None
    """``ul`` or ``ol`` for list items."""


@dataclasses.dataclass(slots=True)
class Content(Recordings):
    """All that stands in the article's element, in order."""

    blocks: list[Block] = dataclasses.field(default_factory=list)
    images: list[ArticleImage] = dataclasses.field(default_factory=list)
    attachments: list[Attachment] = dataclasses.field(default_factory=list)
    related: list[Link] = dataclasses.field(default_factory=list)
    is_damaged: bool = False
    """An unclosed quote made markup, and the text in it, the value of an attribute."""
