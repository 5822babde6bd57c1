"""Everything the practice newspaper knows of its own articles is read from its pages."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
from itemadapter import ItemAdapter

from crawler.items import NewsArticle
from crawler.pages import read_article, read_comments, read_listing, read_menu, read_videos
from crawler.sites import BAODAKLAK, PHUYEN, SiteProfile
from practice.world import World

NOT_ON_THE_PAGE = {"urls", "sections", "reprintOf", "version"}
NOW = dt.datetime(2026, 6, 15, 8, tzinfo=dt.UTC)
SITES = pytest.mark.parametrize("profile", [BAODAKLAK, PHUYEN], ids=lambda profile: profile.key)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=5, articles=250, template="mixed")


def page_of(world: World, url: str) -> bytes:
    parts = urlsplit(url)
    page = world.respond(parts.netloc, parts.path, parts.query, fetch_number=1)
    assert page.status == 200
    return page.body


def article_at(world: World, url: str, profile: SiteProfile) -> NewsArticle:
    article, _ = read_article(
        url, page_of(world, url), declared_encoding=None, captured_at=NOW, profile=profile
    )
    return article


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def letters(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"[\s|\u00ad\u200b-\u200f\ufeff]+", "", text))


@SITES
def test_every_field_of_every_article(world: World, profile: SiteProfile) -> None:
    checked = 0
    for truth in world.truth_articles(profile.key):
        read = plain(ItemAdapter(article_at(world, truth["url"], profile)).asdict())
        for name in set(truth) - NOT_ON_THE_PAGE:
            assert plain(truth[name]) == read.get(name), (truth["url"], name)
        html = re.sub(r"(?s)<figcaption>.*?</figcaption>", "", read["articleBodyHtml"])
        text = lxml.html.fromstring(f"<div>{html}</div>").text_content()
        assert letters(text) == letters(read["articleBody"])
        checked += 1
    assert checked >= 60


@SITES
def test_every_video(world: World, profile: SiteProfile) -> None:
    truths = list(world.truth_videos(profile.key))
    assert truths
    for truth in truths:
        videos = read_videos(article_at(world, truth["url"], profile))
        found = [ItemAdapter(video).asdict() for video in videos]
        assert any(truth.items() <= video.items() for video in found), truth["url"]


@SITES
def test_the_menu_and_its_listings(world: World, profile: SiteProfile) -> None:
    menu = read_menu(profile.base_url, page_of(world, profile.base_url), profile)
    truths = {truth["slug"]: truth for truth in world.truth_sections(profile.key)}
    assert [link.slug for link in menu if link.slug not in truths] == []
    for link in menu:
        truth = truths[link.slug]
        assert (link.name, link.url) == (truth["name"], truth["url"])
        assert link.categoryId in (truth["categoryId"], None)
        url = profile.listing_url(truth["categoryId"], 0)
        listing = read_listing(url, page_of(world, url), profile, link)
        assert listing.rows == len(listing.entries) == min(listing.total or 0, 14)


@SITES
def test_every_comment(world: World, profile: SiteProfile) -> None:
    for truth in world.truth_comments(profile.key):
        url = profile.comments_url(truth["articleId"])
        thread = read_comments(url, page_of(world, url), truth["articleId"], truth["url"])
        assert plain(ItemAdapter(thread).asdict()) == plain(truth)
