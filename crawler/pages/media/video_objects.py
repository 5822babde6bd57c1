"""Video objects: what a page's own data says of its videos, in JSON-LD and ``og:video``.

It completes what the players say. The one video of a page that has no player we know is taken from
it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crawler.items import ArticleVideo
from crawler.pages.media.addresses import is_live, media_kind
from crawler.pages.media.durations import read_duration
from crawler.pages.media.images import picture_at
from crawler.pages.media.recordings import fill_in

if TYPE_CHECKING:
    from crawler.pages.document import Document
    from crawler.pages.html import Resolve
    from crawler.pages.media.recordings import Recordings

_MAX_DEPTH = 8
_OPEN_GRAPH = ("og:video:secure_url", "og:video:url", "og:video")
_FILLED = ("contentUrl", "embedUrl", "thumbnailUrl", "duration")


def video_objects(document: Document) -> list[dict[str, str]]:
    """The statements, each with those of ``contentUrl embedUrl thumbnailUrl duration`` it makes."""
    found: list[dict[str, str]] = []
    if any("VideoObject" in text for text in document.json_ld_texts):
        for value in document.json_ld:
            found += [reported for reported in map(_statement, _objects(value, 0)) if reported]
    return found or _open_graph(document.meta)


def _open_graph(meta: Mapping[str, str]) -> list[dict[str, str]]:
    address = next((meta[name] for name in _OPEN_GRAPH if meta.get(name)), "").strip()
    if not address:
        return []
    name = "contentUrl" if media_kind(address) else "embedUrl"
    statement = {name: address, "duration": meta.get("video:duration", "")}
    return [{key: value for key, value in statement.items() if value}]


def _objects(data: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _objects(entry, depth + 1)
    elif isinstance(data, dict):
        kind = data.get("@type")
        if kind == "VideoObject" or (isinstance(kind, list) and "VideoObject" in kind):
            yield data
        else:
            for value in data.values():
                yield from _objects(value, depth + 1)


def _statement(data: dict[str, object]) -> dict[str, str]:
    reported = {name: _first_text(data.get(name)) for name in _FILLED}
    return {name: value for name, value in reported.items() if value}


def _first_text(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""


def complete(
    recordings: Recordings, statements: Sequence[Mapping[str, str]], resolve: Resolve
) -> None:
    """Give each statement to the video it is about: the one with its address, or the only one."""
    for statement in statements:
        reported = _as_video(statement, resolve)
        if reported is None:
            continue
        video = recordings.same_as(reported)
        if video is None and len(statements) == len(recordings.videos) == 1:
            video = recordings.videos[0]
        if video is not None:
            fill_in(video, reported)
        elif (
            len(statements) == 1
            and not recordings.videos
            and (reported.contentUrl or reported.embedUrl)
        ):
            recordings.add(reported)


def _as_video(statement: Mapping[str, str], resolve: Resolve) -> ArticleVideo | None:
    if any(is_live(address) for address in statement.values()):
        return None
    return ArticleVideo(
        contentUrl=resolve(statement.get("contentUrl")),
        embedUrl=resolve(statement.get("embedUrl")),
        thumbnailUrl=picture_at(resolve(statement.get("thumbnailUrl"))),
        duration=read_duration(statement.get("duration")),
    )
