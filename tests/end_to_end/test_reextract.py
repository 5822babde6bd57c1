"""``khobao reextract``: what an older parser left in MongoDB is mended from the archive alone."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database
from support.background import crawling
from support.home import KHOBAO, Home

from pipelines.mongodb.schema import COLLECTIONS
from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("reextract"),
]

Snapshot = dict[str, dict[Any, dict[str, Any]]]


class Crawled:
    """A home after a crawl, one that found articles changed, and one of which much is the same."""

    def __init__(self, home: Home, db: Database[dict[str, Any]]) -> None:
        self.home, self.db = home, db
        self.truth = snapshot(db)

    def reextract(self, *options: str, **env: str) -> dict[str, Any]:
        done = self.home.khobao("--json", "reextract", *options, env=env)
        result: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
        return result | {"returncode": done.returncode, "stderr": done.stderr}


def snapshot(db: Database[dict[str, Any]]) -> Snapshot:
    return {name: {doc["_id"]: doc for doc in db[name].find()} for name in COLLECTIONS}


def warc_bytes(home: Home) -> dict[str, tuple[int, str]]:
    """Of every file beside the archive's records: when it was written, and what is in it."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for directory in ("warc", "index", "fixity")
        for path in sorted((home.path / directory).iterdir())
        if path.is_file()
    }


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home]) -> Iterator[Crawled]:
    home = homes()
    with PracticeProcess("--articles", "60", "--validators", "all") as site:
        for hours in (0, 24 * 3, 0):
            site.control("POST", "/clock", {"advance": hours * 3600})
            result = home.crawl(site, "sections", "--full", "--media", "none")
            assert 0 == result["returncode"], result["stderr"]
    with home.database() as db:
        yield Crawled(home, db)


@pytest.fixture(autouse=True)
def mended(crawled: Crawled) -> Iterator[None]:
    """Every test begins with, and leaves, what the crawls stored; none touches the archive."""
    before = warc_bytes(crawled.home)
    yield
    assert before == warc_bytes(crawled.home)
    for name, documents in crawled.truth.items():
        crawled.db[name].delete_many({})
        if documents:
            crawled.db[name].insert_many(documents.values())


def test_what_is_right_stays_as_it_is(crawled: Crawled) -> None:
    assert crawled.truth["versions"], "no article changed between the crawls"
    assert any(each["recordType"] == "revisit" for each in crawled.truth["captures"].values())
    result = crawled.reextract()
    assert 0 == result["returncode"], result["stderr"]
    assert result["fields"] == {}
    assert result["written"] == 0
    assert result["counts"]["compared"] >= len(crawled.truth["articles"])
    assert snapshot(crawled.db) == crawled.truth


def spoil(crawled: Crawled, count: int = 40) -> list[str]:
    """As an older parser would have left them: no lead, half a headline, a tag too many."""
    spoilt = sorted(crawled.truth["articles"])[:count]
    for article_id in spoilt:
        older = crawled.truth["articles"][article_id]
        change = {
            "headline": older["headline"][: len(older["headline"]) // 2],
            "keywords": [*older.get("keywords", ()), "thẻ sai"],
            "contentHash": "0" * 32,
            "provenance.pageClass": "crawler.pages.older.OlderPage",
            "wordsOfOldParser": "x",
        }
        update = {"$set": change, "$unset": {"description": "", "headlineFolded": ""}}
        crawled.db.articles.update_one({"_id": article_id}, update)
    return spoilt


def test_a_dry_run_shows_all_and_writes_nothing(crawled: Crawled) -> None:
    spoilt = spoil(crawled)
    before = snapshot(crawled.db)
    result = crawled.reextract("--dry-run")
    assert 0 == result["returncode"], result["stderr"]
    assert snapshot(crawled.db) == before
    assert result["written"] == 0
    assert result["counts"]["articles"] == len(spoilt)
    assert result["fields"]["headline"]["documents"] == len(spoilt)
    assert result["fields"]["provenance.pageClass"]["documents"] == len(spoilt)
    example = result["fields"]["headline"]["examples"][0]
    article = crawled.truth["articles"][example["document"].removeprefix("articles/")]
    assert example["newer"] == article["headline"] != example["older"]


def test_fields_are_mended_and_no_version_is_made(crawled: Crawled) -> None:
    spoil(crawled)
    result = crawled.reextract()
    assert 0 == result["returncode"], result["stderr"]
    assert snapshot(crawled.db) == crawled.truth
    assert crawled.reextract()["written"] == 0


def test_the_table_says_what_becomes_of_every_field(crawled: Crawled) -> None:
    spoilt = spoil(crawled, 3)
    done = crawled.home.khobao("reextract")
    assert 0 == done.returncode, done.stderr
    lines = done.stdout.splitlines()
    row = next(line for line in lines if line.startswith("headline "))
    article = crawled.truth["articles"][spoilt[0]]
    assert f"articles/{spoilt[0]}" in row
    assert f"→ {article['headline']}" in row
    assert row.split()[1] == "3"
    assert "thẻ sai" in done.stdout
    assert "3 articles corrected" in done.stdout
    assert lines[-1].endswith("changes written")


def test_older_versions_and_videos_are_mended_too(crawled: Crawled) -> None:
    version = next(iter(crawled.truth["versions"].values()))
    for side in ("older", "newer"):
        change = {f"{side}.headline": "sai", f"{side}.contentHash": "0" * 32, "changed": []}
        crawled.db.versions.update_one({"_id": version["_id"]}, {"$set": change})
    video = next(each for each in crawled.truth["videos"].values() if each["source"] != "teaser")
    wrong = {"headline": "sai", "contentUrl": "https://baodaklak.vn/sai.mp4"}
    crawled.db.videos.update_one({"_id": video["_id"]}, {"$set": wrong})

    result = crawled.reextract()

    assert 0 == result["returncode"], result["stderr"]
    assert result["counts"]["versions"] == 1
    assert result["fields"]["videos.headline"]["documents"] == 1
    assert snapshot(crawled.db) == crawled.truth


def test_articles_that_mongodb_lost_come_back(crawled: Crawled) -> None:
    lost = sorted(crawled.truth["articles"])[::3]
    crawled.db.articles.delete_many({"_id": {"$in": lost}})
    crawled.db.versions.delete_many({"articleId": {"$in": lost}})

    result = crawled.reextract()

    assert 0 == result["returncode"], result["stderr"]
    assert result["counts"]["new"] == len(lost)
    again = snapshot(crawled.db)
    bookkeeping = {"lastSeen", "comments", "commentsHash", "commentsProvenance"}
    for name in ("articles", "versions"):
        assert without(again[name], bookkeeping) == without(crawled.truth[name], bookkeeping)


def without(documents: dict[Any, dict[str, Any]], names: set[str]) -> dict[Any, Any]:
    return {
        key: {name: value for name, value in document.items() if name not in names}
        for key, document in documents.items()
    }


def test_a_page_that_can_be_read_now_leaves_the_quarantine(crawled: Crawled) -> None:
    article = next(a for a in crawled.truth["articles"].values() if a["version"] == 1)
    where = article["provenance"]
    page = {
        "_id": where["warcRecordId"],
        "url": article["canonicalUrl"],
        "reason": "marks of no known template",
        "error": "NotAnArticleError",
        "provenance": where | {"pageClass": "NotAnArticleError"},
        "quarantinedAt": article["firstSeen"],
        "runId": where["runId"],
    }
    crawled.db.quarantine.insert_one(page)
    crawled.db.articles.delete_one({"_id": article["_id"]})
    state = {"state": "quarantined", "reason": page["reason"]}
    crawled.db.frontier.update_one({"_id": article["canonicalUrl"]}, {"$set": state})

    result = crawled.reextract("--url", article["canonicalUrl"])

    assert 0 == result["returncode"], result["stderr"]
    assert result["counts"]["released"] == 1
    assert not crawled.db.quarantine.find_one({"_id": page["_id"]})
    again = crawled.db.articles.find_one({"_id": article["_id"]})
    assert again is not None
    assert again["headline"] == article["headline"]
    announced = crawled.db.frontier.find_one({"_id": article["canonicalUrl"]})
    assert announced is not None
    # As the last run's capture would have been booked.
    assert announced["state"] == crawled.truth["frontier"][article["canonicalUrl"]]["state"]
    assert "reason" not in announced


def test_url_and_since_choose(crawled: Crawled) -> None:
    spoilt = spoil(crawled, 10)
    url = crawled.truth["articles"][spoilt[0]]["canonicalUrl"]
    result = crawled.reextract("--dry-run", "--url", url)
    assert result["counts"]["articles"] == 1
    assert result["counts"]["records"] == 3
    assert crawled.reextract("--dry-run", "--since", "2001-01-01")["counts"]["articles"] == 10
    none = crawled.reextract("--dry-run", "--since", "2099-01-01")
    assert none["counts"]["records"] == none["counts"]["articles"] == 0
    assert 2 == crawled.reextract("--since", "gestern")["returncode"]


def test_a_damaged_record_is_told_and_the_rest_is_mended(crawled: Crawled) -> None:
    spoilt = spoil(crawled, 10)
    where = crawled.truth["articles"][spoilt[0]]["provenance"]
    path = crawled.home.path / "warc" / where["warcFilename"]
    sound, times = path.read_bytes(), path.stat()
    damaged = bytearray(sound)
    damaged[where["warcOffset"] + 40 : where["warcOffset"] + 80] = bytes(40)
    try:
        path.write_bytes(damaged)
        result = crawled.reextract()
    finally:
        path.write_bytes(sound)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert 1 == result["returncode"], result["stderr"]
    assert result["counts"]["unreadable"] >= 1
    assert where["warcFilename"] in result["errors"][0]["reason"]
    assert result["counts"]["articles"] == 9


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_cut_off_while_writing_the_next_run_ends_it(
    crawled: Crawled, number: signal.Signals
) -> None:
    spoilt = len(spoil(crawled, 150))
    process = start(crawled)
    wait_for_first_repair(crawled, process, spoilt)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGKILL, 0}
    result = crawled.reextract()
    assert 0 == result["returncode"], result["stderr"]
    assert snapshot(crawled.db) == crawled.truth


def start(crawled: Crawled) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(KHOBAO), "--home", str(crawled.home.path), "reextract"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for_first_repair(crawled: Crawled, process: subprocess.Popen[bytes], spoilt: int) -> None:
    """Or for the end: the machine may be faster than this look."""
    while crawled.db.articles.count_documents({"wordsOfOldParser": "x"}) == spoilt:
        if process.poll() is not None:
            return
        time.sleep(0.005)  # noqa: TID251  another process works


def test_ctrl_c_while_reading_ends_with_130(crawled: Crawled) -> None:
    spoil(crawled, 150)
    before = snapshot(crawled.db)
    process = start(crawled)
    wait_for_lock(crawled, process)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert 130 == process.returncode, stderr
    assert b"Traceback" not in stderr
    assert snapshot(crawled.db) == before
    assert not list((crawled.home.path / "state").glob("tmp*"))


def wait_for_lock(crawled: Crawled, process: subprocess.Popen[bytes]) -> None:
    lock = crawled.home.path / "state" / "archive.lock"
    while not lock.read_bytes() and process.poll() is None:
        time.sleep(0.005)  # noqa: TID251  another process works


def test_mongodb_away_ends_with_6_and_one_line(crawled: Crawled, tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "elsewhere")
    server.start()
    uri = server.uri
    server.stop()
    env = {"KHOBAO_MONGODB_URI": uri, "KHOBAO_MONGODB_WAIT_SECONDS": "1"}
    result = crawled.reextract(**env)
    assert 6 == result["returncode"]
    *waiting, last = result["stderr"].strip().splitlines()
    assert all("is away; waiting" in line for line in waiting)
    assert last.startswith("khobao: MongoDB at ")


def test_while_a_crawl_runs_it_is_refused(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "600")
    with crawling(home, site, "sections", "--full") as crawl:
        done = home.khobao("reextract")
        assert 9 == done.returncode, done.stderr
        assert 1 == len(done.stderr.strip().splitlines())
        crawl.signal(signal.SIGINT)
        crawl.finish()
