"""The practice newspaper read and judged as a crawl does it, within this process."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from crawler.monitoring import Alarm
from crawler.monitoring.page_monitor import PageMonitor
from crawler.pages import (
    Document,
    UnreadablePage,
    read_listing,
    read_menu,
    read_page,
    read_section_page,
    read_teasers,
)
from crawler.sites import BAODAKLAK
from practice.redesign import Redesign
from practice.world import World

__all__ = ["ARTICLES", "KINDS", "judged", "pages", "usual_run", "watched"]

NOW = dt.datetime(2026, 6, 15, 8, tzinfo=dt.UTC)
ARTICLES = 30
"""So many are read; there are more, so that lists are long."""

_WORLD = 150
_HOST = BAODAKLAK.host
KINDS = frozenset({"home", "section", "listing", "article"})

Fetched = tuple[str, str, str, bytes]
"""(what: home, section, listing or article; address, content type, body)."""


@lru_cache(maxsize=2)
def pages(template: str) -> tuple[Fetched, ...]:
    """The home page, all section pages and listings, and the articles of a small newspaper."""
    world = World(seed=3, articles=_WORLD, template=template)
    return tuple(_fetched(world))


def _fetched(world: World) -> Iterator[Fetched]:
    def get(what: str, url: str) -> Fetched:
        path, _, query = url.removeprefix(f"https://{_HOST}").partition("?")
        page = world.respond(_HOST, path, query, fetch_number=1)
        assert page.status == 200, url
        return what, url, page.content_type, page.body

    yield get("home", BAODAKLAK.base_url)
    for truth in world.truth_sections():
        yield get("section", truth["url"])
        yield get("listing", BAODAKLAK.listing_url(truth["categoryId"], 0))
    for truth in islice(world.truth_articles(), ARTICLES):
        yield get("article", truth["url"])


def watched(template: str, redesign: Redesign, kinds: frozenset[str] = KINDS) -> PageMonitor:
    """What a run notes of these kinds of pages when the newspaper looks like that."""
    monitor = PageMonitor()
    for number, (what, url, content_type, body) in enumerate(pages(template)):
        if what not in kinds:
            continue
        _monitor(monitor, what, url, redesign.applied(content_type, body), f"<urn:uuid:{number}>")
    return monitor


def _monitor(monitor: PageMonitor, what: str, url: str, body: bytes, record: str) -> None:
    page = Document(url, body)
    if what == "home":
        monitor.menu(page, read_menu(url, page, BAODAKLAK), record)
    elif what == "section":
        teasers = read_teasers(url, page, BAODAKLAK)
        listing = read_section_page(url, page, BAODAKLAK)
        monitor.section(page, listing, url, teasers, record)
    elif what == "listing":
        monitor.listing(read_listing(url, body, BAODAKLAK, url), url, url, record)
    else:
        reading = read_page(url, page, declared_encoding=None, captured_at=NOW, profile=BAODAKLAK)
        if isinstance(reading, UnreadablePage):
            monitor.failed(reading, url, record)
        else:
            monitor.read(reading, url, record)


@lru_cache(maxsize=8)
def usual_run(template: str, usual: str) -> dict[str, Any]:
    """The document of a run when nothing had changed.

    :param usual: JSON of the redesign that was there all the time.
    """
    coverage = watched(template, Redesign.of(json.loads(usual))).coverage.as_document()
    return {"fieldCoverage": coverage, "startedAt": NOW - dt.timedelta(days=1)}


def judged(
    template: str,
    redesign: Redesign,
    *,
    usual: Redesign | None = None,
    kinds: frozenset[str] = KINDS,
) -> list[Alarm]:
    """Alarms of a run, and of a first run if nothing is *usual* yet."""
    history = [] if usual is None else [usual_run(template, json.dumps(usual.as_dict()))] * 3
    return watched(template, redesign, kinds).judge(history, NOW)
