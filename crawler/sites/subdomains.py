"""Hosts below a newspaper's own domain that no profile names: where it may have moved to."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from crawler.sites import PROFILES, SiteProfile, profile_for


@lru_cache(maxsize=64)
def profile_below(host: str) -> SiteProfile | None:
    """The profile whose host this is or lies below; None for any other host.

    Only the survey goes there: what a crawl may ask is what a person has put into a profile.
    """
    known = profile_for(host)
    if known is not None:
        return known
    name = host.lower().rstrip(".")
    above = (p for p in PROFILES if any(name.endswith(f".{own}") for own in p.hosts))
    parent = next(above, None)
    return with_host(parent, name) if parent else None


def with_host(profile: SiteProfile, host: str) -> SiteProfile:
    """The profile as it would be with *host* for its first host."""
    plain = host.lower().rstrip(".").removeprefix("www.")
    others = tuple(each for each in profile.hosts if each != plain)
    return dataclasses.replace(profile, hosts=(plain, *others))
