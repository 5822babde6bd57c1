"""Pictures, players and files of an article."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.items import ArticleAudio, ArticleImage, ArticleVideo, Attachment
from crawler.pages.fields import credit_of
from crawler.pages.html import text_of
from crawler.pages.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Element

__all__ = [
    "figure_html",
    "is_placeholder",
    "read_attachments",
    "read_audio",
    "read_image",
    "read_video",
]

PLACEHOLDERS = ("/file/default.jpg", "/images/logo_share.jpg", "/image/no-image.png")
"""Ends of the addresses of pictures that stand for "no picture"."""

_MEDIA_ID = re.compile(r"aid-([0-9A-Za-z]{32})$")
_ISO_DURATION = re.compile(r"^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$")
_CLOCK = re.compile(r"^(?:(\d+):)?([0-5]?\d):([0-5]\d)$")
_NOT_A_PLAYER = re.compile(
    r"facebook\.com/plugins/(?!video)|platform\.twitter|/maps|googlesyndication|doubleclick",
    re.IGNORECASE,
)


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


def read_video(
    element: Element, resolve: Callable[[str | None], str | None]
) -> ArticleVideo | None:
    """A player: the newspaper's own (``video``), or a foreign one in a frame."""
    media_id = _MEDIA_ID.search(element.get("id") or "")
    duration = read_duration(element.get("data-duration"))
    if element.tag == "video":
        poster = resolve(element.get("poster"))
        return ArticleVideo(
            contentUrl=_source_of(element, resolve),
            thumbnailUrl=None if poster is None or is_placeholder(poster) else poster,
            mediaId=media_id[1] if media_id else None,
            duration=duration,
        )
    embed = resolve(element.get("src") or element.get("data-src") or element.get("data"))
    if embed is None or _NOT_A_PLAYER.search(embed):
        return None
    return ArticleVideo(
        embedUrl=embed, mediaId=media_id[1] if media_id else None, duration=duration
    )


def read_audio(
    element: Element, resolve: Callable[[str | None], str | None]
) -> ArticleAudio | None:
    url = _source_of(element, resolve)
    return ArticleAudio(url=url) if url else None


def read_duration(text: str | None) -> str | None:
    """``PT1M30S`` from that form, from ``1:30``, or from ``90``."""
    text = (text or "").strip()
    if not text:
        return None
    if _ISO_DURATION.match(text):
        return text
    clock = _CLOCK.match(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        total = hours * 3600 + minutes * 60 + seconds
    elif text.isdecimal() and text.isascii():
        total = int(text[:9])
    else:
        return None
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    hour_part = f"{hours}H" if hours else ""
    minute_part = f"{minutes}M" if minutes else ""
    second_part = f"{seconds}S" if seconds or not (hours or minutes) else ""
    return f"PT{hour_part}{minute_part}{second_part}"


def _source_of(element: Element, resolve: Callable[[str | None], str | None]) -> str | None:
    found = resolve(element.get("src")) or resolve(element.get("data-src"))
    if found:
        return found
    for source in element.iter("source"):
        found = resolve(source.get("src"))
        if found:
            return found
    return None


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
