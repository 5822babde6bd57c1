"""Player markup: what the attributes and children of an element say that it plays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from lxml import etree

from crawler.pages.html import text_of
from crawler.pages.media.addresses import embed_address, height_of, media_kind
from crawler.pages.media.clips import Clip, clips_of, flash_variables, json_of

if TYPE_CHECKING:
    from collections.abc import Container

    from lxml.etree import _Element as Element

_FILE_ATTRIBUTES = (
    "data-file", "data-src", "data-url", "data-video", "data-video-src", "data-video-url",
    "data-mp4", "data-hls", "data-source", "data-href", "data-audio", "data-stream",
)  # fmt: skip
_CONFIG_ATTRIBUTES = (
    "data-config", "data-setup", "data-options", "data-player", "data-item", "data-sources",
    "data-playlist", "data-video", "data-opts",
)  # fmt: skip
_ID_ATTRIBUTES = (
    ("data-youtube-id", "https://www.youtube.com/embed/{}"),
    ("videoid", "https://www.youtube.com/embed/{}"),
    ("data-vimeo-id", "https://player.vimeo.com/video/{}"),
)
_TIKTOK = "https://www.tiktok.com/embed/v2/{}"
_PLYR = {
    "youtube": "https://www.youtube.com/embed/{}",
    "vimeo": "https://player.vimeo.com/video/{}",
}
_CANDIDATES = etree.XPath(
    "descendant::*["
    + " or ".join(
        f"@{name}"
        for name in dict.fromkeys(
            (
                *_FILE_ATTRIBUTES,
                *_CONFIG_ATTRIBUTES,
                *(name for name, _ in _ID_ATTRIBUTES),
                "data-plyr-embed-id",
                "data-video-id",
            )
        )
    )
    + "]"
)
_SERVICE_ID = re.compile(r"^[\w-]{4,40}$")
_LABELS = ("label", "res", "size", "data-res", "data-quality", "title", "data-label")


def candidates(container: Element) -> list[Element]:
    """Elements inside that have an attribute by which a player may be known."""
    return cast("list[Element]", _CANDIDATES(container))


def clip_of_element(element: Element) -> Clip:
    """A media element's sources: its own attribute or its children."""
    clip = Clip(
        poster=element.get("poster") or element.get("data-poster"),
        duration=element.get("data-duration"),
        title=element.get("title") or element.get("data-title") or _caption_of(element),
    )
    for name in ("src", *_FILE_ATTRIBUTES):
        value = (element.get(name) or "").strip()
        if value and value[0] not in "{[" and not value.startswith(("blob:", "data:", "about:")):
            clip.files.append((value, height_of(element.get("data-label"), address=value)))
            return clip
    for source in element.iter("source"):
        value = (source.get("src") or source.get("data-src") or "").strip()
        if value:
            labels = [source.get(name) for name in _LABELS]
            clip.files.append((value, height_of(*labels, address=value)))
    if not clip.files:  # what a browser shows that knows no <video>
        for link in element.iter("a"):
            if media_kind(link.get("href")):
                clip.files.append((link.get("href") or "", 0))
    return clip


def _caption_of(element: Element) -> str | None:
    if element.tag != "audio":
        return None
    figure = next(element.iterancestors("figure"), None)
    caption = None if figure is None else next(figure.iter("figcaption"), None)
    return None if caption is None else text_of(caption) or None


def clips_in_attributes(element: Element) -> list[Clip]:
    """The recordings of a configuration or an address in an attribute."""
    poster = element.get("poster") or element.get("data-poster") or element.get("data-image")
    for name in _CONFIG_ATTRIBUTES:
        value = element.get(name)
        clips = clips_of(json_of(value)) if value else []
        if clips:
            for clip in clips:
                clip.poster = clip.poster or poster
            return clips
    clip = Clip(
        poster=poster,
        duration=element.get("data-duration"),
        title=element.get("data-title") or element.get("title"),
    )
    for name in _FILE_ATTRIBUTES:
        value = (element.get(name) or "").strip()
        if media_kind(value):
            clip.files.append((value, height_of(address=value)))
    return [clip] if clip.files else []


def embed_in_attributes(element: Element) -> str | None:
    """The frame's address of a video at one of the usual services, by its id."""
    classes = (element.get("class") or "").split()
    if "fb-video" in classes:
        return embed_address(element.get("data-href") or "")
    if "tiktok-embed" in classes and _SERVICE_ID.match(element.get("data-video-id") or ""):
        return _TIKTOK.format(element.get("data-video-id"))
    plyr = element.get("data-plyr-embed-id") or ""
    provider = (element.get("data-plyr-provider") or "").lower()
    if provider in _PLYR and plyr:
        return embed_address(plyr) or (
            _PLYR[provider].format(plyr) if _SERVICE_ID.match(plyr) else None
        )
    for name, embed in _ID_ATTRIBUTES:
        value = element.get(name) or ""
        if _SERVICE_ID.match(value):
            return embed.format(value)
    return None


def flash_clip(element: Element) -> Clip | None:
    """What a Flash player was told to play."""
    for value in (element.get("flashvars"), *values_inside(element, "flashvars", {"flashvars"})):
        clips = clips_of(flash_variables(value)) if value else []
        if clips:
            return clips[0]
    return None


def values_inside(element: Element, attribute: str, names: Container[str]) -> list[str | None]:
    """That attribute of the embeds inside, and the values of the parameters of these names."""
    return [
        found.get(attribute if found.tag == "embed" else "value")
        for found in element.iter("param", "embed")
        if found.tag == "embed" or (found.get("name") or "").lower() in names
    ]


def properties_around(element: Element, container: Element) -> dict[str, str]:
    """``itemprop`` values of the VideoObject the player stands in, else of its nearest box."""
    box: Element | None = element.getparent()
    for node in element.iterancestors():
        if node is container:
            break
        if "VideoObject" in (node.get("itemtype") or ""):
            box = node
            break
    if box is None or box is container:
        return {}
    found: dict[str, str] = {}
    for node in box.iter("meta", "link"):
        name = (node.get("itemprop") or "").lower()
        value = node.get("content") or node.get("href")
        if name and value:
            found.setdefault(name, value)
    return found
