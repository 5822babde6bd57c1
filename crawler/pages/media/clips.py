"""Clips: what a player's configuration plays."""

from __future__ import annotations

import dataclasses
import json
import re
from urllib.parse import parse_qsl

import chompjs

from crawler.pages.media.addresses import embed_address, height_of, is_live, is_playlist, media_kind

_MAX_DEPTH = 6
_MAX_ADDRESS_CHARS = 2000
_HEIGHT_KEY = re.compile(r"\d{3,4}\s*p?", re.IGNORECASE)


@dataclasses.dataclass(slots=True)
class Clip:
    """One recording, its addresses as written."""

    files: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    """(address, height in lines; 0 when nothing tells) in the order of the page."""

    poster: str | None = None
    duration: str | None = None
    title: str | None = None

    def best(self) -> str | None:
        """A file rather than a playlist, the tallest, of equals the first; never a live stream."""
        found = [file for file in self.files if not is_live(file[0])]
        return max(found, key=_worth)[0] if found else None

    def add_file(self, text: str, *labels: object) -> None:
        """What is no address (the name of a variable, an expression) is left alone."""
        address = text.strip()
        if (
            len(address) < _MAX_ADDRESS_CHARS
            and not re.search(r"[\s'\"+<>]", address)
            and (media_kind(address) or embed_address(address))
            and all(address != known for known, _ in self.files)
        ):
            self.files.append((address, height_of(*labels, address=address)))


def _worth(file: tuple[str, int]) -> tuple[bool, int]:
    address, height = file
    return not is_playlist(address), height


# ---- configurations

_FILE_KEYS = (
    "file", "src", "url", "source", "contentUrl", "video", "videoUrl", "fileUrl", "mp4", "hls",
    "hlsUrl", "stream", "netConnectionUrl",
)  # fmt: skip
_NESTED_KEYS = (
    "sources", "source", "levels", "clip", "media", "video", "qualities", "quality", "files",
    "file", "setup", "config", "baseClip", "provider",
)  # fmt: skip
_LIST_KEYS = ("playlist", "clips", "items")
_POSTER_KEYS = ("image", "poster", "splash", "thumbnail", "thumbnailUrl", "pic", "picture", "thumb")
_DURATION_KEYS = ("duration", "length")
_TITLE_KEYS = ("title", "name")


def clips_of(config: object) -> list[Clip]:
    """The recordings of a player's configuration: one, or one for each entry of its playlist."""
    if isinstance(config, dict):
        for key in _LIST_KEYS:
            entries = config.get(key)
            if isinstance(entries, list) and entries:
                clips = [_clip(entry) for entry in entries]
                if any(clip.files for clip in clips):
                    return [clip for clip in clips if clip.files]
    clip = _clip(config)
    return [clip] if clip.files else []


def _clip(config: object) -> Clip:
    clip = Clip()
    _collect(config, clip, 0)
    return clip


def _collect(config: object, clip: Clip, depth: int, label: object = None) -> None:
    if depth > _MAX_DEPTH:
        return
    if isinstance(config, str):
        clip.add_file(config, label)
    elif isinstance(config, list):
        for entry in config:
            _collect(entry, clip, depth + 1)
    elif isinstance(config, dict):
        _collect_members(config, clip, depth)


def _collect_members(config: dict[str, object], clip: Clip, depth: int) -> None:
    if str(config.get("kind", "")).lower() in {"captions", "subtitles", "thumbnails", "chapters"}:
        return
    labels = [config.get(name) for name in ("label", "res", "size", "height", "quality", "title")]
    for key in _FILE_KEYS:
        value = config.get(key)
        if isinstance(value, str):
            clip.add_file(value, *labels)
    clip.poster = clip.poster or _text(config, _POSTER_KEYS, is_file=True)
    clip.duration = clip.duration or _text(config, _DURATION_KEYS)
    clip.title = clip.title or _text(config, _TITLE_KEYS)
    for key in _NESTED_KEYS:
        if isinstance(config.get(key), dict | list):
            _collect(config[key], clip, depth + 1)
    for key, value in config.items():  # {"720p": "/file/x_720p.mp4", …}
        if isinstance(value, str) and _HEIGHT_KEY.fullmatch(key):
            clip.add_file(value, key)


def _text(config: dict[str, object], keys: tuple[str, ...], *, is_file: bool = False) -> str | None:
    for key in keys:
        value = config.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and not is_file:
            return str(int(value))
        if isinstance(value, str) and value.strip():
            if is_file and (re.search(r"[\s'\"+]", value.strip()) or "." not in value):
                continue
            return value.strip()
    return None


def json_of(text: str) -> object:
    """JSON, or an object literal as JavaScript allows it; None for what is neither."""
    text = text.strip()
    if text[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return literal_of(text)


def literal_of(text: str) -> object:
    """An object literal of JavaScript; None for what is none."""
    try:
        found: object = chompjs.parse_js_object(text)
    except (ValueError, RecursionError):
        return None
    return found


def flash_variables(text: str) -> object:
    """``file=/x.flv&image=/x.jpg`` of a Flash player, as a configuration."""
    pairs = {name: value.replace(" ", "%20") for name, value in parse_qsl(text.strip())}
    config = json_of(pairs.get("config", ""))  # Flowplayer 3
    return config if isinstance(config, dict) else pairs
