"""Pipelines take and return the item itself, and do without MongoDB."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from crawler.frontier import *
from crawler.items import *
from crawler.session.crawl_session import CrawlSession

URL = "https://baodaklak.vn/thoi-su/202603/tin-000000%d/"
PROVENANCE = Provenance(
    warcRecordId="<urn:uuid:1>", warcFilename="a.warc.gz", warcOffset=0,
    capturedAt="2026-03-02T08:00:00.000001+00:00", pageClass="crawler.pages.A", runId="run-1",
)

class Between:
    # Stands where a component of somebody else would stand.
    def process_item(self, item):
        print(type(item).__name__, flush=True)
        if isinstance(item, NewsArticle):
            item.keywords = ["thêm ở 500"]
        return item

class Items(scrapy.Spider):
    name = "items"

    async def start(self):
        recorder = CrawlSession.of(self.crawler).recorder
        for n in (1, 2, 3):
            await recorder.add_url(FrontierUrl(url=URL % n, section="", listedBy="đây"))
        for n, headline in ((1, "Nắng  mới"), (2, None)):
            yield NewsArticle(
                url=URL % n, canonicalUrl=URL % n, headline=headline, articleBody="Trời đẹp.",
                datePublished="2026-03-02T14:05:00+07:00", provenance=PROVENANCE,
            )
        yield VideoTeaser(url=URL % 4, source="teaser", provenance=PROVENANCE)
        await recorder.set_state(UrlState(url=URL % 3, state="gone", reason="404"))

home, feed = sys.argv[1:]
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.setdict({
    "KHOBAO_HOME": home, "LOG_LEVEL": "ERROR", "FEEDS": {feed: {"format": "jsonl"}},
    "ITEM_PIPELINES": {
        "pipelines.validate.ValidatePipeline": 100, "pipelines.clean.CleanPipeline": 200,
        Between: 500, "pipelines.mongodb.pipeline.MongoDBPipeline": None,
    },
}, priority="cmdline")
process = AsyncCrawlerProcess(settings)
process.crawl(Items)
process.start()
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The home, the feed and what was printed."""
    home = tmp_path_factory.mktemp("không mongod")
    feed = home / "out.jsonl"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", SCRIPT, home, feed],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    return home, feed, done.stdout


def test_a_component_at_500_sees_the_items_and_nothing_else(
    crawled: tuple[Path, Path, str],
) -> None:
    assert ["NewsArticle", "VideoTeaser"] == sorted(crawled[2].split())


def test_the_feed_names_types_and_writes_vietnamese(crawled: tuple[Path, Path, str]) -> None:
    text = crawled[1].read_text("utf-8")
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    article, video = sorted(lines, key=lambda line: str(line["type"]))
    assert ("NewsArticle", "Nắng mới") == (article["type"], article["headline"])
    assert ["thêm ở 500"] == article["keywords"]
    assert "VideoTeaser" == video["type"]
    assert "Nắng mới" in text


def test_without_mongodb_the_run_knows_what_became_of_its_addresses(
    crawled: tuple[Path, Path, str],
) -> None:
    home = crawled[0]
    assert not (home / "mongodb").exists()
    (path,) = (home / "reports").glob("*.json")
    report = json.loads(path.read_bytes())
    counts = {name: n for name, n in report["counts"].items() if n}
    assert {"announced": 3, "new": 1, "quarantined": 1, "gone": 1, "fetched": 2} == counts
    assert "1 addresses failed; khobao report lists them" == report["reason"]
