"""A crawl in which nothing moves ends by itself, and says what it waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.home import KHOBAO, Home
from support.streaming_server import StreamingServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SOON = 60
"""Seconds; without the extension none of these would ever end."""

PAGE = "/xa-hoi/202601/mot-trang-0a1b2c3/"

SPIDER = """
import asyncio, sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from crawler.extensions import interrupt, stall

interrupt._PATIENCE_SECONDS = 1

class Waiting(scrapy.Spider):
    name = "waiting"
    start_urls = [sys.argv[2]]
    custom_settings = {
        "ADDONS": {"crawler.addon.CaptureAddon": 1},
        "EXTENSIONS": {interrupt.InterruptExtension: 1, stall.StallExtension: 2},
        "DOWNLOADER_MIDDLEWARES": {"crawler.middlewares.backoff.BackoffMiddleware": 560},
        "STALL_TIMEOUT": 2, "BACKOFF_MAX_SECONDS": 300, "BACKOFF_BLOCKED_AFTER": 10,
        "ARCHIVE_SELFTEST_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
        "KHOBAO_RESOLVE": sys.argv[1],
    }

    async def parse(self, response):
        print("parsed", flush=True)
        if sys.argv[3] == "hang":
            await asyncio.Event().wait()

process = AsyncCrawlerProcess()
process.crawl(Waiting)
process.start()
"""


def run(server: StreamingServer, directory: Path, what: str) -> subprocess.CompletedProcess[str]:
    words = [server.options[1], f"http://baodaklak.vn{PAGE}", what]
    return subprocess.run(
        [sys.executable, "-c", SPIDER, *words],
        capture_output=True,
        text=True,
        cwd=directory,
        timeout=SOON,
        check=False,
    )


def page() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"


def test_what_hangs_is_named_and_the_crawl_ends(tmp_path: Path, server: StreamingServer) -> None:
    server.answers = {PAGE: page}
    done = run(server, tmp_path, "hang")
    assert "parsed" in done.stdout
    assert "nothing moved for " in done.stderr
    assert f"the crawl waited for 1 requests (http://baodaklak.vn{PAGE})" in done.stderr
    assert not list(tmp_path.glob("data/warc/*.open"))


def test_a_wait_that_the_newspaper_has_asked_for_is_no_stall(
    tmp_path: Path, server: StreamingServer
) -> None:
    answers = [b"HTTP/1.1 503 Busy\r\nRetry-After: 6\r\nContent-Length: 0\r\n\r\n"]
    server.answers = {PAGE: lambda: iter([answers.pop()]) if answers else page()}
    done = run(server, tmp_path, "go on")
    assert "parsed" in done.stdout, done.stderr
    assert "nothing moved" not in done.stderr


@pytest.mark.mongo
def test_a_mongod_that_hangs_ends_the_crawl(home: Home, server: StreamingServer) -> None:
    home.khobao("db", "start")
    pid = int(next((home.path / "mongodb").rglob("mongod.lock")).read_text())

    def stop_it() -> Iterator[bytes]:
        os.kill(pid, signal.SIGSTOP)
        yield from page()

    server.answers = {PAGE: stop_it}
    words = ["crawl", "page", "-a", f"urls=http://baodaklak.vn{PAGE}", "-s", "STALL_TIMEOUT=6"]
    env = {"KHOBAO_HOME": str(home.path), "KHOBAO_RESOLVE": server.options[1], "KHOBAO_DELAY": "0"}
    started = time.monotonic()
    try:
        done = subprocess.run(
            [KHOBAO.parent / "scrapy", *words, "-s", "MONGODB_WAIT_SECONDS=600"],
            env=os.environ | env,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    finally:
        os.kill(pid, signal.SIGCONT)
    assert done.returncode in {1, 6}, done.stderr
    assert "nothing moved for " in done.stderr
    assert time.monotonic() - started < 140
    assert not list((home.path / "warc").glob("*.open"))
