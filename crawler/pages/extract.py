"""Everything an article's page says, in one call: what a spider needs, and what a process can be
given to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.pages.article.generic import GENERIC, read_generic
from crawler.pages.article.reading import is_of_no_template, read_article
from crawler.pages.crosscheck.agreement import second_opinion
from crawler.pages.errors import (
    BlockPageError,
    MalformedArticleError,
    PageError,
    SoftNotFoundError,
)
from crawler.pages.features import article_traits
from crawler.pages.listings.teasers import read_teasers
from crawler.pages.media.page_resources import article_requisites, page_requisites
from crawler.pages.media.videos import read_videos

if TYPE_CHECKING:
    import datetime as dt

    from crawler.items import NewsArticle, VideoTeaser
    from crawler.pages.crosscheck.agreement import Listed
    from crawler.pages.features import Traits
    from crawler.pages.media.page_resources import Requisite
    from crawler.sites import SiteProfile

__all__ = ["ArticleReading", "PageReading", "UnreadablePage", "read_page"]


@dataclass(frozen=True, slots=True)
class ArticleReading:
    article: NewsArticle
    page_class: str
    """Fully qualified name of the page class that read it."""

    videos: list[VideoTeaser]
    """Players inside the article, or of the video page."""

    teasers: list[VideoTeaser]
    requisites: list[Requisite]
    traits: Traits | None = None
    """What the page looked like; None when nobody wants to know."""

    refusal: UnreadablePage | None = None
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
    body: bytes,
    *,
    declared_encoding: str | None,
    captured_at: dt.datetime,
    profile: SiteProfile,
    with_requisites: bool = True,
    with_traits: bool = True,
    with_teasers: bool = True,
    listed: Listed | None = None,
    opinion_share: float | None = None,
    with_generic: bool = True,
) -> PageReading:
    """Read an article page and all that stands around the article.

    :param listed: what the listing said that announced it.
    :param opinion_share: ask for a second opinion, and a general extractor's about this share of
        the articles (0 to 1); None asks nobody.
    :param with_teasers: also the films that stand beside the article.
    :param with_generic: let a general extractor fill in where no page class fits.
    """
    refusal = None
    try:
        article, page_class = read_article(
            url,
            body,
            declared_encoding=declared_encoding,
            captured_at=captured_at,
            profile=profile,
        )
    except PageError as exc:
        filled_in = None
        if with_generic and is_of_no_template(exc, body, captured_at.date()):
            filled_in = read_generic(
                url, body, declared_encoding=declared_encoding, profile=profile, listed=listed
            )
        if filled_in is None:
            return unreadable(exc)
        article, page_class, refusal = filled_in, GENERIC, unreadable(exc)
    requisites: list[Requisite] = []
    if with_requisites:
        wanted = [*page_requisites(url, body, profile), *article_requisites(article, profile)]
        requisites = list({address: (address, kind) for address, kind in reversed(wanted)}.values())
    if opinion_share is not None and refusal is None:
        article.secondOpinion = second_opinion(
            article, body, profile, listed=listed, share=opinion_share
        )
    teasers = read_teasers(url, body, profile) if with_teasers else []
    traits = None
    if with_traits:
        traits = article_traits(
            body,
            article,
            page_class,
            captured_at=captured_at,
            teasers=teasers,
            requisites=requisites if with_requisites else None,
        )
    return ArticleReading(
        article, page_class, read_videos(article), teasers, requisites, traits, refusal
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
