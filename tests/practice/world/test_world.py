"""The newspaper's promises: determinism, lists that agree with pages, a clock, flat memory."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from typing import Any
from urllib.parse import urlsplit

import pytest

from practice.world import Page, World
from practice.world.world import DEFAULT_NOW


def body(world: World, url: str, fetch_number: int = 1) -> bytes:
    parts = urlsplit(url)
    return world.respond(parts.netloc, parts.path, parts.query, fetch_number=fetch_number).body


@pytest.mark.parametrize("template", ["a", "b", "mixed"])
def test_same_arguments_give_the_same_bytes(template: str) -> None:
    first, second = (World(seed=5, articles=80, template=template) for _ in range(2))
    urls = ["https://baodaklak.vn/", "https://baodaklak.vn/thoi-su/"]
    urls += [article["url"] for article in first.truth_articles()]
    urls += [article["url"] for article in first.truth_articles("phuyen")]
    for url in reversed(urls):
        assert body(first, url, 7) == body(second, url, 7)
    assert list(first.truth_articles()) == list(second.truth_articles())


def test_another_seed_gives_another_newspaper() -> None:
    texts = [
        {article["articleBody"] for article in World(seed=seed, articles=80).truth_articles()}
        for seed in (1, 2)
    ]
    assert not texts[0] & texts[1]


def test_every_fetch_differs_outside_the_content_only(
    reader: Any, truth: list[dict[str, Any]]
) -> None:
    url = truth[400]["url"]
    pages = [reader.get(url).body.decode() for _ in range(3)]
    assert len(set(pages)) == 3
    contents = {page.partition('id="content"')[2].partition("fb-root")[0] for page in pages}
    assert len(contents) == 1


def test_menu_sections_list_exactly_the_true_articles(
    world: World, reader: Any, truth: list[dict[str, Any]]
) -> None:
    listed = {}
    for section in world.truth_sections():
        for entry in reader.listing(section["categoryId"]):
            listed.setdefault(f"https://baodaklak.vn{entry['pageUrl']}", set()).add(section["slug"])
    assert listed == {article["url"]: set(article["sections"]) for article in truth}
    assert any(len(sections) > 1 for sections in listed.values())


def test_phuyen_lists_exactly_its_true_articles(world: World, reader: Any) -> None:
    listed = {
        f"https://phuyen.baodaklak.vn{entry['pageUrl']}"
        for section in world.truth_sections("phuyen")
        for entry in reader.listing(section["categoryId"], site="phuyen")
    }
    assert listed == {article["url"] for article in world.truth_articles("phuyen")}


def test_lists_are_newest_first(world: World, reader: Any) -> None:
    for section in world.truth_sections():
        dates = [
            entry["publishDate"].replace("T", " ")[:19]
            for entry in reader.listing(section["categoryId"], size=17)
        ]
        assert dates == sorted(dates, reverse=True)


def test_number_of_articles_is_as_asked() -> None:
    for count in (0, 1, 2, 40, 333):
        assert len(list(World(articles=count).truth_articles())) == count


@pytest.mark.parametrize("arguments", [{"template": "c"}, {"articles": -1}])
def test_impossible_worlds_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no world"):
        World(**arguments)


def test_every_article_answers_with_its_own_id(reader: Any, truth: list[dict[str, Any]]) -> None:
    for article in truth:
        page = reader.get(article["url"])
        assert page.status == 200
        assert f'<div id="article_id">{article["articleId"]}</div>'.encode() in page.body


def test_articles_answer_however_their_address_is_written(
    reader: Any, truth: list[dict[str, Any]]
) -> None:
    url = truth[0]["url"]
    path = urlsplit(url).path
    for other in (url.rstrip("/"), f"https://baodaklak.vn/{path}", f"{url}?utm_source=x"):
        assert reader.get(other).status == 200
    page = reader.get(f"https://www.baodaklak.vn{path}", a=1)
    assert page.status == 301
    assert dict(page.headers)["Location"] == f"{url}?a=1"


def test_wrong_slug_or_month_or_host_is_not_found(reader: Any, truth: list[dict[str, Any]]) -> None:
    url = truth[0]["url"]
    for wrong in (
        url.replace("-", "-x-", 1),
        url.replace("/2026", "/2025"),
        f"{url[:-2]}{'1' if url[-2] == '0' else '0'}/",
    ):
        assert reader.get(wrong).status == 404
    assert reader.get(url.replace("//", "//phuyen.")).status == 404
    assert reader.get("https://example.vn/").status == 421


def test_paged_repeats_the_first_page(reader: Any) -> None:
    def rows(page: Page) -> bytes:
        return page.body.partition(b'id="cate-content"')[2].partition(b"pagination-container")[0]

    url = "https://baodaklak.vn/xa-hoi/"
    assert rows(reader.get(url)) == rows(reader.get(url, paged=167)) != b""


def test_bodies_are_unique_but_for_reprints(truth: list[dict[str, Any]]) -> None:
    by_id = {article["articleId"]: article for article in truth}
    seen = {}
    reprints = 0
    for article in truth:
        original = article["reprintOf"]
        if original:
            reprints += 1
            assert article["articleBody"] == by_id[original]["articleBody"]
        else:
            assert seen.setdefault(article["articleBody"], article["url"]) == article["url"]
    assert reprints >= 3


def test_a_million_articles_need_no_memory() -> None:
    World(articles=1000).respond("baodaklak.vn", "/", "", fetch_number=1)
    tracemalloc.start()
    try:
        world = World(articles=1_000_000)
        site = world.site("baodaklak")
        for number in range(3, 1_000_000, 10_007):
            url = site.url(number)
            assert (
                world.respond("baodaklak.vn", urlsplit(url).path, "", fetch_number=number).status
                == 200
            )
        assert len(site.listed("/thoi-su/", 40_000, 5)) == 5
        assert tracemalloc.get_traced_memory()[1] < 24 * 2**20
    finally:
        tracemalloc.stop()


def test_random_access_equals_listing() -> None:
    world = World(articles=5000)
    site = world.site("baodaklak")
    for path in ("/thoi-su/", "/video/", "/tin-noi-bat/", "/kinh-te/cong-nghiep/"):
        whole = site.listed(path, 0, 10_000)
        assert len(whole) == site.list_size(path)
        assert whole == sorted(whole, reverse=True)
        for place in range(0, len(whole), 7):
            assert site.listed(path, place, 1) == [whole[place]]


def test_all_numbers_are_found_again_by_address_and_id() -> None:
    for count in (900, 30_000):
        world = World(articles=count)
        for name in ("baodaklak", "phuyen"):
            site = world.site(name)
            for number in range(0, site.size, max(1, site.size // 700)):
                assert site.find(site.stub(number).path) == number
                assert site.find_id(site.addresses.article_id(number)) == number


def test_default_clock_and_naive_times_are_vietnamese() -> None:
    assert World().now == DEFAULT_NOW
    world = World(now=dt.datetime(2025, 1, 1, 8))  # noqa: DTZ001 - that is the point
    assert world.now.utcoffset() == dt.timedelta(hours=7)
