"""Servers that keep to no standard: what browsers read is stored, what is torn is not, and all of
it is in the archive and told of in the same words by whoever reads it again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from support.documents import differences, documents
from support.home import Home
from support.warc import read_exchanges

from pipelines.mongodb.schema import COLLECTIONS
from practice.client import PracticeProcess
from practice.faults import Heals, odd

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("odd"),
]

WHOLE = [fault.name for fault in odd.FAULTS if fault.heals is Heals.WHOLE]
TORN = {
    # name → (outcome of the first attempt, WARC-Truncated)
    "reset-without-length": ("connection-reset", "disconnect"),
    "no-close-notify": ("connection-reset", "disconnect"),
    "cut-coding": ("cut-content", None),
    "unasked-range": ("partial-content", None),
    "odd-status": ("bad-status", None),
    "broken-chunks": ("bad-chunking", None),
}


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home]) -> Any:
    """A crawl of whole answers and one of torn ones, into one home; results and exchanges."""
    home, runs = homes(), []
    with PracticeProcess("--articles", "120") as site:
        for names in (WHOLE, list(TORN)):
            site.control("POST", "/faults", {"names": names, "share": 1})
            site.control("POST", "/log/clear")
            result = home.crawl(site, "sections", "--full", timeout=400)
            runs.append((result, list(site.exchanges())))
            site.control("POST", "/clock", {"advance": 3600})
    return home, runs


def test_what_a_browser_would_read_is_stored(crawled: Any) -> None:
    (result, _), _ = crawled[1]
    assert result["returncode"] == 0, (result["reason"], result["warnings"])
    counts = result["counts"]
    assert counts["new"] + counts["duplicate"] == counts["announced"] > 80
    assert counts["resources_failed"] == 0


def test_what_is_torn_is_tried_again_and_never_stored(crawled: Any) -> None:
    _, (result, served) = crawled[1]
    assert result["returncode"] == 0, (result["reason"], result["warnings"])
    counts = result["counts"]
    stored = ("unchanged", "duplicate", "new")
    assert sum(counts[state] for state in stored) == counts["announced"]
    assert counts["updated"] == 0, "half a page is no new version"
    assert {entry["fault"] for entry, _, _ in served} >= set(TORN)


def test_each_kind_of_tear_has_its_name(crawled: Any) -> None:
    home, (_, (_, served)) = crawled
    faults = {
        (request, response): entry["fault"] for entry, request, response in served if response
    }
    found: dict[str, set[tuple[str, str | None]]] = {}
    for exchange in read_exchanges(home.warcs):
        if fault := faults.get((exchange.request, exchange.response)):
            word = (exchange.fields["outcome"], exchange.truncated)
            found.setdefault(fault, set()).add(word)
    assert {name: {words} for name, words in TORN.items()} == {
        name: words for name, words in found.items() if name in TORN
    }


def test_every_byte_is_archived(crawled: Any) -> None:
    home, runs = crawled
    served = Counter(
        (request, response)
        for _, exchanges in runs
        for entry, request, response in exchanges
        if entry["ended"] == "complete" and request
    )
    kept = Counter((e.request, e.response) for e in read_exchanges(home.warcs) if e.request)
    assert not served - kept


def test_verify_finds_nothing_and_a_rebuild_stores_the_same(crawled: Any) -> None:
    home, _ = crawled
    home.khobao("db", "start")
    done = home.khobao("--json", "archive", "verify", "--documents")
    assert done.returncode == 0, done.stdout
    done = home.khobao("--json", "reextract", "--dry-run")
    assert done.returncode == 0, done.stdout
    done = home.khobao("--json", "rebuild", "--into", "again")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["runsWithoutLedger"] == []
    with MongoClient[dict[str, Any]](home.uri, tz_aware=True) as client:
        for name in COLLECTIONS:
            wrong = differences(documents(client["khobao"], name), documents(client["again"], name))
            assert not wrong, (name, wrong[:3])
        client["khobao"].articles.update_one({}, {"$set": {"headline": "Không ai viết thế"}})
    done = home.khobao("--json", "archive", "verify", "--documents")
    assert (done.returncode, json.loads(done.stdout)["kinds"]) == (7, {"document-differs": 1})
