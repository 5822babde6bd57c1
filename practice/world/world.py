"""The newspaper as a function: host, path, query → page; and what a perfect reader would find."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from . import api
from .cdn import cdn_file
from .comments import comments_truth
from .extras import data_file, extra_page
from .files import media_file
from .hosts import BAODAKLAK, CDN_HOSTS, OLD_PHUYEN_HOST, PHUYEN, PHUYEN_FROZEN
from .model import Page, Section
from .schedule import ZONE
from .site import Site
from .static import robots
from .template_a import TemplateA
from .template_b import TemplateB
from .truth import article_truth, section_truth, video_truths

DEFAULT_NOW = dt.datetime(2026, 6, 15, 8, tzinfo=ZONE)
_HTML = "text/html;charset=UTF-8"
_SLASHES = re.compile(r"/{2,}")
_TEMPLATES = ("a", "b", "mixed")
_PAGE_SIZE = 10
_NOT_FOUND = "Không tìm thấy trang."
_GONE = "Bài viết không tồn tại hoặc đã bị gỡ."
_PHUYEN_SHARE = 10
_PHUYEN_LEAST = 60


def _html(body: bytes, status: int = 200) -> Page:
    return Page(status, _HTML, body)


def _redirect(location: str, status: int = 301) -> Page:
    return Page(status, _HTML, b"", (("Location", location),))


def _file(site: Site, path: str, query: str) -> Page | None:
    """What is not a page: robots.txt, answers of the API, pictures, scripts."""
    facts = site.facts
    if path == "/robots.txt":
        return Page(200, "text/plain", robots(facts))
    if path.startswith(f"{facts.api_root}/api/"):
        found = api.answer(site, path.removeprefix(f"{facts.api_root}/api"), query)
        return found or data_file(site, path)
    resized = "".join(value for name, value in parse_qsl(query) if name == "width")
    return media_file(path, resized) or data_file(site, path)


def _article_alone(site: Site, number: int) -> bytes:
    """What changes when the article does, and not because of what stands around it."""
    return repr((article_truth(site, number), *video_truths(site, number))).encode()


class _Desk:
    """A site and the templates that show it, for one setting of the clock."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._templates: dict[str, TemplateA | TemplateB] = {
            "a": TemplateA(site),
            "b": TemplateB(site),
        }

    def template(self, name: str) -> TemplateA | TemplateB:
        return self._templates[name]

    @property
    def front(self) -> TemplateA | TemplateB:
        return self._templates[self.site.front_template]


class World:
    def __init__(
        self,
        *,
        seed: int = 1,
        articles: int = 1000,
        template: str = "mixed",
        now: dt.datetime = DEFAULT_NOW,
        holidays: dt.date | None = None,
    ) -> None:
        if template not in _TEMPLATES or articles < 0:
            raise ValueError(f"no world of {articles} articles in template {template!r}")
        if now.tzinfo is None:
            now = now.replace(tzinfo=ZONE)
        phuyen_articles = max(_PHUYEN_LEAST, articles // _PHUYEN_SHARE)
        self._sites = {
            BAODAKLAK.host: Site(
                BAODAKLAK,
                seed=seed,
                count=articles,
                template=template,
                start=now,
                holidays=holidays,
            ),
            PHUYEN.host: Site(
                PHUYEN, seed=seed, count=phuyen_articles, template="b", start=PHUYEN_FROZEN
            ),
        }
        self._now = now
        self._open_desks()

    def _open_desks(self) -> None:
        self._desks = {host: _Desk(site) for host, site in self._sites.items()}

    @property
    def now(self) -> dt.datetime:
        """The simulated clock. Setting it makes articles, edits, moves and removals appear."""
        return self._now

    @now.setter
    def now(self, moment: dt.datetime) -> None:
        self._now = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
        for site in self._sites.values():
            site.turn_clock(self._now)
        self._open_desks()

    def site(self, name: str) -> Site:
        return next(site for site in self._sites.values() if site.facts.name == name)

    # --- pages ---------------------------------------------------------------------------------

    def respond(self, host: str, path: str, query: str, *, fetch_number: int) -> Page:
        """The answer to one GET. ``path`` as on the wire, ``query`` without its question mark."""
        host = host.partition(":")[0].lower().rstrip(".")
        if host in CDN_HOSTS:
            return cdn_file(unquote(path, errors="replace"))
        if host.startswith("www."):
            target = f"https://{host.removeprefix('www.')}{path}" + (f"?{query}" if query else "")
            return _redirect(target)
        text = _SLASHES.sub("/", unquote(path, errors="replace"))
        if host == OLD_PHUYEN_HOST:
            # Old texts still take their pictures from there; its pages have moved.
            return media_file(text) or _redirect(f"https://{PHUYEN.host}{path}")
        desk = self._desks.get(host)
        if desk is None:
            return _html(b"<html><body><h1>421</h1></body></html>", 421)
        return self._route(desk, text, query, fetch_number)

    def _route(self, desk: _Desk, path: str, query: str, fetch_number: int) -> Page:
        site = desk.site
        section = site.section.get(path if path.endswith("/") else f"{path}/")
        if section is not None:
            return self._section(desk, section, fetch_number)
        number = site.find(path)
        if number is not None:
            return self._article(desk, number, path, fetch_number)
        found = _file(site, path, query) or self._other(desk, path, query, fetch_number)
        return found or _html(desk.front.notice("404", _NOT_FOUND, fetch_number), 404)

    def _other(self, desk: _Desk, path: str, query: str, fetch_number: int) -> Page | None:
        if path == "/":
            return _html(desk.front.front_page(fetch_number))
        extra = extra_page(desk.site, desk.front, path, query, fetch_number)
        return None if extra is None else _html(extra)

    def _article(self, desk: _Desk, number: int, path: str, fetch_number: int) -> Page:
        site = desk.site
        stub = site.stub(number)
        gone = site.chronicle.gone.get(number)
        if gone is not None:
            return _html(desk.front.notice("Thông báo", _GONE, fetch_number), gone)
        if path.rstrip("/") != stub.path.rstrip("/"):
            return _redirect(site.url(number))
        body = desk.template(stub.template).article(number, fetch_number)
        return Page(200, _HTML, body, lasting=partial(_article_alone, site, number))

    def _section(self, desk: _Desk, section: Section, fetch_number: int) -> Page:
        site = desk.site
        numbers = site.listed(section.path, 0, _PAGE_SIZE)
        stubs = [site.stub(number) for number in numbers]
        return _html(desk.front.section_page(section, stubs, fetch_number))

    # --- truth ---------------------------------------------------------------------------------

    def truth_articles(self, site: str = "baodaklak") -> Iterator[dict[str, Any]]:
        """Every article that the menu's sections lead to now, newest first."""
        where = self.site(site)
        return (article_truth(where, number) for number in where.numbers())

    def truth_gone(self, site: str = "baodaklak") -> Iterator[dict[str, Any]]:
        """Articles that were taken away, with the status their address answers with."""
        where = self.site(site)
        return (
            {
                "url": where.url(number),
                "firstUrl": where.facts.base + where.first_path(number),
                "status": status,
            }
            for number, status in sorted(where.chronicle.gone.items())
        )

    def truth_videos(self, site: str = "baodaklak") -> Iterator[dict[str, Any]]:
        where = self.site(site)
        for number in where.numbers():
            if where.table.slot(number).shape in {"video", "player"}:
                yield from video_truths(where, number)

    def truth_comments(self, site: str = "baodaklak") -> Iterator[dict[str, Any]]:
        where = self.site(site)
        return filter(None, (comments_truth(where, number) for number in where.numbers()))

    def truth_sections(self, site: str = "baodaklak") -> Iterator[dict[str, Any]]:
        where = self.site(site)
        return (section_truth(where, section) for section in where.facts.menu)
