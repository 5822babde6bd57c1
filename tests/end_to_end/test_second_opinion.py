"""The votes of others, as they are stored and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.home import Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo]


def test_it_can_be_turned_off(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "20")
    off = {"KHOBAO_SECOND_OPINION": "0"}
    result = home.crawl(site, "sections", "--full", "--media", "none", env=off)
    assert result["returncode"] == 0, result["stderr"]
    with home.database() as db:
        assert db.articles.count_documents({}) == 20
        assert db.articles.count_documents({"secondOpinion": {"$exists": True}}) == 0
