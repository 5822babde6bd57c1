"""Listing call of the JSON API."""

from __future__ import annotations

import dataclasses
from typing import Any

from crawler.frontier import FrontierUrl, SectionLink
from crawler.pages.dates import parse_api_date
from crawler.pages.errors import ListingFormatError
from crawler.pages.listings.jsonp import read_rows, text_of_value
from crawler.pages.media.images import file_url
from crawler.sites import AddressKind, SiteProfile


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """What one call of the listing announces."""

    entries: list[FrontierUrl]
    total: int | None
    """How many articles the category has in all, if the answer says so."""

    rows: int
    """Rows of the answer, those included that announce no article of this newspaper."""


def read_listing(
    url: str, body: bytes, profile: SiteProfile, section: SectionLink | str
) -> Listing:
    """Read an answer of ``article/list`` (or ``getTopView``, ``topic/article/list``).

    ``section`` (or its slug) is the one that was asked for: the answer does not name it. Rows that
    lead elsewhere are counted, not returned. Raises ListingFormatError when it is no such answer.
    """
    rows, total = read_rows(url, body, ListingFormatError)
    slug = section if isinstance(section, str) else section.slug
    found = (_announcement(row, url, profile, slug) for row in rows)
    return Listing([entry for entry in found if entry is not None], total, len(rows))


def _announcement(
    row: dict[str, Any], url: str, profile: SiteProfile, section: str
) -> FrontierUrl | None:
    page = profile.resolve(text_of_value(row.get("pageUrl")), profile.base_url)
    if page is None or profile.classify(page) is not AddressKind.ARTICLE:
        return None
    raw_date = text_of_value(row.get("publishDate") or row.get("publis_date"))
    return FrontierUrl(
        url=page,
        section=section,
        listedBy=url,
        headline=text_of_value(row.get("title")),
        description=text_of_value(row.get("lead")),
        thumbnailUrl=file_url(text_of_value(row.get("avatar")), "/file/", profile),
        datePublished=parse_api_date(raw_date, profile.zone) if raw_date else None,
        datePublishedRaw=raw_date,
        objectType=text_of_value(row.get("objectType")),
    )
