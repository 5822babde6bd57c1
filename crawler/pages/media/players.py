"""Players: every way a page has to show a video or to let a sound be heard.

``<video>`` and ``<audio>`` with one source or several, frames of the usual services, Flash players
of old pages, elements that hold a player's configuration in an attribute, and scripts that set one
up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.items import ArticleAudio, ArticleVideo
from crawler.pages.html import Resolve, clean
from crawler.pages.markup import BLOCKS, MEDIA
from crawler.pages.media.addresses import embed_address, is_live, media_kind
from crawler.pages.media.clips import Clip
from crawler.pages.media.durations import read_duration
from crawler.pages.media.images import picture_at
from crawler.pages.media.player_markup import (
    candidates,
    clip_of_element,
    clips_in_attributes,
    embed_in_attributes,
    flash_clip,
    properties_around,
    values_inside,
)
from crawler.pages.media.player_scripts import clips_of_script

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.pages.media.recordings import Recording

_MEDIA_ID = re.compile(r"aid-([0-9A-Za-z]{32})$")
_NOT_A_PLAYER = re.compile(
    r"facebook\.com/plugins/(?!video)|platform\.twitter|/maps|googlesyndication|doubleclick"
    r"|docs\.google\.com|drive\.google\.com/viewer|datawrapper|flourish\.studio|infogram\.com"
    r"|\.(?:pdf|docx?|xlsx?|pptx?)(?:[?#&]|$)",
    re.IGNORECASE,
)


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
        for element in candidates(container):
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
        clips = clips_in_attributes(element)
        if clips:
            self._clips[element] = clips
        elif embed := embed_in_attributes(element):
            self._embeds[element] = embed

    def _look_at_scripts(self, elsewhere: Iterable[Element]) -> None:
        inside = list(self._container.iter("script"))
        targets: dict[str, Element] | None = None
        for script in (*inside, *elsewhere):
            for target, clips in clips_of_script(script.text or ""):
                if targets is None:
                    targets = {e.get("id") or "": e for e in self._container.iter() if e.get("id")}
                element = targets.get(target or "")
                if element is None and script in inside:
                    element = script
                if element is not None:
                    self._clips.setdefault(element, []).extend(clips)

    # ---- reading one

    def read(self, element: Element) -> Iterator[Recording]:
        """What the player plays; nothing for a live stream, a map, a button."""
        reported = self._clips.get(element, [])
        if element.tag in {"video", "audio"}:
            yield from self._own(element, reported)
        elif element.tag in {"iframe", "embed", "object"}:
            yield from self._framed(element)
        elif element in self._embeds:
            embed = self._resolve(self._embeds[element])
            if embed and not is_live(embed):
                yield self._video(element, Clip(), embed=embed)
        else:
            if element.tag == "a" and media_kind(element.get("href")) and not reported:
                reported = [Clip(files=[(element.get("href") or "", 0)])]
            for clip in reported:
                yield from self._recording(element, clip)

    def _own(self, element: Element, reported: list[Clip]) -> Iterator[Recording]:
        """``<video>``, ``<audio>``: the element's own word first, then its script's."""
        clip = clip_of_element(element)
        configured = [*clips_in_attributes(element), *reported]
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
        clip = flash_clip(element)
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
        values += values_inside(element, "src", {"movie", "src", "filename", "url"})
        return next((url for value in values if (url := self._resolve(value))), None)

    def _video(
        self, element: Element, clip: Clip, *, content: str | None = None, embed: str | None = None
    ) -> ArticleVideo:
        media_id = _MEDIA_ID.search(element.get("id") or "")
        box = properties_around(element, self._container)
        duration = clip.duration or element.get("data-duration") or box.get("duration")
        return ArticleVideo(
            contentUrl=self._resolve(content),
            embedUrl=self._resolve(embed),
            thumbnailUrl=picture_at(self._resolve(clip.poster or box.get("thumbnailurl"))),
            mediaId=media_id[1] if media_id else None,
            duration=read_duration(duration),
        )
