"""What an answer for robots.txt allows: a whole crawl of one page by Scrapy's own command."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SPIDER = """
import json
import scrapy
from crawler.middlewares.robots import RobotsMiddleware

class Waiting(scrapy.Spider):
    name = "waiting"
    custom_settings = {
        "ADDONS": {"crawler.addon.CaptureAddon": 1},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            RobotsMiddleware: 100,
        },
        "ROBOTSTXT_OBEY": True, "RETRY_ENABLED": False, "ARCHIVE_SELFTEST_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_TIMEOUT": 20, "LOG_LEVEL": "ERROR",
    }

    async def start(self):
        for number in range(10):
            yield scrapy.Request(f"{self.site}/kin/{number}")
        yield scrapy.Request(f"{self.site}/mo/")

    def closed(self, reason):
        stats = {k: v for k, v in self.crawler.stats.get_stats().items() if isinstance(v, int)}
        print(json.dumps(stats))
"""
RULES = b"User-agent: *\nDisallow: /kin/\n"


class _Site(BaseHTTPRequestHandler):
    status, rules, asked = 200, RULES, []  # type: ignore[var-annotated]
    leads_to = "/robots.txt"

    def do_GET(self) -> None:
        self.asked.append(self.path)
        is_robots = self.path == "/robots.txt"
        if is_robots and self.status == 0:
            self.close_connection = True
            return
        body = self.rules if is_robots else b"<html></html>"
        self.send_response(self.status if is_robots else 200)
        self.send_header("Content-Type", "text/plain")
        if is_robots and self.status == 302:
            self.send_header("Location", self.leads_to)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Not on the terminal of the tests."""


@contextmanager
def site(status: int, **more: Any) -> Iterator[tuple[int, list[str]]]:
    """Its port, and the paths that were asked for. Status 0: the connection is closed."""
    handler = type("Site", (_Site,), {"status": status, "asked": [], **more})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, handler.asked
        server.shutdown()


def crawled(folder: Path, port: int, *more: str, spider: str = SPIDER) -> dict[str, int]:
    """Statistics of a crawl that asks for eleven pages."""
    (folder / "waiting.py").write_text(spider, "utf-8")
    rules = " ".join([f"bao.example:{port}:127.0.0.1", *more])
    command = [sys.executable, "-m", "scrapy", "runspider", "waiting.py"]
    command += ["-a", f"site=http://bao.example:{port}", "-s", f"KHOBAO_RESOLVE={rules}"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    stats: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return stats


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (200, {"/mo/"}),  # every waiter is told no, not only the first
        (404, {"/mo/", *(f"/kin/{number}" for number in range(10))}),
        (403, {"/mo/", *(f"/kin/{number}" for number in range(10))}),
        (302, {"/mo/", *(f"/kin/{number}" for number in range(10))}),  # for ever
        (503, set()),
        (0, set()),
    ],
)
def test_what_an_answer_allows(status: int, allowed: set[str], tmp_path: Path) -> None:
    with site(status) as (port, asked):
        stats = crawled(tmp_path, port)
    assert set(asked) - {"/robots.txt"} == allowed
    assert stats["robotstxt/request_count"] == 1
    assert asked.count("/robots.txt") == (6 if status == 302 else 1)
    assert stats.get("khobao/without_robots", 0) == (11 if status in {0, 503} else 0)


@pytest.mark.slow
def test_robots_txt_may_lie_on_another_host(tmp_path: Path) -> None:
    with (
        site(200) as (other, asked),
        site(302, leads_to=f"http://khac.example:{other}/robots.txt") as first,
    ):
        stats = crawled(tmp_path, first[0], f"khac.example:{other}:127.0.0.1")
    assert (asked, set(first[1])) == (["/robots.txt"], {"/robots.txt", "/mo/"})
    assert stats["robotstxt/request_count"] == 1


@pytest.mark.slow
def test_what_pages_are_only_shown_with_fails_no_crawl(tmp_path: Path) -> None:
    """Ten pages of a host without a verdict, and one style sheet of a host of others."""
    spider = SPIDER.replace('/mo/")', '/mo/", meta={"khobao_resource": "css"})')
    with site(503) as (port, asked):
        stats = crawled(tmp_path, port, spider=spider)
    assert set(asked) == {"/robots.txt"}
    assert stats["khobao/without_robots"] == 10
