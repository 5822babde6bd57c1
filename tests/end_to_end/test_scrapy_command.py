"""Scrapy's own command does the same work, on a home that nothing has prepared."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.home import Home

from practice.client import PracticeProcess

ROOT = Path(__file__).parents[2]
SCRAPY = Path(sys.executable).parent / "scrapy"


@dataclasses.dataclass
class Scrapy:
    """Runs ``scrapy`` against a practice newspaper."""

    site: PracticeProcess
    home: Home
    scratch: Path
    """Its directory for temporary files."""

    def __call__(self, *arguments: Any, code: int = 0) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "KHOBAO_HOME": str(self.home.path),
            "KHOBAO_RESOLVE": " ".join(self.site.resolve),
            "KHOBAO_CA_FILE": str(self.site.ca_file),
            "KHOBAO_DELAY": "0",
            "TMPDIR": str(self.scratch),
        }
        done = subprocess.run(
            [str(each) for each in (SCRAPY, *arguments)],
            env=env,
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert code == done.returncode, done.stderr[-2000:]
        assert "Traceback" not in done.stderr, done.stderr[-2000:]
        return done

    @property
    def articles(self) -> list[dict[str, Any]]:
        return list(self.site.truth("articles"))


@pytest.fixture
def scrapy(practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path) -> Scrapy:
    return Scrapy(practice("--articles", "200"), home, tmp_path)


@pytest.mark.slow
@pytest.mark.mongo
def test_scrapy_crawl_of_a_section_ends_in_warc_and_mongodb(scrapy: Scrapy) -> None:
    wanted = {a["articleId"] for a in scrapy.articles if "thoi-su" in a["sections"]}
    scrapy("crawl", "sections", "-a", "section=thoi-su", "-a", "media=none")
    assert wanted
    with scrapy.home.database() as db:
        assert wanted == {doc["_id"] for doc in db.articles.find({}, {"_id": 1})}
        (run,) = db.runs.find()
        assert 0 == run["exitCode"]
    assert 1 == len(scrapy.home.warcs)


@pytest.mark.slow
def test_without_mongodb_a_crawl_archives_and_writes_lines(scrapy: Scrapy) -> None:
    """In the feed are articles and videos, each saying which it is, and nothing else."""
    feed = scrapy.scratch / "out.jsonl"
    pipelines = {"pipelines.validate.ValidatePipeline": 100, "pipelines.clean.CleanPipeline": 200}
    settings = ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]
    arguments = ["-a", "section=thoi-su", "-a", "media=none", "-a", "_job=26994802"]
    scrapy("crawl", "sections", *arguments, *settings, "-O", feed)

    text = feed.read_text("utf-8")
    items = [json.loads(line) for line in text.splitlines()]
    assert {"NewsArticle"} <= {item["type"] for item in items} <= {"NewsArticle", "VideoTeaser"}
    wanted = {a["articleId"] for a in scrapy.articles if "thoi-su" in a["sections"]}
    found = [item for item in items if item["type"] == "NewsArticle"]
    assert wanted == {item["articleId"] for item in found}
    assert any(found[0]["headline"] in line for line in text.splitlines())
    assert not (scrapy.home.path / "mongodb").exists()
    assert [] == list((scrapy.home.path / "warc").glob("*.open"))
    assert 0 == scrapy.home.khobao("archive", "verify", "--no-database").returncode
    (report,) = (scrapy.home.path / "reports").glob("*.json")
    counts = json.loads(report.read_bytes())["counts"]
    assert len(wanted) == counts["new"] == counts["announced"]


@pytest.mark.slow
def test_exit_codes_are_those_of_khobao(scrapy: Scrapy) -> None:
    pipelines = ["-s", "ITEM_PIPELINES={}"]
    assert "give at least one URL" in scrapy("crawl", "page", *pipelines, code=2).stderr
    unknown = scrapy("crawl", "sections", "-a", "colour=red", *pipelines, code=2)
    assert "unknown spider argument 'colour'" in unknown.stderr
    gone = "url=https://baodaklak.vn/thoi-su/202001/khong-co-0000000/"
    scrapy("crawl", "page", "-a", gone, "-a", "media=none", *pipelines, code=3)


@pytest.mark.slow
def test_who_only_looks_leaves_nothing(scrapy: Scrapy) -> None:
    article = next(a for a in scrapy.articles if a["kind"] == "news")
    url = article["url"]
    parsed = scrapy("parse", "--spider", "page", "--nocolour", url)
    assert article["headline"] in parsed.stdout
    assert "<html" in scrapy("fetch", url).stdout
    title = "response.css('title::text').get()"
    assert article["headline"] in scrapy("shell", url, "-c", title).stdout
    assert not scrapy.home.path.exists()
    assert [] == list(scrapy.scratch.glob("khobao-*"))


@pytest.mark.slow
def test_every_spider_keeps_its_contracts(scrapy: Scrapy) -> None:
    listed = scrapy("check", "-l").stdout.split("\n")
    spiders = {line for line in listed if line and not line.startswith(" ")}
    assert {"page", "sections", "survey", "videos"} == spiders
    checked = scrapy("check").stderr
    assert "OK" in checked
    assert "Ran 0" not in checked
    assert not scrapy.home.path.exists()
    assert [] == list(scrapy.scratch.glob("khobao-*"))


def test_scrapy_list_names_the_spiders() -> None:
    done = subprocess.run([SCRAPY, "list"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ["page", "sections", "survey", "videos"] == done.stdout.split()
