"""Cross-check: do other sources agree with an article's headline, date and body?

The page's head, its address, the listing that announced it, and for some articles a general
extractor. None of them changes what the page class read. See docs/adr/0016.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from crawler.items import Agreement, CrossCheck, NewsArticle
from crawler.pages.crosscheck.compare import (
    bag_of,
    body_agreement,
    date_agreement,
    headline_agreement,
    lead_agreement,
    month_agreement,
    slug_agreement,
)
from crawler.pages.crosscheck.extractor import extract
from crawler.pages.linked_data import Statement, statements_of
from crawler.sites.addresses import ARTICLE, LEGACY

if TYPE_CHECKING:
    from crawler.frontier import FrontierUrl
    from crawler.pages.document import Document
    from crawler.sites import SiteProfile

FIELDS = ("headline", "datePublished", "articleBody")
_MIN_DISAGREEMENT_TO_EXTRACT = 0.3
"""From this disagreement on, the extractor is asked as well."""

_DECODES = re.compile(r"[0-9a-f]{32}")
_FIRST_ID = dt.datetime(2005, 1, 1, tzinfo=dt.UTC)
_LAST_ID = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_MAX_CLOCK_DIFFERENCE = dt.timedelta(days=1)
_MIN_WORDS = 120
_WORDLESS = frozenset({"photo", "infographic", "video", "epaper", "emagazine"})
"""Kinds whose text may be a line or nothing."""


@dataclass(frozen=True, slots=True)
class ListingHint:
    """What a listing said of an article; travels with its request."""

    headline: str | None = None
    lead: str | None = None
    datePublished: str | None = None  # the name of the item's field
    """ISO 8601 with an offset."""

    @classmethod
    def of(cls, entry: FrontierUrl) -> Self:
        return cls(entry.headline, entry.description, entry.datePublished)


def cross_check(
    article: NewsArticle,
    document: Document,
    profile: SiteProfile,
    *,
    listed: ListingHint | None = None,
    share: float,
) -> Agreement:
    """:param document: the page that *article* was read from.
    :param share: of all articles, how many the extractor is asked about, 0 to 1; the same ones
        each time.
    """
    comparison = _Comparison(article)
    for name, statement in _statements(document, profile, listed):
        comparison.add(name, statement)
    comparison.look_at_address(profile)
    if comparison.disagreement >= _MIN_DISAGREEMENT_TO_EXTRACT or _is_in_share(article, share):
        found = extract(document)
        if found is not None:
            text = "\n".join(found.paragraphs)
            comparison.add("trafilatura", Statement(headline=found.headline, articleBody=text))
    return Agreement(
        disagreement=round(comparison.disagreement, 3),
        crossChecks=[cross_check for cross_check in comparison.crossChecks if _speaks(cross_check)],
    )


def created_at(article_id: str | None) -> dt.datetime | None:
    """When the CMS made an id, if it is one that tells (16 digits, then epoch milliseconds).

    Ids in capitals came with migrated content and tell nothing.
    """
    if article_id is None or not _DECODES.fullmatch(article_id):
        return None
    try:
        moment = dt.datetime.fromtimestamp(int(article_id[16:28], 16) / 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if _FIRST_ID <= moment < _LAST_ID else None


def _statements(
    document: Document, profile: SiteProfile, listed: ListingHint | None
) -> Iterator[tuple[str, Statement]]:
    if document.root is not None:
        yield from statements_of(document, profile)
    if listed is not None:
        yield "listing", Statement(listed.headline, listed.lead, listed.datePublished)


class _Comparison:
    """The agreement of other sources with one article.

    Some sources know only a bound: the month of an address, the time of an id, the words of a
    lead. They can contradict; that they do not is no confirmation, and outweighs nobody.
    """

    def __init__(self, article: NewsArticle) -> None:
        self.crossChecks: list[CrossCheck] = []
        self._article = article
        self._values: dict[str, list[float]] = {field: [] for field in FIELDS}
        self._bounds: dict[str, list[float]] = {field: [] for field in FIELDS}
        around = [article.headline, article.description]
        around += [image.caption for image in article.images or ()]
        around += [author.nameRaw for author in article.authors or ()]
        self._body = bag_of(article.articleBody or "")
        self._whole = self._body.copy()
        self._whole.update(bag_of(" ".join(filter(None, around))))
        self._leads: dict[str, float] = {}
        self._may_be_wordless = self._body.total() < _MIN_WORDS and (
            article.kind in _WORDLESS
            or bool(article.videos or article.audios or article.attachments)
        )

    @property
    def disagreement(self) -> float:
        """Of the field with the most: one misread field is not made good by two that are right."""
        return max(
            1 - _mean(values)
            for field in FIELDS
            for values in (self._values[field], self._values[field] + self._bounds[field])
        )

    def add(self, name: str, statement: Statement) -> None:
        article, cross_check = self._article, CrossCheck(name=name)
        if statement.headline and article.headline:
            value = headline_agreement(article.headline, statement.headline)
            cross_check.headline = self._count("headline", value)
        if statement.datePublished and article.datePublished:
            value = date_agreement(article.datePublished, statement.datePublished)
            cross_check.datePublished = self._count("datePublished", value)
        if statement.articleBody and not self._may_be_wordless:
            value = body_agreement(self._body, self._whole, bag_of(statement.articleBody))
            cross_check.articleBody = self._count("articleBody", value)
        elif statement.lead and not self._may_be_wordless:
            value = self._lead_agreement(statement.lead)
            cross_check.articleBody = self._count("articleBody", value, is_bound=True)
        self.crossChecks.append(cross_check)

    def look_at_address(self, profile: SiteProfile) -> None:
        article, cross_check = self._article, CrossCheck(name="address")
        path = urlsplit(article.canonicalUrl or article.url).path
        legacy = LEGACY.match(path)
        match = legacy or ARTICLE.match(path)
        if match is None:
            return
        if article.headline:
            cross_check.headline = self._count(
                "headline", slug_agreement(article.headline, match["slug"])
            )
        if article.datePublished:
            value = month_agreement(article.datePublished, match["ym"], profile.zone)
            cross_check.datePublished = self._count("datePublished", value, is_bound=True)
        self.crossChecks.append(cross_check)
        # What was migrated got its id long after it was published.
        created = None if legacy else created_at(article.articleId)
        if created is not None and article.datePublished:
            published = dt.datetime.fromisoformat(article.datePublished)
            value = float(published >= created - _MAX_CLOCK_DIFFERENCE)
            value = self._count("datePublished", value, is_bound=True)
            self.crossChecks.append(CrossCheck(name="articleId", datePublished=value))

    def _lead_agreement(self, lead: str) -> float:
        """Most sources have the same lead."""
        if lead not in self._leads:
            self._leads[lead] = lead_agreement(self._body, self._whole, lead)
        return self._leads[lead]

    def _count(self, field: str, value: float, *, is_bound: bool = False) -> float:
        if not is_bound:
            self._values[field].append(value)
        elif value < 1:
            self._bounds[field].append(value)
        return round(value, 3)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _speaks(cross_check: CrossCheck) -> bool:
    return any(getattr(cross_check, field) is not None for field in FIELDS)


def _is_in_share(article: NewsArticle, share: float) -> bool:
    key = article.articleId or article.canonicalUrl or article.url
    return zlib.crc32(key.encode()) < share * 2**32
