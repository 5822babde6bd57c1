"""The week of the lunar New Year is poor and odd, and no breakage; one within it is heard."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pymongo.database import Database
from support.home import Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(300)]

DAY_SECONDS = 86_400
CRAWL = ("sections", "--media", "none")
USUAL_DAYS = ("2026-02-13", "2026-02-14", "2026-02-15")
WEEK = tuple(f"2026-02-{day}" for day in range(16, 23))
REDESIGNED = "2026-02-21"
"""The sixth day, after two with nothing and two poor ones; four articles appear on it."""

CHANGE = {"rename": {"time": "ngay-dang"}}
DATE = "#wrapperPostDetailHeader time.time"


def let_pass(site: PracticeProcess, day: str) -> None:
    """Turn the clock from the first moment of a day to that of the next."""
    assert site.control("GET", "/clock")["now"].startswith(f"{day}T00:00")
    site.control("POST", "/clock", {"advance": DAY_SECONDS})


def found_of(db: Database[dict[str, Any]], day: str) -> list[dict[str, Any]]:
    """What the crawls found of the articles that appeared on a day."""
    printed = "/".join(reversed(day.split("-")))
    return list(db.articles.find({"datePublishedRaw": {"$regex": f"{printed}$"}}))


def assert_quiet(db: Database[dict[str, Any]], result: dict[str, Any]) -> None:
    assert result["returncode"] == 0, (result["alarms"], result["stderr"])
    run = db.runs.find_one({"_id": result["run_id"]})
    assert run is not None
    assert run["fieldCoverage"]["groups"]
    assert not run["breakages"]
    assert not run["alarms"]


def test_a_week_of_holidays_raises_nothing_and_a_redesign_in_it_does(home: Home) -> None:
    options = ("--articles", "60", "--now", f"{USUAL_DAYS[0]}T00:00", "--holidays", WEEK[0])
    with PracticeProcess(*options) as site, home.database() as db:
        for day in USUAL_DAYS:
            let_pass(site, day)
            assert_quiet(db, home.crawl(site, *CRAWL))
            assert len(found_of(db, day)) > 30
        found: dict[str, list[dict[str, Any]]] = {}
        for day in WEEK:
            let_pass(site, day)
            if day == REDESIGNED:
                site.control("POST", "/redesign", CHANGE)
                broken = home.crawl(site, *CRAWL)
                site.control("POST", "/redesign", {})
                assert broken["returncode"] == 10, broken["stderr"]
                assert [alarm["selector"] for alarm in broken["alarms"]] == [DATE]
                run = db.runs.find_one({"_id": broken["run_id"]})
                assert run is not None
                assert run["breakages"] == broken["alarms"]
            assert_quiet(db, home.crawl(site, *CRAWL))
            found[day] = found_of(db, day)
            urls = {
                each["url"] for each in site.truth("articles") if each["datePublished"][:10] == day
            }
            assert {each["url"] for each in found[day]} == urls
    assert [len(found[day]) for day in WEEK] == [5, 4, 0, 2, 0, 4, 5]
    poor = [article for day in WEEK for article in found[day]]
    kinds = Counter(article["kind"] for article in poor)
    assert kinds == {"photo": 8, "news": 7, "poem": 5}
    assert all(len(article["articleBody"]) < 300 for article in poor if article["kind"] == "news")
