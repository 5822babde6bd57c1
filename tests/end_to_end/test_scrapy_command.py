"""Scrapy's own command does the same work, on a home that nothing has prepared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import Home

from practice.client import PracticeProcess

ROOT = Path(__file__).parents[2]
SCRAPY = Path(sys.executable).parent / "scrapy"


@pytest.mark.slow
@pytest.mark.mongo
def test_scrapy_crawl_of_a_section_ends_in_warc_and_mongodb(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "200")
    wanted = {a["articleId"] for a in site.truth("articles") if "thoi-su" in a["sections"]}
    env = {
        **os.environ,
        "KHOBAO_HOME": str(home.path),
        "KHOBAO_RESOLVE": " ".join(site.resolve),
        "KHOBAO_CA_FILE": str(site.ca_file),
        "KHOBAO_DELAY": "0",
    }
    arguments = ["-a", "section=thoi-su", "-a", "media=none"]
    done = subprocess.run(
        [SCRAPY, "crawl", "sections", *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr[-2000:]
    assert wanted
    with home.database() as db:
        assert wanted == {doc["_id"] for doc in db.articles.find({}, {"_id": 1})}
        (run,) = db.runs.find()
        assert 0 == run["exitCode"]
    assert 1 == len(home.warcs)


def test_scrapy_list_names_the_spiders() -> None:
    done = subprocess.run([SCRAPY, "list"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ["page", "sections", "survey", "videos"] == done.stdout.split()
