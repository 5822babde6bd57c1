"""A second run changes nothing; an edit becomes a version; nothing stored is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database
from support.home import Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

SEEN = {"lastSeen"}


def snapshot(db: Database[dict[str, Any]], collection: str) -> dict[Any, dict[str, Any]]:
    return {
        doc["_id"]: {name: value for name, value in doc.items() if name not in SEEN}
        for doc in db[collection].find()
    }


def test_a_full_second_run_changes_nothing_but_last_seen(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "120")
    first = home.crawl(site, "sections", "--full")
    with home.database() as db:
        before = {name: snapshot(db, name) for name in ("articles", "videos", "versions")}
        seen = {doc["_id"]: doc["lastSeen"] for doc in db.articles.find()}

        second = home.crawl(site, "sections", "--full")

        assert 0 == first["returncode"] == second["returncode"], second["stderr"]
        for name, documents in before.items():
            assert documents == snapshot(db, name)
        assert all(doc["lastSeen"] > seen[doc["_id"]] for doc in db.articles.find())
    assert second["counts"]["unchanged"] == first["counts"]["new"]
    assert 0 == second["counts"]["new"]


def test_a_quiet_day_fetches_listings_only_and_ends_well(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "120")
    home.crawl(site, "sections")

    second = home.crawl(site, "sections")

    assert 0 == second["returncode"], second["stderr"]
    assert second["counts"]["announced"] == second["counts"]["known"]
    assert 0 == second["counts"]["fetched"]


def test_edits_become_versions_and_new_articles_are_found(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "150")
    home.crawl(site, "sections", "--full")
    with home.database() as db:
        ids = set(snapshot(db, "articles"))

        site.control("POST", "/clock", {"advance": 5 * 24 * 3600})
        later = home.crawl(site, "sections", "--full")

        assert later["counts"]["new"] > 0
        assert later["counts"]["updated"] > 0
        assert later["counts"]["updated"] == db.versions.count_documents({})
        assert ids < set(snapshot(db, "articles"))
        for version in db.versions.find():
            article = db.articles.find_one({"_id": version["articleId"]})
            assert article is not None
            assert article["version"] > 1


def test_a_limited_run_leaves_no_gap_behind_it(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    """Pages of which everything is stored end a walk only if some run went to the end before."""
    site = practice("--articles", "1000")
    listed = [a["articleId"] for a in site.truth("articles") if "thoi-su" in a["sections"]]
    assert len(listed) > 28
    section = ["sections", "--section", "thoi-su", "--media", "none"]
    home.crawl(site, *section, "--limit", "14")

    rest = home.crawl(site, *section)
    quiet = home.crawl(site, *section)

    assert 0 == rest["returncode"], rest["stderr"]
    assert len(listed) - 14 == rest["counts"]["new"]
    assert 14 == quiet["counts"]["announced"]  # one page, as the run before went to the end
    with home.database() as db:
        assert set(listed) == {doc["_id"] for doc in db.articles.find({}, {"_id": 1})}
