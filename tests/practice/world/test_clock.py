"""As the clock goes on: new articles, edits, moves, removals; and comments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from practice.world import Page, World

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def aged() -> tuple[dict[str, Any], World, dict[str, Any]]:
    """Articles before, the world twelve days later, articles then; by id."""
    world = World(seed=3, articles=600)
    before = {article["articleId"]: article for article in world.truth_articles()}
    world.now += 12 * DAY
    return before, world, {article["articleId"]: article for article in world.truth_articles()}


def fetch(world: World, url: str) -> Page:
    host, _, path = url.removeprefix("https://").partition("/")
    return world.respond(host, f"/{path}", "", fetch_number=1)


def test_new_articles_appear_at_the_pace_of_a_newsroom(
    aged: tuple[dict[str, Any], World, dict[str, Any]],
) -> None:
    before, _, after = aged
    new = [after[key] for key in after.keys() - before.keys()]
    assert 12 * 35 < len(new) < 12 * 45
    assert all("2026-06-15" <= article["datePublished"][:10] <= "2026-06-27" for article in new)
    assert {article["template"] for article in new} == {"b"}


def test_edits_keep_the_address_and_change_the_text(
    aged: tuple[dict[str, Any], World, dict[str, Any]],
) -> None:
    before, world, after = aged
    edited = [
        (old, after[key])
        for key, old in before.items()
        if key in after and after[key]["version"] > old["version"]
    ]
    assert len(edited) >= 10
    for old, new in edited:
        assert old["articleBody"] != new["articleBody"]
        assert old["articleBody"] in new["articleBody"]
        assert new["url"] == old["url"] or len(new["urls"]) == 2
        assert fetch(world, new["url"]).status == 200
    assert any(old["headline"] != new["headline"] for old, new in edited)


def test_untouched_articles_stay_as_they_were(
    aged: tuple[dict[str, Any], World, dict[str, Any]],
) -> None:
    before, _, after = aged
    same = sum(before[key] == after[key] for key in before.keys() & after.keys())
    assert same > 500


def test_moved_articles_are_redirected(aged: tuple[dict[str, Any], World, dict[str, Any]]) -> None:
    _, world, after = aged
    moved = [article for article in after.values() if len(article["urls"]) == 2]
    assert len(moved) >= 5
    for article in moved:
        new, old = article["urls"]
        page = fetch(world, old)
        assert page.status == 301
        assert dict(page.headers)["Location"] == new == article["url"]
        assert fetch(world, new).status == 200


def test_removed_articles_leave_lists_and_say_so_in_three_ways(
    aged: tuple[dict[str, Any], World, dict[str, Any]],
) -> None:
    before, world, after = aged
    gone = [article for key, article in before.items() if key not in after]
    statuses = Counter(fetch(world, article["url"]).status for article in gone)
    assert set(statuses) == {200, 404, 410}
    for article in gone:
        page = fetch(world, article["url"]).body
        assert b'<div id="article_id"></div>' in page
        assert article["headline"].encode() not in page.partition(b'class="p80"')[2][:3000]
    listed = {
        number
        for section in world.site("baodaklak").facts.menu
        for number in world.site("baodaklak").listed(section.path, 0, 10_000)
    }
    assert listed == set(world.site("baodaklak").numbers())
    assert {a["firstUrl"] for a in world.truth_gone()} >= {a["url"] for a in gone}


def test_truth_follows_the_clock_back(aged: tuple[dict[str, Any], World, dict[str, Any]]) -> None:
    before, _, _ = aged
    world = World(seed=3, articles=600)
    start = world.now
    world.now = start + 5 * DAY
    world.now = start
    assert {article["articleId"]: article for article in world.truth_articles()} == before


def test_a_clock_before_the_start_shows_fewer_articles() -> None:
    world = World(seed=3, articles=600)
    world.now = dt.datetime(2015, 1, 1, tzinfo=world.now.tzinfo)
    articles = list(world.truth_articles())
    assert 0 < len(articles) < 300
    assert all(article["datePublished"] < "2015" for article in articles)


def test_phuyen_is_frozen(aged: tuple[dict[str, Any], World, dict[str, Any]]) -> None:
    _, world, _ = aged
    assert max(a["datePublished"] for a in world.truth_articles("phuyen")) <= "2025-06-30T18:00"
    assert list(world.truth_articles("phuyen")) == list(
        World(seed=3, articles=600).truth_articles("phuyen")
    )
