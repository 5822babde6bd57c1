"""What is the same article, and what is the same video: the one rule for crawl, re-extraction and
rebuild. Keys of documents are made here, and stored documents are found by them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.items import NewsArticle, VideoTeaser

    Document = dict[str, Any]

_BY_ADDRESS = "url:"
"""How keys begin that are made of an address, because no page has told an id yet."""

SOURCE_RANK = {"teaser": 0, "body": 1, "page": 2}
"""Who is right of a video when they differ. Of equals the later one, but a teaser never corrects
anything."""


def hashed(prefix: str, text: str) -> str:
    """``prefix:`` and 32 hexadecimal digits of the SHA-256 of the text."""
    return f"{prefix}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def article_key(article: NewsArticle) -> str:
    """``_id`` of an article: its own id, else made of its address."""
    return article.articleId or hashed("url", article.canonicalUrl or article.url)


def video_key(video: VideoTeaser) -> str:
    """``_id`` of a video: its own id, else made of the address of what a player in an article
    plays, or of the video's page.
    """
    if video.videoId:
        return video.videoId
    if video.source == "body":
        return hashed("media", video.contentUrl or video.embedUrl or video.url)
    return hashed("url", video.url)


def find_article(
    article: Document,
    content_hash: str,
    by_id: Mapping[str, Document],
    id_of_url: Mapping[str, str],
) -> Document | None:
    """The stored article that *article* is, if any is.

    :param article: a document, not stored yet.
    :param id_of_url: address → id of the stored article that stands there.
    """
    stored = by_id.get(article["_id"])
    if stored is not None:
        return stored
    owner = by_id.get(id_of_url.get(article["canonicalUrl"], ""))
    if owner is None:
        return None
    # The page did not say its id, this time or last time; or it says another one, but
    # otherwise what we have: then it is the same article.
    is_nameless = "articleId" not in article or owner["_id"].startswith(_BY_ADDRESS)
    return owner if is_nameless or owner["contentHash"] == content_hash else None


def has_page(video: Mapping[str, Any]) -> bool:
    """Its ``url`` names this video, not an article that may hold several."""
    return bool(video["source"] != "body")


def find_videos(
    video: Document,
    by_id: Mapping[str, Document],
    ids_of_url: Mapping[str, Collection[str]],
) -> list[Document]:
    """All documents of the video that *video* is: first what has an id of its own; the others are
    teasers now found to be the same.

    :param ids_of_url: address of a video's page → ids of the documents that know it.
    """
    ids = {video["_id"]}
    if has_page(video):
        ids.update(ids_of_url.get(video["url"], ()))
    found = [by_id[each] for each in ids if each in by_id]
    return sorted(found, key=lambda each: (is_known_by_address(each), each["_id"]))


def is_known_by_address(document: Mapping[str, Any]) -> bool:
    """No page has told its id yet."""
    return bool(document["_id"].startswith(_BY_ADDRESS))


def is_better_source(video: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether what *video* says takes the place of what a worse source said."""
    return SOURCE_RANK[video["source"]] > SOURCE_RANK[stored["source"]]
