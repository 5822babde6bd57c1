"""Ids and addresses have the structure of the real ones."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from practice.world import World
from practice.world.ids import Scramble, hibernate_id, id_time_ms, slugify

LEGACY = re.compile(
    r"^/channel/(?P<cate>\d+)/(?P<ym>(?:19|20)\d{4})/(?P<slug>[^/]+)-(?P<sid>\d{5,8})/?$"
)
ARTICLE = re.compile(
    r"^/(?P<section>[^?#]+?)/(?P<ym>(?:19|20)\d{4})/(?P<slug>[^/]+)-(?P<sid>[0-9A-Fa-f]{7})/?$"
)
PHUYEN_LEGACY = re.compile(r"^/(?P<cate>\d+)/(?P<sid>\d+)/(?P<slug>[^/]+?)(?:\.html|/)?$")


@given(st.integers(0, 2**64), st.integers(0, 2**28 - 1))
def test_scrambling_can_be_undone(key: int, number: int) -> None:
    scramble = Scramble(key, 28)
    code = scramble.forward(number)
    assert 0 <= code < 2**28
    assert scramble.back(code) == number


@given(st.integers(0, 2**28 - 1), st.integers(1_600_000_000_000, 1_800_000_000_000))
def test_an_id_tells_its_code_and_its_time(code: int, created_ms: int) -> None:
    article_id = hibernate_id(code, created_ms, 0x91E84065)
    assert re.fullmatch(r"[0-9a-f]{32}", article_id)
    assert int(article_id[-7:], 16) == code
    assert abs(id_time_ms(article_id) - created_ms) < 4096


def test_addresses_have_the_three_shapes(world: World, truth: list[dict[str, Any]]) -> None:
    for article in truth:
        path = urlsplit(article["url"]).path
        month = article["datePublished"][:7].replace("-", "")
        legacy = LEGACY.match(path)
        match = legacy or ARTICLE.match(path)
        assert match, path
        assert match["ym"] == month
        assert bool(legacy) == (article["datePublished"] < "2021-06-01")
        if legacy:
            assert re.fullmatch(r"[0-9A-F]{32}", article["articleId"])
        else:
            assert article["articleId"].endswith(match["sid"])
            created = dt.datetime.fromtimestamp(id_time_ms(article["articleId"]) / 1000, dt.UTC)
            published = dt.datetime.fromisoformat(article["datePublished"])
            assert dt.timedelta(0) < published - created < dt.timedelta(days=2)
    old = [a for a in world.truth_articles("phuyen") if a["datePublished"] < "2024-11-01"]
    assert old
    assert all(PHUYEN_LEGACY.match(urlsplit(article["url"]).path) for article in old)


def test_legacy_numbers_grow_with_time(truth: list[dict[str, Any]]) -> None:
    matches = (LEGACY.match(urlsplit(article["url"]).path) for article in reversed(truth))
    numbers = [int(match["sid"]) for match in matches if match]
    assert len(numbers) > 100
    assert numbers == sorted(set(numbers))
    assert 1_989_582 <= numbers[0] < numbers[-1] <= 5_704_688


def test_ids_are_unique_though_suffixes_are_not() -> None:
    articles = list(World(articles=1500).truth_articles())
    assert max(Counter(a["articleId"] for a in articles).values()) == 1
    assert max(Counter(a["url"] for a in articles).values()) == 1
    paths = (urlsplit(article["url"]).path for article in articles)
    suffixes = Counter(path[-8:-1] for path in paths if not LEGACY.match(path))
    assert max(suffixes.values()) == 2


def test_slugs_lose_hard_spaces_and_accents() -> None:
    assert slugify("Về M'Drắk:  nghe Ƀuôr\xa0gọi “Đắk Lắk”") == "ve-m-drak-nghe-buorgoi-dak-lak"


def test_some_addresses_hold_capitals_apostrophes_and_lost_spaces() -> None:
    site = World(articles=3000).site("baodaklak")
    stubs = [site.stub(number) for number in range(1500, 3000)]
    assert any("/multimedia/Infographic/" in stub.path for stub in stubs)
    assert any("/huyen-cu-m'gar/" in stub.path for stub in stubs)
    assert any("\xa0" in stub.headline_raw for stub in stubs)
