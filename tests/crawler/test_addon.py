"""The capture addon in projects of other people, and where settings come from."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from scrapy import Spider
from scrapy.addons import AddonManager
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from archive.home.journal import read_journal
from archive.home.layout import Layout
from crawler.addon import project_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
SPIDER = """
import scrapy

class QuotesSpider(scrapy.Spider):
    name = "quotes"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {"title": response.css("title::text").get()}
"""
PAGE = "<html><title>Trang chủ</title></html>".encode()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_page = self.path == "/"
        self.send_response(200 if is_page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE) if is_page else 0))
        self.end_headers()
        self.wfile.write(PAGE if is_page else b"")

    def log_message(self, *args: Any) -> None:
        """Not on the terminal of the tests."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def project(tmp_path: Path, port: int) -> Project:
    return Project(tmp_path, port)


class Project:
    """What ``scrapy startproject`` makes, with one line added to its settings."""

    def __init__(self, directory: Path, port: int) -> None:
        self.root = directory / "foreign"
        self.port = port
        self._env = {k: v for k, v in os.environ.items() if not k.startswith("KHOBAO_")}
        # Private addresses are refused but for a rule that names them.
        self._env["KHOBAO_RESOLVE"] = f"127.0.0.1:{port}:127.0.0.1:{port}"
        self.run(BIN / "scrapy", "startproject", "foreign", cwd=directory)
        with (self.root / "foreign" / "settings.py").open("a") as settings:
            settings.write('\nADDONS = {"crawler.addon.CaptureAddon": 1}\n')
        (self.root / "foreign" / "spiders" / "quotes.py").write_text(SPIDER)

    def run(self, *command: Any, cwd: Path | None = None, **options: Any) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd or self.root,
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            **options,
        )
        assert 0 == done.returncode, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def records(self) -> list[tuple[str, str | None]]:
        """Type and address of those that came over the wire; all files must be closed."""
        layout = Layout(self.root / "data")
        assert [] == layout.open_files()
        return [
            (entry.type, entry.target_uri)
            for _, journal in layout.journals()
            for entry in read_journal(journal)
            if entry.type in {"response", "request"}
        ]

    def verify(self) -> None:
        home = self.root / "data"
        self.run(BIN / "khobao", "--home", home, "archive", "verify", "--no-database")


@pytest.mark.slow
def test_one_line_of_settings_archives_a_foreign_crawl(project: Project) -> None:
    url = f"http://127.0.0.1:{project.port}/"
    project.run(BIN / "scrapy", "crawl", "quotes", "-a", f"url={url}", "-o", "out.jsonl")

    assert '{"title": "Trang chủ"}\n' == (project.root / "out.jsonl").read_text("utf-8")
    robots = f"{url}robots.txt"
    wanted = [(type_, where) for where in (robots, url) for type_ in ("request", "response")]
    assert sorted(wanted) == sorted(project.records())
    assert not (project.root / "data" / "mongodb").exists()
    project.verify()


@pytest.mark.slow
def test_a_shell_closes_what_it_opened(project: Project) -> None:
    url = f"http://127.0.0.1:{project.port}/"
    printed = project.run(BIN / "scrapy", "shell", url, "-c", "response.css('title::text').get()")
    assert "Trang chủ" in printed
    assert ("response", url) in project.records()
    project.verify()


def applied(settings: Settings) -> Settings:
    AddonManager.load_pre_crawler_settings(settings)
    return settings


def own(**values: Any) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(values, priority="cmdline")
    return applied(settings)


def test_settings_come_from_the_command_line_then_the_environment_then_the_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KHOBAO_DELAY", raising=False)
    assert 1.0 == own().getfloat("DOWNLOAD_DELAY")
    monkeypatch.setenv("KHOBAO_DELAY", "2.5")
    assert 2.5 == own().getfloat("DOWNLOAD_DELAY")
    assert "7" == own(DOWNLOAD_DELAY="7")["DOWNLOAD_DELAY"]


def test_what_is_derived_follows_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHOBAO_CONTACT", raising=False)
    monkeypatch.delenv("KHOBAO_OPERATOR", raising=False)
    assert "no contact given" in own()["USER_AGENT"]
    settings = own(KHOBAO_CONTACT="mailto:luutru@example.vn")
    assert "(web archive; mailto:luutru@example.vn)" in settings["USER_AGENT"]
    assert "mailto:luutru@example.vn" == settings["KHOBAO_OPERATOR"]
    assert "khác" == own(USER_AGENT="khác")["USER_AGENT"]


def test_a_project_keeps_what_it_says_itself() -> None:
    settings = Settings({"ADDONS": {"crawler.addon.CaptureAddon": 1}, "KHOBAO_HOME": "kho"})
    settings["DOWNLOAD_HANDLERS"]["ftp"] = None
    applied(settings)
    assert "kho" == settings["KHOBAO_HOME"]
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert None is handlers["ftp"]
    assert handlers["http"] == handlers["https"] == "crawler.capture.tee.TeeDownloadHandler"
    assert not settings.getbool("HTTPPROXY_ENABLED")


class Contacted(Spider):
    name = "contacted"
    custom_settings: ClassVar[dict[str, Any]] = {"KHOBAO_CONTACT": "mailto:cua-nhen@example.vn"}


def test_what_is_derived_follows_the_spider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHOBAO_OPERATOR", raising=False)
    monkeypatch.setenv("KHOBAO_CONTACT", "mailto:moi-truong@example.vn")
    addons = {"crawler.addon.CaptureAddon": 1, "crawler.addon.NewspaperAddon": 2}
    settings = get_crawler(Contacted, {"ADDONS": addons}).settings
    assert "mailto:cua-nhen@example.vn" == settings["KHOBAO_OPERATOR"]
    assert "mailto:cua-nhen@example.vn" in settings["USER_AGENT"]


def test_commands_without_a_crawl_go_by_the_environment_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KHOBAO_CROSS_CHECK", "0")
    monkeypatch.setenv("KHOBAO_MONGODB_WAIT_SECONDS", "7")
    settings = project_settings()
    assert not settings.getbool("KHOBAO_CROSS_CHECK")
    assert settings.getfloat("MONGODB_WAIT_SECONDS") == 7.0
