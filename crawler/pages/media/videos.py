"""Video teasers: from articles and video pages, from the teaser block, from lists of cards."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.identity import video_key
from crawler.items import ArticleVideo, NewsArticle, VideoTeaser
from crawler.pages.fields import kind_of_title, without_mark
from crawler.pages.html import clean
from crawler.sites import AddressKind, profile_for

if TYPE_CHECKING:
    from crawler.frontier import FrontierUrl

_LINK = re.compile(r'<a href="([^"]+)">(.*?)</a>', re.DOTALL)
"""In the cleaned HTML of an article, which is written this way and no other."""

_TAG = re.compile(r"<[^>]*>")


def read_videos(article: NewsArticle) -> list[VideoTeaser]:
    """One teaser for a video page, one for each player in the body of another article, and one for
    each video page that the article leads to.
    """
    return [*_shown(article), *_mentioned(article)]


def video_ids(article: NewsArticle) -> list[str]:
    """Keys of the videos that the article shows."""
    return [video_key(video) for video in _shown(article)]


def _shown(article: NewsArticle) -> list[VideoTeaser]:
    videos = article.videos or []
    if article.kind == "video":
        first = videos[0] if videos else None
        page = _teaser(article, first, source="page", video_id=article.articleId)
        return [page, *(_body_teaser(article, video) for video in videos[1:])]
    return [_body_teaser(article, video) for video in videos]


def _mentioned(article: NewsArticle) -> list[VideoTeaser]:
    """Video pages that the text or a related box links to."""
    here = article.canonicalUrl or article.url
    profile = profile_for(urlsplit(here).hostname)
    if profile is None:
        return []
    links = [(link.url, link.text or "") for link in article.relatedLinks or ()]
    related = {url for url, _ in links}
    links += [
        (html.unescape(match[1]), html.unescape(_TAG.sub("", match[2])))
        for match in _LINK.finditer(article.articleBodyHtml or "")
    ]
    found: dict[str, VideoTeaser] = {}
    for url, text in links:
        if (
            url
            and url != here
            and profile.classify(url) is AddressKind.ARTICLE
            and is_video(headline=text, flags=None, url=url)
        ):
            # Words of the text that are a link need not be a title.
            is_title = kind_of_title(text) == "video" or url in related
            headline = without_mark(clean(text)) if is_title else ""
            found.setdefault(
                url,
                VideoTeaser(
                    headline=headline or None,
                    url=url,
                    isPartOf=[here],
                    foundOn=here,
                    source="teaser",
                ),
            )
    return list(found.values())


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
        isPartOf=[article.canonicalUrl or article.url],
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


def teasers_of(entries: Iterable[FrontierUrl], found_on: str) -> list[VideoTeaser]:
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
