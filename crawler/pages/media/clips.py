"""Clips: what a player plays, by its attributes, its JSON, or the script that sets it up.

Nothing is executed. Scripts are searched for the calls that set up the usual players, and the
object literal they are given is parsed; an address put together by an expression is left alone, not
guessed.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

import chompjs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Clip",
    "clips_of",
    "clips_of_script",
    "embed_address",
    "flash_variables",
    "height_of",
    "is_live",
    "json_of",
    "media_kind",
]

_VIDEO_ENDINGS = frozenset({
    "3gp", "avi", "f4v", "flv", "m3u8", "m4v", "mkv", "mov", "mp4", "mpd", "mpeg", "mpg", "ogv",
    "webm", "wmv",
})  # fmt: skip
_AUDIO_ENDINGS = frozenset({"aac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "wma"})
_PLAYLIST_ENDINGS = frozenset({"m3u8", "mpd"})

_LIVE = re.compile(
    r"//(?:[\w-]+\.)*cdn\.drt\.vn(?:[:/?]|$)|/live(?:stream)?/[^?#]*\.(?:m3u8|mpd)|/embed/live_stream",
    re.IGNORECASE,
)
_HEIGHT = re.compile(r"(?<![\dA-Za-z])(\d{3,4})\s*p?(?![\dA-Za-z])", re.IGNORECASE)
_HEIGHT_IN_NAME = re.compile(r"(?:^|[_.\-/])(\d{3,4})p(?=[_.\-/]|$)", re.IGNORECASE)
_WORDS_FOR_HEIGHT = (("4k", 2160), ("full hd", 1080), ("fhd", 1080), ("hd", 720), ("sd", 480))
_MAX_DEPTH = 6
_MAX_ADDRESS_CHARS = 2000

_YOUTUBE = re.compile(
    r"^(?:https?:)?//(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:.*&)?v=|shorts/)|youtu\.be/)"
    r"([\w-]{6,})",
    re.IGNORECASE,
)
_VIMEO = re.compile(r"^(?:https?:)?//(?:www\.)?vimeo\.com/(\d+)", re.IGNORECASE)
_DAILYMOTION = re.compile(
    r"^(?:https?:)?//(?:www\.)?(?:dailymotion\.com/video|dai\.ly)/(\w+)", re.IGNORECASE
)
_FACEBOOK = re.compile(
    r"^(?:https?:)?//(?:www\.|m\.)?(?:facebook\.com/(?:watch|[^?]+/videos/|reel/)|fb\.watch/)",
    re.IGNORECASE,
)


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


def _worth(file: tuple[str, int]) -> tuple[bool, int]:
    address, height = file
    return _ending(address) not in _PLAYLIST_ENDINGS, height


# ---- addresses


def _ending(address: str) -> str:
    name = address.split("?", 1)[0].split("#", 1)[0].rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def media_kind(address: str | None) -> str | None:
    """``video`` or ``audio`` by the ending of the address; None for any other address."""
    ending = _ending(address or "")
    if ending in _VIDEO_ENDINGS:
        return "video"
    return "audio" if ending in _AUDIO_ENDINGS else None


def is_live(address: str) -> bool:
    """Whether the address is that of a broadcast: there is no end to it, and it is not archived."""
    return _LIVE.search(address) is not None


def embed_address(address: str) -> str | None:
    """The address of the frame for the page of a video at one of the usual services."""
    for pattern, embed in (
        (_YOUTUBE, "https://www.youtube.com/embed/{}"),
        (_VIMEO, "https://player.vimeo.com/video/{}"),
        (_DAILYMOTION, "https://www.dailymotion.com/embed/video/{}"),
    ):
        match = pattern.match(address)
        if match:
            return embed.format(match[1])
    if _FACEBOOK.match(address):
        whole = f"https:{address}" if address.startswith("//") else address
        return f"https://www.facebook.com/plugins/video.php?href={quote(whole, safe='')}"
    return None


def height_of(*labels: object, address: str = "") -> int:
    """Lines of a picture, from "720p", 720, "HD", or the name of the file; 0 when none tells."""
    for label in labels:
        text = str(label).lower() if isinstance(label, str | int) else ""
        match = _HEIGHT.search(text)
        if match:
            return int(match[1])
        for word, height in _WORDS_FOR_HEIGHT:
            if word in text:
                return height
    named = _HEIGHT_IN_NAME.search(address.split("?", 1)[0])
    return int(named[1]) if named else 0


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
        _add_file(config, clip, label)
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
            _add_file(value, clip, *labels)
    clip.poster = clip.poster or _text(config, _POSTER_KEYS, is_file=True)
    clip.duration = clip.duration or _text(config, _DURATION_KEYS)
    clip.title = clip.title or _text(config, _TITLE_KEYS)
    for key in _NESTED_KEYS:
        if isinstance(config.get(key), dict | list):
            _collect(config[key], clip, depth + 1)
    for key, value in config.items():  # {"720p": "/file/x_720p.mp4", …}
        if isinstance(value, str) and _HEIGHT.fullmatch(key):
            _add_file(value, clip, key)


def _add_file(value: str, clip: Clip, *labels: object) -> None:
    """What is no address (the name of a variable, an expression) is left alone."""
    address = value.strip()
    if (
        len(address) < _MAX_ADDRESS_CHARS
        and not re.search(r"[\s'\"+<>]", address)
        and (media_kind(address) or embed_address(address))
        and all(address != known for known, _ in clip.files)
    ):
        clip.files.append((address, height_of(*labels, address=address)))


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
        return _literal(text)


def _literal(text: str) -> object:
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


# ---- scripts

_CALL = re.compile(
    r"""\b(?:jwplayer|videojs|flowplayer|fluidPlayer|Playerjs|Plyr|DPlayer|ArtPlayer|Artplayer|
    Clappr\.Player|mediaelementplayer|mediaelement|loadSource)\s*\(""",
    re.VERBOSE,
)
_TARGET = re.compile(r"""["'`]([#.]?[\w:-]+)["'`]""")
_JQUERY_TARGET = re.compile(r"""\$\(\s*["']#([\w:-]+)["']\s*\)\s*\.\s*$""")
_STRING = re.compile(
    r"""(?P<before>\+\s*)?(?:"(?P<one>(?:[^"\\\n]|\\.)*)"|'(?P<other>(?:[^'\\\n]|\\.)*)')"""
    r"(?P<after>\s*\+)?"
)
_TARGET_KEYS = ("id", "parentId", "container", "parent", "elem", "target")
_LEGACY_VARIABLE = re.compile(r"""addVariable\(\s*["'](\w+)["']\s*,\s*["']([^"']+)["']\s*\)""")
_LEGACY_PARAMETER = re.compile(r"""["']flashvars["']\s*,\s*["']([^"']+)["']""", re.IGNORECASE)
_LEGACY_TARGET = re.compile(r"""\.write\(\s*["']([\w:-]+)["']\s*\)""")


def clips_of_script(text: str) -> Iterator[tuple[str | None, list[Clip]]]:
    """(id of the element, recordings) of each player that a script sets up."""
    calls = list(_CALL.finditer(text))
    for number, call in enumerate(calls):
        end = calls[number + 1].start() if number + 1 < len(calls) else len(text)
        before, arguments = text[: call.start()], text[call.end() : end]
        target, clips = _of_call(before, arguments)
        if clips:
            yield target, clips
    if not calls:
        yield from _legacy(text)


def _of_call(before: str, arguments: str) -> tuple[str | None, list[Clip]]:
    opening = re.search(r"[{\[]", arguments)
    head = arguments[: opening.start()] if opening else arguments
    jquery = _JQUERY_TARGET.search(before)
    named = _TARGET.search(head)
    target = jquery[1] if jquery else named[1].lstrip("#.") if named else None
    config = _literal(arguments[opening.start() :]) if opening else None
    clips = clips_of(config)
    if config is None:  # src("/x.mp4"), loadSource("/x.m3u8"), or a literal that cannot be parsed
        clip = Clip()
        for match in _STRING.finditer(arguments):
            if not (match["before"] or match["after"]):
                _add_file((match["one"] or match["other"] or "").replace("\\/", "/"), clip)
        clips = [clip] if clip.files else []
    if target is None and isinstance(config, dict):
        target = _target_in(config)
    return target, clips


def _target_in(config: dict[str, object]) -> str | None:
    for key in _TARGET_KEYS:
        value = config.get(key)
        if isinstance(value, str):
            quoted = _TARGET.search(value)
            return (quoted[1] if quoted else value).lstrip("#.")
    return None


def _legacy(text: str) -> Iterator[tuple[str | None, list[Clip]]]:
    """SWFObject, which put Flash players into pages until about 2015."""
    config: object = dict(_LEGACY_VARIABLE.findall(text))
    parameter = _LEGACY_PARAMETER.search(text)
    if parameter and not config:
        config = flash_variables(parameter[1])
    clips = clips_of(config)
    if clips:
        target = _LEGACY_TARGET.search(text)
        yield target[1] if target else None, clips
