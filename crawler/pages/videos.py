"""Video teasers: from articles and video pages, from the teaser block, from lists of cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import VideoTeaser
from crawler.pages.fields import kind_of_title, without_mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.items import Announcement, ArticleVideo, NewsArticle

__all__ = ["is_video", "read_videos", "teasers_of"]


def read_videos(article: NewsArticle) -> list[VideoTeaser]:
    """One teaser for a video page, and one for each player in the body of another article."""
    videos = article.videos or []
    if article.kind == "video":
        first = videos[0] if videos else None
        page = _teaser(article, first, source="page", video_id=article.articleId)
        return [page, *(_body_teaser(article, video) for video in videos[1:])]
    return [_body_teaser(article, video) for video in videos]


def _body_teaser(article: NewsArticle, video: ArticleVideo) -> VideoTeaser:
    return _teaser(article, video, source="body", video_id=video.mediaId)


def _teaser(
    article: NewsArticle, video: ArticleVideo | None, *, source: str, video_id: str | None
) -> VideoTeaser:
    return VideoTeaser(
        headline=without_mark(article.headline or "") or None,
        description=article.description,
        url=article.canonicalUrl or article.url,
        videoId=video_id,
        articleId=article.articleId,
        contentUrl=video.contentUrl if video else None,
        embedUrl=video.embedUrl if video else None,
        thumbnailUrl=video.thumbnailUrl if video else None,
        duration=video.duration if video else None,
        datePublished=article.datePublished,
        datePublishedRaw=article.datePublishedRaw,
        foundOn=article.canonicalUrl or article.url,
        source=source,
    )


def is_video(*, headline: str | None, flags: str | None, url: str) -> bool:
    """Whether a link leads to a video: by its type flags, its title's mark, or its address."""
    if kind_of_title(headline or "") is not None:
        return kind_of_title(headline or "") == "video"
    return "video" in (flags or "").lower().split() or "/video/" in url


def teasers_of(entries: Iterable[Announcement], found_on: str) -> list[VideoTeaser]:
    """The videos among the entries of a listing."""
    return [
        VideoTeaser(
            headline=without_mark(entry.headline) if entry.headline else None,
            description=entry.description,
            url=entry.url,
            thumbnailUrl=entry.thumbnailUrl,
            datePublished=entry.datePublished,
            datePublishedRaw=entry.datePublishedRaw,
            foundOn=found_on,
            source="teaser",
        )
        for entry in entries
        if is_video(headline=entry.headline, flags=entry.objectType, url=entry.url)
    ]
