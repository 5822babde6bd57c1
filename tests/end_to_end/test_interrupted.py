"""What a run does when it is stopped, starved, or not alone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.background import crawling
from support.home import Home
from support.warc import read_exchanges

from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

ARTICLES = "900"


@pytest.fixture
def site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    return practice("--articles", ARTICLES)


def test_ctrl_c_stops_cleanly_and_resume_gets_the_rest(site: PracticeProcess, home: Home) -> None:
    with crawling(home, site, "sections", "--full") as crawl:
        crawl.signal(signal.SIGINT)
        stopped = crawl.finish()

    assert 130 == stopped["returncode"], stopped["stderr"]
    assert f"--resume {stopped['run_id']}" in stopped["resume_hint"]
    assert not list((home.path / "warc").glob("*.open"))
    counts = stopped["counts"]
    assert counts["new"] < int(ARTICLES)

    rest = home.crawl(site, "sections", "--full", "--resume", stopped["run_id"])

    assert 0 == rest["returncode"], rest["stderr"]
    assert int(ARTICLES) == counts["new"] + rest["counts"]["new"]
    with home.database() as db:
        assert int(ARTICLES) == db.articles.count_documents({})


def test_ctrl_c_twice_stops_now_and_can_be_resumed(site: PracticeProcess, home: Home) -> None:
    with crawling(home, site, "sections", "--full", some=300) as crawl:
        crawl.signal(signal.SIGINT)
        time.sleep(0.2)  # noqa: TID251  as fast as a person types
        crawl.signal(signal.SIGINT)
        started = time.monotonic()
        stopped = crawl.finish()
        assert time.monotonic() - started < 10
    assert 130 == stopped["returncode"], stopped["stderr"]
    assert not list((home.path / "warc").glob("*.open"))
    assert "Traceback" not in stopped["stderr"]

    rest = home.crawl(site, "sections", "--full", "--resume", stopped["run_id"])

    assert 0 == rest["returncode"], rest["stderr"]
    with home.database() as db:
        assert int(ARTICLES) == db.articles.count_documents({})


def test_a_second_crawl_on_the_same_home_is_refused(site: PracticeProcess, home: Home) -> None:
    with crawling(home, site, "sections", "--full") as first:
        second = home.crawl_fails(site, "sections")
        assert 9 == second.returncode
        assert 1 == len(second.stderr.strip().splitlines()), second.stderr
        assert 0 == first.finish()["returncode"]


def test_kill_9_loses_nothing_that_mongodb_knows_of(site: PracticeProcess, home: Home) -> None:
    with crawling(home, site, "sections", "--full", some=400) as crawl:
        crawl.signal(signal.SIGKILL)
        crawl.finish()
    with home.database() as db:
        stored = list(db.articles.find({}, {"provenance": 1}))
        assert stored

        again = home.crawl(site, "sections", "--full")

        assert 0 == again["returncode"], again["stderr"]
        assert int(ARTICLES) == db.articles.count_documents({})
    records = {exchange.record_id for exchange in read_exchanges(home.warcs)}
    assert {doc["provenance"]["warcRecordId"] for doc in stored} <= records


@pytest.fixture
def other_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "elsewhere")
    server.start()
    yield server
    server.stop()


def test_the_crawl_waits_while_mongodb_is_away(
    site: PracticeProcess, home: Home, other_server: EmbeddedServer
) -> None:
    env = {"KHOBAO_MONGODB_URI": other_server.uri}
    with crawling(home, site, "sections", "--full", env=env) as crawl:
        other_server.stop()
        time.sleep(8)  # noqa: TID251  the outage itself
        other_server.start()
        result = crawl.finish()
    assert 0 == result["returncode"], result["stderr"]
    assert int(ARTICLES) == result["counts"]["new"]


def test_mongodb_away_for_good_ends_with_6_and_an_intact_archive(
    site: PracticeProcess, home: Home, other_server: EmbeddedServer
) -> None:
    env = {"KHOBAO_MONGODB_URI": other_server.uri, "KHOBAO_MONGODB_WAIT_SECONDS": "3"}
    with crawling(home, site, "sections", "--full", env=env) as crawl:
        other_server.stop()
        result = crawl.finish()
    assert 6 == result["returncode"], result["stderr"]
    assert not list((home.path / "warc").glob("*.open"))
    assert len(read_exchanges(home.warcs)) > 60
    other_server.start()
    later = home.crawl(site, "sections", env=env)
    assert 0 == later["returncode"], later["stderr"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_ends_with_8_at_a_record_boundary(
    site: PracticeProcess, tmp_path: Path, other_server: EmbeddedServer
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        home = Home(small / "home")
        env = {"KHOBAO_MONGODB_URI": other_server.uri, "KHOBAO_MIN_FREE_BYTES": "0"}
        result = home.crawl(site, "sections", "--full", env=env)
        assert 8 == result["returncode"], result["stderr"]
        kept = read_exchanges(home.warcs + sorted((home.path / "warc").glob("*.open")))
        assert kept
        assert all(exchange.request for exchange in kept)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_robots_txt_is_obeyed_by_sixteen_at_once(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    """Scrapy 2.19 alone lets all but the first two through."""
    site = practice("--articles", "20")
    urls = [
        f"https://baodaklak.vn/cam-lay/202601/bai-{number}-abcde{number:02x}/"
        for number in range(16)
    ]

    result = home.crawl(site, "page", *urls)

    assert 16 == result["counts"]["robots"]
    targets = [entry["target"] for entry, _, _ in site.exchanges()]
    assert ["/robots.txt"] == targets
