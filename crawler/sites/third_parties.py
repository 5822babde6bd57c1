"""Third parties on a page: advertising, tracking, comments and social media, never fetched."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from urllib.parse import urlsplit

_KNOWN: dict[str, str] = {
    host: what
    for what, hosts in tomllib.loads(
        resources.files("crawler.sites").joinpath("third_parties.toml").read_text("utf-8")
    ).items()
    for host in hosts
}

# Words by which those give themselves away that nobody has listed: of a host's name, of a path.
_HOST_WORDS = {
    "advertising": re.compile(
        r"ads?\d*|adserv(?:er|ice|ing)|adtech|advert(?:s|ising)?|banners?|quangcao"
    ),
    "tracking": re.compile(
        r"analytics?|beacons?|counter|metrics?|pixels?|stats?|statistics|telemetry"
        r"|track(?:er|ers|ing)?|thongke"
    ),
    "comments and social media": re.compile(r"binhluan|comments?|disqus|social"),
}
_PATH_WORDS = {
    "advertising": re.compile(r"/(?:adsbygoogle|ads|gpt|prebid)[\w.-]*\.js$"),
    "tracking": re.compile(
        r"/(?:analytics|beacon|fbevents|ga|gtag|gtm|matomo|piwik|pixel|tracker|tracking)"
        r"(?:[_-][\w-]+)*(?:\.\d+)*(?:\.min)?(?:\.(?:js|gif|png))?$"
    ),
    "comments and social media": re.compile(r"/(?:disqus|fbsdk|comments?-?embed)[\w.-]*\.js$"),
}


@lru_cache(maxsize=1024)
def third_party(url: str) -> str | None:
    """What an address of another host serves that is never fetched: by a list, then by its path."""
    parts = urlsplit(url)
    labels = (parts.hostname or "").lower().rstrip(".").split(".")
    for start in range(len(labels)):
        if what := _KNOWN.get(".".join(labels[start:])):
            return what
    return _by_words(_PATH_WORDS, [parts.path.lower()], whole=False)


@lru_cache(maxsize=1024)
def suspected_party(url: str) -> str | None:
    """The same, also where only the host's name tells: what nobody should be advised to list."""
    labels = (urlsplit(url).hostname or "").lower().split(".")[:-1]
    words = [word for label in labels for word in (label.replace("-", ""), *label.split("-"))]
    return third_party(url) or _by_words(_HOST_WORDS, words, whole=True)


def _by_words(patterns: dict[str, re.Pattern[str]], words: list[str], *, whole: bool) -> str | None:
    for what, pattern in patterns.items():
        if any((pattern.fullmatch if whole else pattern.search)(word) for word in words):
            return what
    return None
