"""The votes of others, as they are stored and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.home import Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo]


def test_it_can_be_turned_off(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "20")
    off = {"KHOBAO_CROSS_CHECK": "0"}
    result = home.crawl(site, "sections", "--full", "--media", "none", env=off)
    assert result["returncode"] == 0, result["stderr"]
    with home.database() as db:
        assert db.articles.count_documents({}) == 20
        assert db.articles.count_documents({"agreement": {"$exists": True}}) == 0


def test_show_says_who_contradicts(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "12")
    result = home.crawl(site, "sections", "--full", "--media", "none")
    assert result["returncode"] == 0, result["stderr"]
    with home.database() as db:
        agreed, doubted = list(db.articles.find().sort("_id").limit(2))
        assert agreed["agreement"]["disagreement"] == 0
        votes = doubted["agreement"]["crossChecks"]
        listing = next(witness for witness in votes if witness["name"] == "listing")
        listing |= {"headline": 0.25, "datePublished": 0.0}
        opinion = {"disagreement": 0.5, "crossChecks": votes}
        db.articles.update_one({"_id": doubted["_id"]}, {"$set": {"agreement": opinion}})
    shown = home.khobao("show", doubted["_id"]).stdout
    shown = " ".join(shown.split())
    assert "0.50 by listing (headline 0.25, datePublished 0.00)" in shown
    assert "contradicted" not in home.khobao("show", agreed["_id"]).stdout
