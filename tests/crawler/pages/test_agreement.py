"""On whole pages nobody contradicts; on damaged ones somebody does."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.items import Agreement
from crawler.pages import ArticleReading, ListingHint, read_listing, read_page
from crawler.sites import BAODAKLAK, PHUYEN, SiteProfile
from practice.world import World

NOW = dt.datetime(2026, 6, 15, 8, tzinfo=dt.UTC)
WORLDS = [("a", BAODAKLAK), ("b", BAODAKLAK), ("mixed", PHUYEN)]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: f"{world[1].key}-{world[0]}")
def newspaper(request: pytest.FixtureRequest) -> tuple[World, SiteProfile]:
    template, profile = request.param
    return World(seed=11, articles=150, template=template), profile


def get(world: World, url: str) -> bytes:
    parts = urlsplit(url)
    return world.respond(parts.netloc, parts.path, parts.query, fetch_number=1).body


def pages(world: World, profile: SiteProfile) -> Iterator[tuple[str, bytes, ListingHint]]:
    listed: dict[str, ListingHint] = {}
    for section in world.truth_sections(profile.key):
        for first in range(0, 300, 14):
            url = profile.listing_url(section["categoryId"], first)
            for entry in read_listing(url, get(world, url), profile, section["slug"]).entries:
                listed[entry.url] = ListingHint.of(entry)
    for truth in world.truth_articles(profile.key):
        yield truth["url"], get(world, truth["url"]), listed[truth["url"]]


def opinion_on(
    url: str, body: bytes, profile: SiteProfile, **options: Any
) -> tuple[ArticleReading, Agreement]:
    reading = read_page(
        url,
        body,
        declared_encoding=None,
        captured_at=NOW,
        profile=profile,
        **{"cross_check_share": 0.0} | options,
    )
    assert isinstance(reading, ArticleReading)
    assert reading.article.agreement is not None
    return reading, reading.article.agreement


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_contradicts_a_page_that_was_read_right(
    newspaper: tuple[World, SiteProfile], share: float
) -> None:
    world, profile = newspaper
    heard: Counter[str] = Counter()
    kinds = set()
    for url, body, listed in pages(world, profile):
        reading, opinion = opinion_on(url, body, profile, listed=listed, cross_check_share=share)
        assert opinion.disagreement == 0, (url, opinion.crossChecks)
        heard.update(witness.name for witness in opinion.crossChecks)
        kinds.add(reading.article.kind)
    count = heard["openGraph"]
    assert count >= 60
    assert heard["listing"] == count
    assert heard["address"] > 0
    assert heard["articleId"] > 0
    assert heard["trafilatura"] == (count if share else 0)
    assert {"news", "poem", "qa", "photo", "video"} <= kinds


DAMAGES = {
    "headline": (
        r'(<h1 class="(?:media-heading title5|title)">)[^<]*',
        r"\1Một tin khác hẳn của thanh bên",
    ),
    "datePublished": (
        r'((?:class="bd02"|id="content"|class="group-time").*?class="(?:date|time)">)[^<]*',
        r"\g<1>08:00, 05/01/2019",
    ),
}


@pytest.mark.parametrize("field", ["headline", "datePublished"])
def test_a_field_read_from_the_wrong_place_is_contradicted(
    newspaper: tuple[World, SiteProfile], field: str
) -> None:
    world, profile = newspaper
    pattern, instead = DAMAGES[field]
    for url, body, listed in pages(world, profile):
        damaged, times = re.subn(f"(?s){pattern}", instead, body.decode(), count=1)
        assert times == 1, url
        _, opinion = opinion_on(url, damaged.encode(), profile, listed=listed)
        assert opinion.disagreement > 0.5, (url, opinion)
        [listing] = [witness for witness in opinion.crossChecks if witness.name == "listing"]
        assert getattr(listing, field) < 0.5


def without_text(body: bytes) -> bytes:
    """Every paragraph of the content is empty; pictures, head and sidebar are there."""
    start = body.index(b'id="content"')
    end = min(
        at for mark in (b"tag_list", b"after-author", b"tags-box") if (at := body.find(mark)) > 0
    )
    content = re.sub(rb"(?s)(<p\b[^>]*>).*?</p>", rb"\1</p>", body[start:end])
    return body[:start] + content + body[end:]


def test_an_emptied_body_is_contradicted(newspaper: tuple[World, SiteProfile]) -> None:
    world, profile = newspaper
    contradicted = 0
    for url, body, listed in pages(world, profile):
        whole, _ = opinion_on(url, body, profile)
        article = whole.article
        if article.kind != "news" or not article.images or not article.abstract:
            continue
        if article.videos or article.audios or article.attachments:
            continue  # may be all there is
        reading, opinion = opinion_on(url, without_text(body), profile, listed=listed)
        text = reading.article.articleBody or ""
        # Lists are no paragraphs, and "photo" is what a page with pictures alone may be.
        if reading.article.kind == "news" and len(text) < len(article.abstract) / 2:
            assert opinion.disagreement > 0.4, (url, opinion)
            contradicted += 1
    assert contradicted >= 10


def test_a_body_of_which_most_is_missed_is_contradicted_by_the_extractor() -> None:
    world = World(seed=11, articles=60, template="a")
    checked = 0
    for url, body, listed in pages(world, BAODAKLAK):
        start = body.index(b'class="bd02"')
        paragraphs = list(re.finditer(rb"(?s)<p style[^>]*>.{80,}?</p>", body[start:]))
        if len(paragraphs) < 6:
            continue
        # A new box around the rest of the text, with a class that stands for boilerplate.
        end = start + paragraphs[1].end()
        boxed = body[:end] + b"<div class='bd02'>" + body[end:]
        reading, opinion = opinion_on(url, boxed, BAODAKLAK, listed=listed, cross_check_share=1.0)
        article = reading.article
        if article.kind == "news" and not (article.videos or article.audios):
            assert opinion.disagreement > 0.35, (url, opinion)
            checked += 1
    assert checked >= 20


@pytest.mark.slow
def test_the_same_articles_are_in_the_share_each_time() -> None:
    world = World(seed=3, articles=120, template="a")
    material = list(pages(world, BAODAKLAK))

    def asked(share: float) -> set[str]:
        return {
            url
            for url, body, _ in material
            for witness in opinion_on(url, body, BAODAKLAK, cross_check_share=share)[1].crossChecks
            if witness.name == "trafilatura"
        }

    some = asked(0.2)
    assert some == asked(0.2)
    assert 5 <= len(some) <= 50
    assert asked(0.05) < some
    assert not asked(0.0)


def test_nobody_is_asked_unless_one_wants_to_know() -> None:
    world = World(seed=3, articles=20, template="a")
    url, body, _ = next(pages(world, BAODAKLAK))
    reading = read_page(url, body, declared_encoding=None, captured_at=NOW, profile=BAODAKLAK)
    assert isinstance(reading, ArticleReading)
    assert reading.article.agreement is None
