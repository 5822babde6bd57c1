"""``sections``: every article of the sections in the newspaper's menu."""

from __future__ import annotations

from crawler.spiders.discovery import ListingSpider


class SectionsSpider(ListingSpider):
    name = "sections"
