"""Media addresses: video or audio, a broadcast, the frame of a service, the height of a picture."""

from __future__ import annotations

import re
from urllib.parse import quote

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


def ending_of(address: str) -> str:
    """Of the name of the file, in small letters, without its dot; empty when there is none."""
    name = address.split("?", 1)[0].split("#", 1)[0].rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def media_kind(address: str | None) -> str | None:
    """``video`` or ``audio`` by the ending of the address; None for any other address."""
    ending = ending_of(address or "")
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


def is_playlist(address: str) -> bool:
    """Whether the address is that of a list of pieces, and not of a file."""
    return ending_of(address) in _PLAYLIST_ENDINGS
