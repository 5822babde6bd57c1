"""Pictures and files of an article."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.items import ArticleImage, Attachment
from crawler.pages.fields import credit_of
from crawler.pages.html import text_of
from crawler.pages.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Element

__all__ = ["figure_html", "is_placeholder", "read_attachments", "read_image"]

PLACEHOLDERS = ("/file/default.jpg", "/images/logo_share.jpg", "/image/no-image.png")
"""Ends of the addresses of pictures that stand for "no picture"."""


def is_placeholder(url: str) -> bool:
    return url.split("?", 1)[0].endswith(PLACEHOLDERS)


def read_image(
    element: Element, caption: str | None, resolve: Callable[[str | None], str | None]
) -> ArticleImage | None:
    """The picture in its original size, or None for a placeholder or a broken address."""
    url = resolve(element.get("src")) or resolve(element.get("data-src"))
    if url is None or is_placeholder(url):
        return None
    caption = caption or None
    return ArticleImage(url=url, caption=caption, creditText=credit_of(caption))


def figure_html(image: ArticleImage) -> str:
    src = escape(image.url).replace('"', "&quot;")
    caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
    return f'<figure><img src="{src}">{caption}</figure>'


def read_attachments(
    container: Element, resolve: Callable[[str | None], str | None]
) -> list[Attachment]:
    """Files that belong to the article: the e-paper viewer's, and those linked in the text."""
    found: dict[str, Attachment] = {}
    for element in container.iter("a", "div", "iframe", "object", "embed"):
        url = resolve(element.get("data-pdf") or element.get("href"))
        if url is None or not urlsplit(url).path.lower().endswith(_FILE_ENDINGS):
            continue
        name = text_of(element) if element.tag == "a" else None
        if url not in found:
            media_type = mimetypes.guess_type(urlsplit(url).path)[0]
            found[url] = Attachment(url=url, name=name or None, encodingFormat=media_type)
        elif name and not found[url].name:
            found[url].name = name
    return list(found.values())


_FILE_ENDINGS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar")
