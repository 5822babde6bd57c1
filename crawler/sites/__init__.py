"""Site profiles: all that is particular to one newspaper, a file each."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.sites.baodaklak import BAODAKLAK
from crawler.sites.phuyen import PHUYEN
from crawler.sites.profile import AddressKind, SiteProfile

__all__ = [
    "BAODAKLAK",
    "PHUYEN",
    "PROFILES",
    "AddressKind",
    "SiteProfile",
    "canonical_url",
    "profile_for",
    "profile_for_resource",
]

PROFILES: tuple[SiteProfile, ...] = (BAODAKLAK, PHUYEN)

_BY_HOST = {host: profile for profile in PROFILES for host in profile.hosts}


def profile_for(host: str | None) -> SiteProfile | None:
    """The profile whose own host this is, with or without ``www.``; an address does as well."""
    if host and "/" in host:
        try:
            host = urlsplit(host).hostname
        except ValueError:
            return None
    return _BY_HOST.get((host or "").lower().rstrip(".").removeprefix("www."))


def profile_for_resource(url: str) -> SiteProfile | None:
    """The profile whose own host an address is of, or that lists its host among those of others."""
    own = profile_for(url)
    host = None if own else urlsplit(url).hostname
    return own or next((each for each in PROFILES if host in each.resource_hosts), None)


def canonical_url(url: str) -> str:
    """The one form of an address of a newspaper we know; any other as it is."""
    profile = profile_for(url)
    return profile.canonicalize(url) if profile else url
