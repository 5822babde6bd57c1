"""Frontier entries: addresses, what became of them, and pages that could not be read.

Text and dates are as in :mod:`crawler.items`; these are noted by the session's recorder and are no
items of a feed.
"""

from __future__ import annotations

import attrs
from zyte_common_items import Item

from crawler.item_fields import item_field
from crawler.items import Provenance  # noqa: TC001  types are looked up while it runs


@attrs.define(kw_only=True)
class SectionLink(Item):
    """A section as the home page's menu lists it."""

    name: str
    url: str
    slug: str
    """Path without the outer slashes: ``thoi-su``, ``thoi-su/chuyen-de``."""

    categoryId: str | None = None
    parentId: str | None = None


@attrs.define(kw_only=True)
class FrontierUrl(Item):
    """An address that a listing announced: what the newspaper says there is to fetch."""

    url: str
    """Canonical form."""

    section: str
    """Slug of the section whose listing announced it."""

    listedBy: str
    """URL of the listing."""

    headline: str | None = item_field(cleaning="line")
    """As the listing has it."""

    description: str | None = item_field(cleaning="line")
    """As the listing has it."""

    thumbnailUrl: str | None = None
    """As the listing has it."""

    datePublished: str | None = None
    """As the listing has it."""

    datePublishedRaw: str | None = None
    """The same as printed."""

    objectType: str | None = None
    """``photo``, ``video``, ``audio``, several joined by a space, or None."""


@attrs.define(kw_only=True)
class UrlState(Item):
    """What became of an announced address that did not become an article."""

    url: str
    state: str
    """``failed gone excluded robots blocked known pending``."""

    reason: str


@attrs.define(kw_only=True)
class QuarantinedPage(Item):
    """A page that should have been an article and could not be read as one."""

    url: str
    """Canonical form of the page's address."""

    reason: str
    """One line: which check failed, on what."""

    error: str
    """Name of the exception class."""

    provenance: Provenance | None = None
    """The record of the page."""
