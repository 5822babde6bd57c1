"""Players: every way a page has to show a video or to let a sound be heard.

``<video>`` and ``<audio>`` with one source or several, frames of the usual services, Flash players
of old pages, elements that hold a player's configuration in an attribute, and scripts that set one
up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.items import ArticleAudio, ArticleVideo
from crawler.pages.html import clean, text_of
from crawler.pages.markup import BLOCKS, MEDIA
from crawler.pages.media.clips import (
    Clip,
    clips_of,
    clips_of_script,
    embed_address,
    flash_variables,
    height_of,
    is_live,
    json_of,
    media_kind,
)
from crawler.pages.media.images import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.etree import _Element as Element

    from crawler.pages.media.recordings import Recording

    Resolve = Callable[[str | None], str | None]

__all__ = ["Players", "read_duration"]

_MEDIA_ID = re.compile(r"aid-([0-9A-Za-z]{32})$")
_ISO_DURATION = re.compile(r"^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$")
_CLOCK = re.compile(r"^(?:(\d+):)?([0-5]?\d):([0-5]\d)$")
_NOT_A_PLAYER = re.compile(
    r"facebook\.com/plugins/(?!video)|platform\.twitter|/maps|googlesyndication|doubleclick"
    r"|docs\.google\.com|drive\.google\.com/viewer|datawrapper|flourish\.studio|infogram\.com"
    r"|\.(?:pdf|docx?|xlsx?|pptx?)(?:[?#&]|$)",
    re.IGNORECASE,
)

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


class Players:
    """The players inside an element, by the element they are or are put into.

    Made before the scripts inside are emptied; ``scripts`` are those elsewhere on the page. ``in``
    tells whether an element that is no media element is a player; :meth:`read` gives the recordings
    of one.
    """

    def __init__(
        self, container: Element, resolve: Resolve, scripts: Iterable[Element] = ()
    ) -> None:
        self._resolve = resolve
        self._container = container
        self._clips: dict[Element, list[Clip]] = {}
        self._embeds: dict[Element, str] = {}
        for element in cast("list[Element]", _CANDIDATES(container)):
            if element.tag not in MEDIA:
                self._look_at(element)
        self._look_at_scripts(scripts)

    def __contains__(self, element: Element) -> bool:
        return element in self._clips or element in self._embeds

    @property
    def elements(self) -> list[Element]:
        return [*self._clips, *self._embeds]

    def holds_text(self, element: Element) -> bool:
        """Whether more stands inside than what is shown while the player loads."""
        if element.tag in MEDIA or element in self._embeds:
            return False
        return any(found.tag in BLOCKS for found in element.iterdescendants())

    def _look_at(self, element: Element) -> None:
        clips = _clips_in_attributes(element)
        if clips:
            self._clips[element] = clips
        elif embed := _embed_in_attributes(element):
            self._embeds[element] = embed

    def _look_at_scripts(self, elsewhere: Iterable[Element]) -> None:
        inside = list(self._container.iter("script"))
        targets: dict[str, Element] | None = None
        for script in (*inside, *elsewhere):
            text = script.text
            if not text or len(text) > _MAX_SCRIPT_CHARS or not _MAY_SET_UP.search(text):
                continue
            if targets is None:
                targets = {e.get("id") or "": e for e in self._container.iter() if e.get("id")}
            for target, clips in clips_of_script(text):
                element = targets.get(target or "")
                if element is None and script in inside:
                    element = script
                if element is not None:
                    self._clips.setdefault(element, []).extend(clips)

    # ---- reading one

    def read(self, element: Element) -> Iterator[Recording]:
        """What the player plays; nothing for a live stream, a map, a button."""
        told = self._clips.get(element, [])
        if element.tag in {"video", "audio"}:
            yield from self._own(element, told)
        elif element.tag in {"iframe", "embed", "object"}:
            yield from self._framed(element)
        elif element in self._embeds:
            embed = self._resolve(self._embeds[element])
            if embed and not is_live(embed):
                yield self._video(element, Clip(), embed=embed)
        else:
            if element.tag == "a" and media_kind(element.get("href")) and not told:
                told = [Clip(files=[(element.get("href") or "", 0)])]
            for clip in told:
                yield from self._recording(element, clip)

    def _own(self, element: Element, told: list[Clip]) -> Iterator[Recording]:
        """``<video>``, ``<audio>``: the element's own word first, then its script's."""
        clip = _clip_of_element(element)
        configured = [*_clips_in_attributes(element), *told]
        if not clip.files and configured:
            first, *others = configured
            clip.files = first.files
            clip.poster, clip.title = clip.poster or first.poster, clip.title or first.title
            clip.duration = clip.duration or first.duration
        else:
            others = []
        if clip.files and clip.best() is None:
            return  # nothing but a broadcast
        yield from self._recording(element, clip)
        for other in others:
            yield from self._recording(element, other)

    def _recording(self, element: Element, clip: Clip) -> Iterator[Recording]:
        address = clip.best()
        if address is None and clip.files:
            return
        embed = embed_address(address) if address and not media_kind(address) else None
        is_sound = element.tag == "audio" or media_kind(address) == "audio"
        if is_sound and element.tag != "video":
            url = self._resolve(address)
            if url:
                yield ArticleAudio(url=url, name=clean(clip.title or "") or None)
            return
        yield self._video(element, clip, content=None if embed else address, embed=embed)

    def _framed(self, element: Element) -> Iterator[Recording]:
        clip = _flash_clip(element)
        if clip and (clip.best() or clip.files):
            yield from self._recording(element, clip)
            return
        embed = self._first_address(element)
        if embed is None or _NOT_A_PLAYER.search(embed) or is_live(embed):
            return
        if media_kind(embed):
            yield from self._recording(element, Clip(files=[(embed, 0)]))
            return
        inner = Clip()
        for name, value in parse_qsl(urlsplit(embed).query):
            if name in {"file", "src", "url", "video", "source"} and media_kind(value):
                inner.files.append((value, 0))
            elif name in {"image", "poster", "thumb"}:
                inner.poster = value
        if inner.files and inner.best() is None:
            return
        yield self._video(element, inner, content=inner.best(), embed=embed)

    def _first_address(self, element: Element) -> str | None:
        names = ("src", "data-src", "data-lazy-src", "data-original", "data")
        values = [element.get(name) for name in names]
        for found in element.iter("param", "embed"):
            if found.tag == "embed":
                values.append(found.get("src"))
            elif (found.get("name") or "").lower() in {"movie", "src", "filename", "url"}:
                values.append(found.get("value"))
        for value in values:
            url = self._resolve(value)
            if url:
                return url
        return None

    def _video(
        self, element: Element, clip: Clip, *, content: str | None = None, embed: str | None = None
    ) -> ArticleVideo:
        media_id = _MEDIA_ID.search(element.get("id") or "")
        box = _properties_around(element, self._container)
        poster = self._resolve(clip.poster or box.get("thumbnailurl"))
        duration = clip.duration or element.get("data-duration") or box.get("duration")
        return ArticleVideo(
            contentUrl=self._resolve(content),
            embedUrl=self._resolve(embed),
            thumbnailUrl=None if poster is None or is_placeholder(poster) else poster,
            mediaId=media_id[1] if media_id else None,
            duration=read_duration(duration),
        )


_MAX_SCRIPT_CHARS = 200_000
_MAY_SET_UP = re.compile(
    r"jwplayer|videojs|flowplayer|fluidPlayer|Playerjs|Plyr|DPlayer|rt[Pp]layer|Clappr|mediaelement"
    r"|loadSource|flashvars|addVariable",
)


def _clip_of_element(element: Element) -> Clip:
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


_LABELS = ("label", "res", "size", "data-res", "data-quality", "title", "data-label")


def _caption_of(element: Element) -> str | None:
    if element.tag != "audio":
        return None
    figure = next(element.iterancestors("figure"), None)
    caption = None if figure is None else next(figure.iter("figcaption"), None)
    return None if caption is None else text_of(caption) or None


def _clips_in_attributes(element: Element) -> list[Clip]:
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


def _embed_in_attributes(element: Element) -> str | None:
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


def _flash_clip(element: Element) -> Clip | None:
    """What a Flash player was told to play."""
    values = [element.get("flashvars")]
    for found in element.iter("param", "embed"):
        if found.tag == "embed":
            values.append(found.get("flashvars"))
        elif (found.get("name") or "").lower() == "flashvars":
            values.append(found.get("value"))
    for value in values:
        clips = clips_of(flash_variables(value)) if value else []
        if clips:
            return clips[0]
    return None


def _properties_around(element: Element, container: Element) -> dict[str, str]:
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
