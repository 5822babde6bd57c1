"""What to ask next, from what has come so far. Pure functions: the spider does the asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.pages.html import Css, parse
from crawler.sites import AddressKind
from crawler.sites.addresses import LEGACY
from crawler.survey.lists import listing_of, section_ids, section_pages

if TYPE_CHECKING:
    from crawler.frontier import SectionLink
    from crawler.survey.evidence import Evidence

SITEMAP_GUESSES = ("/sitemap.xml",)
FEED_GUESSES = ("/rss/home.rss", "/rss/")
_PAPER = ("doc-bao-in", "bao-in")
_OTHER_API_ROOTS = ("/service", "/api")
_MAX_ROOTS = 3
_ROOT = re.compile(rb"[\"'`](?P<root>(?:/[\w.-]{1,40}){1,4}?)/api/(?:article|feedback|topic)/")
_LINKS = Css("a[href]")
_LAST = re.compile(r"[^/]+-([0-9A-Za-z]+)/?$")


def sections_to_ask(evidence: Evidence, count: int) -> list[SectionLink]:
    """Sections unlike each other: videos, printed issues, a nested one, then from the top."""
    menu = evidence.menu
    video = evidence.site.video_category(menu)
    paper = next((each for each in menu if each.slug in _PAPER), None)
    nested = next((each for each in menu if "/" in each.slug), None)
    plain = [each for each in menu if "/" not in each.slug and each not in (video, paper)]
    chosen = [*plain[:1], video, paper, nested, *plain[1:]]
    unique = {each.slug: each for each in chosen if each is not None}
    return list(unique.values())[:count]


def category_to_list(evidence: Evidence) -> tuple[str, str] | None:
    """Slug and id of the section to try the listing API with: the first of a known id."""
    reported = section_ids(evidence)
    for link in evidence.menu:
        if category := link.categoryId or reported.get(link.slug):
            return link.slug, category
    return None


def api_roots_to_try(evidence: Evidence) -> list[str]:
    """Other roots of the API: those that the scripts of pages name, then guesses."""
    pages = [evidence.good("home"), *(reply for _, reply in evidence.every("section:"))]
    named = [
        found["root"].decode("ascii", "replace")
        for page in pages
        if page is not None
        for found in _ROOT.finditer(page.body)
    ]
    roots = dict.fromkeys((*named, *_OTHER_API_ROOTS))
    return [root for root in roots if root != evidence.site.api_root][:_MAX_ROOTS]


def articles_to_ask(evidence: Evidence, count: int) -> list[tuple[str, str]]:
    """(address, section) of articles from every list there is, in turn; an old one first."""
    found: dict[str, str] = {}
    sources = _sources(evidence)
    for url in _old(sources):
        found.setdefault(url, "")
    for row in zip_longest(*sources):
        for entry in row:
            if entry is not None:
                found.setdefault(*entry)
    if not found:
        found = dict.fromkeys(_linked(evidence), "")
    return list(found.items())[:count]


_Source = list[tuple[str, str]]


def _sources(evidence: Evidence) -> list[_Source]:
    """What the API lists, then what each section's page shows."""
    listings = [listing_of(evidence, reason) for reason in ("api:list", "api:deep")]
    announced = [each.entries for each in listings if each is not None]
    announced += [page.entries for _, page in section_pages(evidence)]
    return [[(e.url, evidence.site_section(e.url)) for e in entries] for entries in announced]


def _old(sources: Sequence[_Source]) -> list[str]:
    """One address of before 2021, if a list names one."""
    old = (url for source in sources for url, _ in source if LEGACY.match(urlsplit(url).path))
    return [url for url in [next(old, None)] if url]


def _linked(evidence: Evidence) -> Iterable[str]:
    """Articles that the home page links to: the last resort."""
    home = evidence.good("home")
    root = parse(home.body) if home else None
    if home is None or root is None:
        return
    for link in _LINKS.all(root):
        url = evidence.site.resolve(link.get("href"), home.url)
        if url and evidence.site.classify(url) is AddressKind.ARTICLE:
            yield url


def without_slash(url: str) -> str:
    return url.rstrip("/")


def with_double_slash(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{parts.path}"


def missing_article(url: str) -> str:
    """An address like that of an article, which no article has."""
    return urljoin(url, _LAST.sub("khong-co-bai-nay-0000000/", urlsplit(url).path))
