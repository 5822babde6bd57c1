"""``khobao rebuild``: from the WARC files alone, the database that the crawls filled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from support.background import crawling
from support.documents import Documents, differences, documents
from support.home import KHOBAO, Home

from archive.home.layout import Layout
from khobao.maintenance.rebuild.runs import runs
from pipelines.mongodb.ledger import part_of
from pipelines.mongodb.schema import COLLECTIONS
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("rebuild"),
]

PracticeMaker = Callable[..., PracticeProcess]
FAULTS = "captcha=0.05,500=0.05,truncated=0.05,soft-404=0.05"


class Crawled:
    def __init__(self, home: Home, client: MongoClient[dict[str, Any]]) -> None:
        self.home, self.client = home, client

    @property
    def live(self) -> Database[dict[str, Any]]:
        return self.client["khobao"]

    def rebuild(self, into: str) -> dict[str, Any]:
        done = self.home.khobao("--json", "rebuild", "--into", into)
        result: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
        return result | {"returncode": done.returncode, "stderr": done.stderr}


def assert_equal(one: Database[dict[str, Any]], other: Database[dict[str, Any]]) -> None:
    for name in COLLECTIONS:
        wrong = differences(documents(one, name), documents(other, name))
        assert not wrong, f"{name}: {len(wrong)} differ, the first: {wrong[:3]}"
    assert sorted(one.list_collection_names()) == sorted(other.list_collection_names())


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home]) -> Iterator[Crawled]:
    """Crawls of every kind: faults, a limit, articles changed and deleted, 304s, videos, a page."""
    home = homes()
    with PracticeProcess("--articles", "60", "--validators", "all") as site:
        first = home.crawl(site, "sections", "--limit", "25", "--media", "none")
        assert first["counts"]["pending"], first
        site.control("POST", "/faults", {"names": FAULTS.split(","), "share": 0.05})
        for hours, options in (
            (0, ("sections", "--full")),
            (48, ("sections", "--media", "none")),
            (24, ("videos", "--media", "none")),
            (0, ("sections", "--full", "--media", "none")),
        ):
            site.control("POST", "/clock", {"advance": hours * 3600})
            result = home.crawl(site, *options)
            assert result["returncode"] in {0, 1}, result["stderr"]
        gone = next(a["url"] for a in site.truth("articles"))
        home.crawl(site, "page", gone, "https://baodaklak.vn/thoi-su/202601/khong-co-0123abc/")
    home.khobao("db", "start")
    with MongoClient[dict[str, Any]](home.uri, tz_aware=True) as client:
        yield Crawled(home, client)


def test_the_crawls_left_something_of_everything(crawled: Crawled) -> None:
    live = crawled.live
    assert live.runs.count_documents({}) == 6
    for name in COLLECTIONS:
        assert live[name].count_documents({}), name
    states = set(live.frontier.distinct("state"))
    assert {"pending", "unchanged", "gone"} & states
    assert live.captures.count_documents({"recordType": "revisit", "status": 304})
    assert live.articles.count_documents({"comments": {"$exists": True}})


def test_rebuilt_equals_live_document_by_document(crawled: Crawled) -> None:
    result = crawled.rebuild("again")
    assert 0 == result["returncode"], result["stderr"]
    assert result["runs"] == 6
    assert result["runsWithoutLedger"] == []
    assert_equal(crawled.live, crawled.client["again"])


def test_a_database_that_is_not_empty_is_refused(crawled: Crawled) -> None:
    before = documents(crawled.live, "articles")
    done = crawled.home.khobao("rebuild")
    assert 2 == done.returncode
    assert 1 == len(done.stderr.strip().splitlines()), done.stderr
    assert "not empty" in done.stderr
    assert before == documents(crawled.live, "articles")


def test_killed_in_the_middle_it_is_run_again(crawled: Crawled) -> None:
    process = subprocess.Popen(
        [str(KHOBAO), "--home", str(crawled.home.path), "rebuild", "--into", "killed"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    killed = crawled.client["killed"]
    while killed.articles.count_documents({}) == 0 and process.poll() is None:
        time.sleep(0.01)  # noqa: TID251  another process works
    process.kill()
    process.communicate()
    if process.returncode != 0:
        assert killed["rebuild"].count_documents({}) == 1
    else:  # it was faster than the look
        crawled.client.drop_database("killed")
    result = crawled.rebuild("killed")
    assert 0 == result["returncode"], result["stderr"]
    assert_equal(crawled.live, killed)


def test_after_a_rebuild_nothing_is_to_be_corrected(crawled: Crawled) -> None:
    done = crawled.home.khobao("--json", "reextract", "--dry-run")
    assert 0 == done.returncode, done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert counts["articles"] == counts["new"] == counts["versions"] == 0
    assert counts["videos"] == counts["quarantined"] == counts["released"] == 0


def without_ledger(home: Home, keep: int) -> None:
    """Cut the files so that they lie as a killed run leaves them: behind the part *keep* of each
    ledger, or before it begins, there are only exchanges.
    """
    layout = Layout(home.path)
    for run in list(runs(home.path)):
        for name, offset in run.parts[keep:]:
            _strike_out(layout, name, offset)
        if run.report is not None:
            _strike_out(layout, *run.report)


def _strike_out(layout: Layout, name: str, offset: int) -> None:
    """Take the record's line out of the journal: without it, there is no such record."""
    path = layout.journal(name)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(each for each in lines if json.loads(each)["offset"] != offset))


def test_without_a_ledger_the_records_tell_what_they_can(
    practice: PracticeMaker, home: Home
) -> None:
    site = practice("--articles", "40", "--faults", "captcha=0.05,soft-404=0.05,500=0.05")
    result = home.crawl(site, "sections", "--full", "--media", "none")
    assert result["returncode"] in {0, 1}, result["stderr"]
    without_ledger(home, keep=0)

    done = home.khobao("--json", "rebuild", "--into", "told")

    assert 0 == done.returncode, done.stderr
    assert json.loads(done.stdout)["runsWithoutLedger"] == [result["run_id"]]
    home.khobao("db", "start")
    with MongoClient[dict[str, Any]](home.uri, tz_aware=True) as client:
        live, told = client["khobao"], client["told"]
        for name in ("captures", "quarantine", "versions"):
            assert not differences(
                without(documents(live, name), {"quarantinedAt"}),
                without(documents(told, name), {"quarantinedAt"}),
            )
        of_articles = [without(documents(db, "articles"), {"lastSeen"}) for db in (live, told)]
        assert not [d for d in differences(*of_articles) if d[1] != "agreement"]
        clocks = {"firstSeen", "lastSeen", "stateAt", "reason", "listedBy"}
        announced = [without(documents(db, "frontier"), clocks) for db in (live, told)]
        assert not differences(*announced)


def without(found: Documents, names: set[str]) -> Documents:
    return {
        key: {name: value for name, value in document.items() if name not in names}
        for key, document in found.items()
    }


def test_of_a_killed_run_the_ledger_and_then_the_records(
    practice: PracticeMaker, home: Home
) -> None:
    """Kill -9 loses the last part; with parts a second old there are some before it."""
    site = practice("--articles", "600")
    with crawling(home, site, "sections", "--full", "--media", "none", some=900) as crawl:
        crawl.signal(signal.SIGKILL)
        crawl.finish()
    home.khobao("archive", "salvage")
    found = list(runs(home.path))
    assert len(found) == 1
    assert found[0].parts
    assert found[0].report is None

    done = home.khobao("--json", "rebuild", "--into", "told")

    assert 0 == done.returncode, done.stderr
    assert json.loads(done.stdout)["runsWithoutLedger"] == [found[0].id]
    with home.database() as live:
        stored = set(documents(live, "articles"))
        captures = documents(live, "captures")
        told = live.client["told"]
        assert stored
        # What the archive had acknowledged, MongoDB may not have heard of: never the other way.
        assert stored <= set(documents(told, "articles"))
        assert captures.items() <= documents(told, "captures").items() or not differences(
            captures, {k: v for k, v in documents(told, "captures").items() if k in captures}
        )
        run = told.runs.find_one({"_id": found[0].id})
        assert run is not None
        assert "finishedAt" not in run


def test_verify_accepts_ledgers_and_shows_them(crawled: Crawled) -> None:
    done = crawled.home.khobao("archive", "verify", "--json")
    assert 0 == done.returncode, done.stdout + done.stderr
    run = next(iter(runs(crawled.home.path)))
    shown = crawled.home.khobao("archive", "show", f"urn:khobao:run:{run.id}:ledger:00000")
    assert 0 == shown.returncode, shown.stderr
    assert part_of(f"urn:khobao:run:{run.id}:ledger:00000") == (run.id, 0)


def test_while_a_crawl_runs_it_is_refused(practice: PracticeMaker, home: Home) -> None:
    site = practice("--articles", "600")
    with crawling(home, site, "sections", "--full") as crawl:
        done = home.khobao("rebuild", "--into", "other")
        assert 9 == done.returncode, done.stderr
        crawl.signal(signal.SIGINT)
        crawl.finish()


def test_mongodb_away_ends_with_6(crawled: Crawled, tmp_path: Path) -> None:
    env = {
        "KHOBAO_MONGODB_URI": f"mongodb://{str(tmp_path / 'none.sock').replace('/', '%2F')}",
        "KHOBAO_MONGODB_WAIT_SECONDS": "1",
    }
    done = crawled.home.khobao("rebuild", "--into", "other", env={**os.environ, **env})
    assert 6 == done.returncode, done.stderr


def test_what_nobody_was_asked_about_stays_set_aside(home: Home) -> None:
    """Without second opinions no general extractor fills in, in a crawl or afterwards."""
    off = {"KHOBAO_CROSS_CHECK": "0"}
    with PracticeProcess("--articles", "12", "--template", "a") as site:
        site.control("POST", "/redesign", {"rename": {"content": "noi-dung"}})
        home.crawl(site, "sections", "--media", "none", env=off)
    with home.database() as live:
        assert live.quarantine.count_documents({})
        done = home.khobao("rebuild", "--into", "again")
        assert 0 == done.returncode, done.stderr
        assert_equal(live, live.client["again"])
        before = documents(live, "quarantine")
        home.khobao("reextract", env=off)
        assert before == documents(live, "quarantine")
        home.khobao("reextract")
        assert live.articles.count_documents({"template": "generic"})
