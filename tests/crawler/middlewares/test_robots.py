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

    def do_GET(self) -> None:
        self.asked.append(self.path)
        is_robots = self.path == "/robots.txt"
        if is_robots and self.status == 0:
            self.close_connection = True
            return
        body = self.rules if is_robots else b"<html></html>"
        self.send_response(self.status if is_robots else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Not on the terminal of the tests."""


@contextmanager
def site(status: int) -> Iterator[tuple[int, list[str]]]:
    """Its port, and the paths that were asked for. Status 0: the connection is closed."""
    handler = type("Site", (_Site,), {"status": status, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, handler.asked
        server.shutdown()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (200, {"/mo/"}),  # every waiter is told no, not only the first
        (404, {"/mo/", *(f"/kin/{number}" for number in range(10))}),
        (403, {"/mo/", *(f"/kin/{number}" for number in range(10))}),
        (503, set()),
        (0, set()),
    ],
)
def test_what_an_answer_allows(status: int, allowed: set[str], tmp_path: Path) -> None:
    (tmp_path / "waiting.py").write_text(SPIDER, "utf-8")
    with site(status) as (port, asked):
        command = [sys.executable, "-m", "scrapy", "runspider", "waiting.py"]
        command += ["-a", f"site=http://bao.example:{port}"]
        command += ["-s", f"KHOBAO_RESOLVE=bao.example:{port}:127.0.0.1"]
        done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, check=True)
    stats = json.loads(done.stdout.splitlines()[-1])
    assert set(asked) - {"/robots.txt"} == allowed
    assert stats["robotstxt/request_count"] == 1
    assert stats.get("robotstxt/unanswered", 0) == (11 if status in {0, 503} else 0)
