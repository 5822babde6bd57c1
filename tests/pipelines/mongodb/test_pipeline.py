"""Whole crawls through all stages, each in a process of its own, as Scrapy runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.mongodb.migrations import LEDGER
from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

pytestmark = pytest.mark.mongo

# The spider needs no network: what start() yields goes into the pipelines like anything else.
SCRIPT = """
import asyncio, json, sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from crawler.frontier import *
from crawler.items import *
from crawler.session.crawl_session import CrawlSession

uri, database, run_id, script, wait = sys.argv[1:]
URL = "https://baodaklak.vn/thoi-su/202603/tin-%d-000000%d/"

def provenance(n):
    return Provenance(
        warcRecordId=f"<urn:uuid:{run_id}-{n}>", warcFilename="a.warc.gz", warcOffset=n,
        capturedAt="2026-03-02T08:00:00.000001+00:00", pageClass="crawler.pages.A", runId=run_id,
    )

def article(n, **fields):
    values = dict(
        articleId=f"{n:032x}", url=URL % (n, n), canonicalUrl=URL % (n, n), headline=f"Tin  số {n}",
        articleBody=f"Trời hôm nay đẹp, bà con ra rẫy từ sớm, đó là tin số {n}. " * 3,
        datePublished="2026-03-02T14:05:00+07:00", provenance=provenance(n),
    )
    return NewsArticle(**values | fields)

def announcement(n):
    return FrontierUrl(url=URL % (n, n), section="thoi-su", listedBy="https://baodaklak.vn/")

class Items(scrapy.Spider):
    name = "items"

    async def start(self):
        recorder = CrawlSession.of(self.crawler).recorder
        for n in range(1, 7):
            await recorder.add_url(announcement(n))
        yield article(1)
        yield article(2, headline="\\u00a0")
        yield article(3, articleBody="x" * 17_000_000)
        yield article(4, url=URL % (9, 9), canonicalUrl=URL % (9, 9))
        yield article(4)
        await recorder.set_state(UrlState(url=URL % (5, 5), state="failed", reason="timeout"))
        yield VideoTeaser(url=URL % (1, 1), source="body", videoId="v", provenance=provenance(1))
        comment = Comment(commentId="1", text="Hay  quá")
        await asyncio.sleep(0.2)
        await recorder.add_comments(CommentThread(
            articleId=f"{1:032x}", url=URL % (1, 1), comments=[comment], provenance=provenance(1)
        ))
        await recorder.quarantine(QuarantinedPage(
            url=URL % (6, 6), reason="trống", error="EmptyPageError", provenance=provenance(6)
        ))

class Long(scrapy.Spider):
    name = "long"

    async def start(self):
        for n in range(1, 21):
            yield article(n)
        await asyncio.sleep(0.5)
        print("started", flush=True)
        while True:
            n += 1
            if n < 100:
                yield article(n)
            await asyncio.sleep(0.01)

process = AsyncCrawlerProcess({
    "ITEM_PIPELINES": {
        "pipelines.validate.ValidatePipeline": 100, "pipelines.clean.CleanPipeline": 200,
        "pipelines.mongodb.pipeline.MongoDBPipeline": 900,
    },
    "MONGODB_URI": uri, "MONGODB_DATABASE": database, "KHOBAO_RUN_ID": run_id,
    "MONGODB_WAIT_SECONDS": float(wait), "LOG_LEVEL": "ERROR", "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
})
crawler = process.create_crawler({"items": Items, "long": Long}[script])
process.crawl(crawler)
process.start()
print(json.dumps(crawler.stats.get_stats(), default=str))
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-X", "dev", "-c", SCRIPT, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def finish(process: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        _, err = process.communicate()
        pytest.fail(f"still running after two minutes: {err}")
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1]), err


def items_of(stats: dict[str, Any]) -> dict[str, int]:
    return {k: v for k, v in stats.items() if k.startswith(("items/", "validate/", "mongodb/rej"))}


@pytest.mark.slow
def test_everything_lands_where_it_belongs(
    mongo_uri: str, database: Database[dict[str, Any]]
) -> None:
    stats, err = finish(start(mongo_uri, database.name, "run-1", "items", "30"))

    assert items_of(stats) == {
        "items/frontier/stored": 6,
        "items/articles/new": 2,
        "items/articles/duplicate": 1,
        "items/videos/new": 1,
        "items/comments/stored": 1,
        "items/url_states/failed": 1,
        "items/quarantine/stored": 3,
        "validate/dropped/no_headline": 1,
        "mongodb/rejected": 1,
    }
    assert stats["finish_reason"] == "finished"
    assert stats["dedupe/reprints"] == 0
    assert "Traceback" not in err
    assert "ResourceWarning" not in err
    states = {a["_id"].split("-")[-2]: a["state"] for a in database["frontier"].find()}
    assert states == {
        "1": "new",
        "2": "quarantined",
        "3": "quarantined",
        "4": "duplicate",
        "9": "new",
        "5": "failed",
        "6": "quarantined",
    }
    [article] = database["articles"].find({"comments": {"$exists": True}})
    assert article["headline"] == "Tin số 1"
    assert article["comments"][0]["text"] == "Hay quá"
    assert database["quarantine"].distinct("provenance.warcRecordId") == [
        "<urn:uuid:run-1-2>",
        "<urn:uuid:run-1-3>",
        "<urn:uuid:run-1-6>",
    ]

    # A second run changes nothing but lastSeen (here the captures even have the same time).
    before = list(database["articles"].find().sort("_id"))
    stats, _ = finish(start(mongo_uri, database.name, "run-2", "items", "30"))
    assert stats["items/articles/unchanged"] == 2
    assert stats["items/articles/duplicate"] == 1
    assert list(database["articles"].find().sort("_id")) == before


@pytest.mark.slow
def test_a_mongodb_that_is_not_there_closes_the_crawl_before_it_begins(tmp_path: Path) -> None:
    nobody = f"mongodb://{str(tmp_path / 'nobody.sock').replace('/', '%2F')}"
    stats, err = finish(start(nobody, "khobao", "run-1", "items", "0.1"))
    assert stats["finish_reason"] == "mongodb_unreachable"
    assert "khobao db start" in stats["mongodb/error"]
    assert "Traceback" not in err


def test_a_newer_database_closes_the_crawl_before_it_begins(
    mongo_uri: str, database: Database[dict[str, Any]]
) -> None:
    database[LEDGER].insert_one({"_id": "9999_from_the_future"})
    stats, err = finish(start(mongo_uri, database.name, "run-1", "items", "10"))
    assert stats["finish_reason"] == "mongodb_too_new"
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_mongodb_that_goes_away_for_good_closes_the_crawl(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "h")
    process = start(server.start(), "khobao", "run-1", "long", "1")
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
    finally:
        server.stop()
    stats, err = finish(process)
    assert stats["finish_reason"] == "mongodb_unreachable"
    assert stats["items/articles/new"] >= 1
    assert err.count("gave up after") == 1, "one line, not one per article"
    assert "Traceback" not in err
