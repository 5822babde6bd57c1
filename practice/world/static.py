"""Files that never change: robots.txt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .site import SiteFacts


def robots(facts: SiteFacts) -> bytes:
    root = facts.api_root
    return (
        "# Bao thuc hanh\n"
        "User-agent: *\n"
        "Disallow: /tim-kiem/\n"
        "Disallow: /in/\n"
        f"Disallow: {root}/api/statistic/\n"
        f"Disallow: {root}/api/feedback/insert\n"
        "Disallow: /cam-lay/\n"
        "# Crawl-delay: 1\n"
    ).encode()
