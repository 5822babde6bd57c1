"""A week around the lunar New Year: few articles, of few kinds, and nothing else is different."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from practice.world import Page, World
from practice.world.schedule import ZONE, moment

EVE = dt.date(2026, 2, 16)
BEFORE = dt.datetime(2026, 2, 14, 8, tzinfo=ZONE)
DAYS = [f"2026-02-{day}" for day in range(16, 23)]


def world_of(holidays: dt.date | None, days: int) -> World:
    world = World(seed=5, articles=400, now=BEFORE, holidays=holidays)
    world.now += dt.timedelta(days=days)
    return world


def by_id(world: World) -> dict[str, dict[str, Any]]:
    return {article["articleId"]: article for article in world.truth_articles()}


def fetch(world: World, url: str) -> Page:
    host, _, path = url.removeprefix("https://").partition("/")
    return world.respond(host, f"/{path}", "", fetch_number=1)


@pytest.fixture(scope="module")
def usual() -> World:
    return world_of(None, 12)


@pytest.fixture(scope="module")
def poor() -> World:
    return world_of(EVE, 12)


def test_few_articles_appear_and_none_on_some_days(poor: World) -> None:
    site = poor.site("baodaklak")
    written = (number for number in range(site.size) if number not in site.unwritten)
    days = Counter(f"{moment(site.schedule.published(number)):%Y-%m-%d}" for number in written)
    assert [days[day] for day in DAYS] == [5, 4, 0, 2, 0, 4, 5]
    assert days["2026-02-15"] > 30
    assert days["2026-02-23"] > 30


def test_they_are_photo_stories_poems_and_short_greetings(poor: World) -> None:
    new = [a for a in poor.truth_articles() if a["datePublished"][:10] in DAYS]
    assert {article["kind"] for article in new} == {"photo", "news", "poem"}
    # A few were taken away again.
    assert 14 <= len(new) <= 20
    greetings = [article for article in new if article["kind"] == "news"]
    assert all(20 < len(article["articleBody"]) < 300 for article in greetings)
    assert all("chúc" in article["headline"].lower() for article in greetings)


def test_lists_and_pages_agree_with_the_truth(poor: World) -> None:
    site = poor.site("baodaklak")
    listed = {n for s in site.facts.menu for n in site.listed(s.path, 0, 10_000)}
    assert listed == set(site.numbers())
    assert {site.url(number) for number in listed} == {a["url"] for a in poor.truth_articles()}
    for article in poor.truth_articles():
        if article["datePublished"][:10] in DAYS:
            page = fetch(poor, article["url"])
            assert page.status == 200
            assert article["articleId"] in page.body.decode()


def test_what_is_missing_is_nowhere(usual: World, poor: World) -> None:
    there = by_id(poor)
    missing = [article for key, article in by_id(usual).items() if key not in there]
    assert len(missing) > 200
    assert {a["datePublished"][:10] for a in missing} <= {*DAYS}
    assert all(fetch(poor, article["url"]).status == 404 for article in missing)
    links = {link["url"] for article in there.values() for link in article["relatedLinks"]}
    assert links.isdisjoint(article["urls"][-1] for article in missing)
    assert {article["reprintOf"] for article in there.values()} - {None} <= there.keys()
    assert all(fetch(poor, gone["url"]).status in {200, 404, 410} for gone in poor.truth_gone())
    assert {a["url"] for a in missing}.isdisjoint(gone["url"] for gone in poor.truth_gone())


def test_before_the_week_nothing_differs() -> None:
    usual, poor = world_of(None, 1), world_of(EVE, 1)
    assert list(usual.truth_articles()) == list(poor.truth_articles())
    for section in usual.truth_sections():
        assert fetch(usual, section["url"]).body == fetch(poor, section["url"]).body
