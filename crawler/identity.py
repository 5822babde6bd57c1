"""Keys of documents that the pages themselves must know, to link to one another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.items import VideoTeaser

__all__ = ["hashed", "video_key"]


def hashed(prefix: str, text: str) -> str:
    """``prefix:`` and 32 hexadecimal digits of the SHA-256 of the text."""
    return f"{prefix}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def video_key(video: VideoTeaser) -> str:
    """``_id`` of a video: its own id, else made of the address of what a player in an article
    plays, or of the video's page.
    """
    if video.videoId:
        return video.videoId
    if video.source == "body":
        return hashed("media", video.contentUrl or video.embedUrl or video.url)
    return hashed("url", video.url)
