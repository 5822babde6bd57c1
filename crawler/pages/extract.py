"""Page reading: everything an article's page says, in one call that a process can be given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.pages.article.generic import GENERIC, read_generic
from crawler.pages.crosscheck.agreement import ListingHint, cross_check
from crawler.pages.document import Document
from crawler.pages.errors import BlockPageError, MalformedArticleError, PageError, SoftNotFoundError
from crawler.pages.features import PageFeatures, article_features
from crawler.pages.listings.teasers import read_teasers
from crawler.pages.media.page_resources import NamedResources, PageResource, named_in_page
from crawler.pages.media.videos import read_videos
from crawler.pages.templates.reading import is_of_no_template, read_article

if TYPE_CHECKING:
    from crawler.items import NewsArticle, VideoTeaser
    from crawler.sites import SiteProfile


@dataclass(frozen=True, slots=True)
class ArticleReading:
    article: NewsArticle
    page_class: str
    """Fully qualified name of the page class that read it."""

    videos: list[VideoTeaser]
    """Players inside the article, or of the video page."""

    teasers: list[VideoTeaser]
    resources: list[PageResource]
    refused: list[tuple[str, str]]
    """Resources that are not fetched, and why."""

    features: PageFeatures | None = None
    """What the page looked like; None when nobody wants to know."""

    extraction_error: UnreadablePage | None = None
    """Why no page class fitted, if a general extractor filled in."""


@dataclass(frozen=True, slots=True)
class UnreadablePage:
    """Why a page is no article. Plain values: exceptions do not travel well between processes."""

    state: str
    """``quarantined``, ``gone`` or ``blocked``."""

    error: str
    """Name of the exception class."""

    reason: str
    field: str = ""
    selector: str = ""
    """Of an article that lacks what every article has: which field, read through which selector.
    Of a wall, the words that give it away are the selector."""


PageReading = ArticleReading | UnreadablePage


def read_page(
    url: str,
    body: bytes | Document,
    *,
    declared_encoding: str | None,
    captured_at: dt.datetime,
    profile: SiteProfile,
    with_resources: bool = True,
    with_features: bool = True,
    with_teasers: bool = True,
    listed: ListingHint | None = None,
    cross_check_share: float | None = None,
    with_generic: bool = True,
) -> PageReading:
    """Read an article page and all that stands around the article.

    :param listed: what the listing said that announced it.
    :param cross_check_share: check headline, date and body against other sources, and a general
        extractor for this share of the articles (0 to 1); None checks nothing.
    :param with_teasers: also the films that stand beside the article.
    :param with_generic: let a general extractor fill in where no page class fits.
    """
    document = Document.of(url, body)
    error = None
    try:
        article, page_class = read_article(
            url,
            document,
            declared_encoding=declared_encoding,
            captured_at=captured_at,
            profile=profile,
        )
    except PageError as exc:
        error = unreadable(exc)
        filled_in = None
        if with_generic and is_of_no_template(exc, document, captured_at.date()):
            filled_in = read_generic(
                document, declared_encoding=declared_encoding, profile=profile, listed=listed
            )
        if filled_in is None:
            return error
        article, page_class = filled_in, GENERIC
    if cross_check_share is not None and error is None:
        article.agreement = cross_check(
            article, document, profile, listed=listed, share=cross_check_share
        )
    named = named_in_page(document, profile, article) if with_resources else None
    teasers = read_teasers(url, document, profile) if with_teasers else []
    features = None
    if with_features:
        features = article_features(
            document,
            article,
            page_class,
            captured_at=captured_at,
            teasers=teasers,
            resources=named.wanted if named else None,
        )
    wanted, refused = named or NamedResources([], [])
    return ArticleReading(
        article, page_class, read_videos(article), teasers, wanted, refused, features, error
    )


def unreadable(error: PageError) -> UnreadablePage:
    states: dict[type[PageError], str] = {SoftNotFoundError: "gone", BlockPageError: "blocked"}
    state = next((name for kind, name in states.items() if isinstance(error, kind)), "quarantined")
    place = ("", "")
    if isinstance(error, MalformedArticleError):
        place = (error.field, error.selector)
    elif isinstance(error, BlockPageError):
        place = ("", error.mark)
    return UnreadablePage(state, type(error).__name__, str(error), *place)
