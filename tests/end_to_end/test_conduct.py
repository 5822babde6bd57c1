"""What must never be requested, shown by the newspaper's own log of a crawl with all media."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from support.home import Home

from crawler.sites import BAODAKLAK
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo]

NEVER = ("statcollector", "feedback/insert", "/tim-kiem", "/in/", "/cam-lay/", "/adman/")


def test_nothing_is_requested_that_must_never_be(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "60")
    result = home.crawl(site, "sections", "--full", "--media", "all")
    assert 0 == result["returncode"], result["stderr"]
    entries = [entry for entry, _, _ in site.exchanges()]
    assert len(entries) > 200
    assert not [e["target"] for e in entries if any(word in e["target"] for word in NEVER)]
    hosts = {entry["host"] for entry in entries}
    own = {"baodaklak.vn", "www.baodaklak.vn", "phuyen.baodaklak.vn"}
    assert hosts - own == set(BAODAKLAK.resource_hosts)


def test_redirects_into_private_networks_and_off_the_site_are_not_followed(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "30")
    path = site.truth("articles")[0]["url"].removeprefix("https://baodaklak.vn")
    urls = [f"https://baodaklak.vn/loi/{name}{path}" for name in PRIVATE]
    result = home.crawl(site, "page", *urls)
    assert 0 == result["counts"]["new"]
    requested = dict.fromkeys(PRIVATE, 0)
    for entry, _, _ in site.exchanges():
        for name in PRIVATE:
            requested[name] += f"/loi/{name}/" in entry["target"]
    # Each was asked for once, and what it pointed at was not asked for at all.
    assert {"redirect-private": 1, "redirect-offsite": 1} == requested
    with home.database() as db:
        hosts = {capture["url"].split("/")[2] for capture in db.captures.find()}
    assert {"baodaklak.vn"} == hosts


PRIVATE = ("redirect-private", "redirect-offsite")


def test_a_delay_is_kept_between_two_requests(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "20")
    few = ("--section", "thoi-su", "--limit", "2", "--media", "none")
    home.crawl(site, "sections", *few, "--delay", "0.6", speed=False)
    entries = [entry for entry, _, _ in site.exchanges()]
    starts = sorted(dt.datetime.fromisoformat(entry["started"]) for entry in entries)
    assert len(starts) > 5
    gaps = [late - early for early, late in pairwise(starts)]
    # The very first request is sent after the self-test of the tee, so the second seems early.
    assert min(gaps[1:]) > dt.timedelta(seconds=0.5)
