"""A home that release 0.1.0 made goes on: its runs are resumed, and nothing is fetched twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.documents import documents
from support.old_home import Collections
from support.old_release import INTERRUPTED, KILLED, TRUTH, OldHome, assert_rebuilt, today

from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
]


@pytest.fixture
def newspaper() -> Iterator[PracticeProcess]:
    """The newspaper as the release's last crawl left it."""
    with PracticeProcess(*TRUTH["newspaper"]["options"]) as site:
        for seconds in TRUTH["newspaper"]["advances"]:
            site.control("POST", "/clock", {"advance": seconds})
        yield site


def requested(site: PracticeProcess) -> set[str]:
    return {f"https://{entry['host']}{entry['target']}" for entry, _, _ in site.exchanges()}


def test_crawled_on_it_resumes_and_fetches_nothing_twice(
    open_home: Callable[[], OldHome], newspaper: PracticeProcess, kept: Collections
) -> None:
    home = open_home()
    known = documents(home.db, "announcements")
    settled = {
        url
        for url, doc in known.items()
        if doc["stateRunId"] == INTERRUPTED and doc["state"] != "pending"
    }
    assert settled

    rest = home.crawl(newspaper, "sections", "--full", "--media", "none", "--resume", INTERRUPTED)

    assert 0 == rest["returncode"], rest["stderr"]
    asked = requested(newspaper)
    assert set() == settled & asked
    addresses = documents(home.db, today("announcements"))
    assert known.keys() <= addresses.keys()
    assert "pending" not in {doc["state"] for doc in addresses.values()}
    stored = documents(home.db, "articles")
    assert {article["articleId"] for article in newspaper.truth("articles")} <= stored.keys()
    # The newspaper answered 304 to what the old home told it, and the revisits name old records.
    assert rest["counts"]["unchanged"]
    records = {capture["_id"] for capture in kept["captures"]["documents"]}
    revisits = list(home.db.captures.find({"runId": rest["run_id"], "recordType": "revisit"}))
    assert {304} <= {revisit["status"] for revisit in revisits}
    assert {revisit["refersTo"] for revisit in revisits} & records

    newspaper.control("POST", "/log/clear")
    quiet = home.crawl(newspaper, "sections", "--media", "none")

    assert 0 == quiet["returncode"], quiet["stderr"]
    assert 0 == quiet["counts"]["fetched"] == quiet["counts"]["new"]
    assert set() == requested(newspaper) & addresses.keys()
    assert stored == documents(home.db, "articles")
    assert home.result("archive", "verify")["ok"]
    assert_rebuilt(home, runs=len(TRUTH["runs"]) + 2)


def test_a_killed_run_is_gone_on_with(
    open_home: Callable[[], OldHome], newspaper: PracticeProcess
) -> None:
    home = open_home()
    rest = home.crawl(newspaper, "sections", "--media", "none", "--resume", KILLED)
    assert 0 == rest["returncode"], rest["stderr"]
    stored = documents(home.db, "articles")
    assert {article["articleId"] for article in newspaper.truth("articles")} <= stored.keys()
