"""Listing call of the JSON API."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from crawler.items import FrontierUrl
from crawler.pages.dates import parse_api_date
from crawler.pages.errors import ListingFormatError
from crawler.pages.html import clean
from crawler.pages.listings.jsonp import read_rows
from crawler.pages.media.images import is_placeholder
from crawler.sites import AddressKind

if TYPE_CHECKING:
    from crawler.items import SectionLink
    from crawler.sites import SiteProfile

__all__ = ["Listing", "read_listing"]


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
    page = profile.resolve(_text(row.get("pageUrl")), profile.base_url)
    if page is None or profile.classify(page) is not AddressKind.ARTICLE:
        return None
    raw_date = _text(row.get("publishDate") or row.get("publis_date"))
    return FrontierUrl(
        url=page,
        section=section,
        listedBy=url,
        headline=_text(row.get("title")),
        description=_text(row.get("lead")),
        thumbnailUrl=_avatar(_text(row.get("avatar")), profile),
        datePublished=parse_api_date(raw_date, profile.zone) if raw_date else None,
        datePublishedRaw=raw_date,
        objectType=_text(row.get("objectType")),
    )


def _text(value: object) -> str | None:
    """Clean text, or None for what is empty or no text."""
    return clean(value) or None if isinstance(value, str) else None


def _avatar(avatar: str | None, profile: SiteProfile) -> str | None:
    """Avatars are paths under ``/file``, as the newspaper's own script writes them."""
    if avatar is None:
        return None
    if not avatar.startswith(("http:", "https:", "//", "/file/")):
        avatar = "/file/" + avatar.lstrip("/")
    url = profile.resolve(avatar, profile.base_url)
    return None if url is None or is_placeholder(url) else url
