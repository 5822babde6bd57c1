"""Ctrl-C once: whatever the crawl waits for, it ends soon, in order, and can be resumed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.home import KHOBAO, Home
from support.streaming_server import StreamingServer, dripping
from support.warc import read_exchanges

from pipelines.mongodb.server import EmbeddedServer

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(300)]

SOON = 45
"""Seconds. An idle machine takes four; everything that is waited for here takes minutes."""

PAGE = "/xa-hoi/202601/mot-trang-0a1b2c3/"


def later() -> Iterator[bytes]:
    yield b"HTTP/1.1 503 Busy\r\nRetry-After: 250\r\nContent-Length: 1\r\n\r\nx"


def never() -> Iterator[bytes]:
    time.sleep(200)  # noqa: TID251  a server that hangs
    yield b""


def drip() -> Iterator[bytes]:
    return dripping(0.05)


@contextlib.contextmanager
def interrupted(
    home: Home, *arguments: str, when: Callable[[], bool], env: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """The result of a crawl that gets one SIGINT once *when* is true."""
    process = subprocess.Popen(
        [str(KHOBAO), "--home", str(home.path), "--json", "crawl", "page", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **env},
    )
    try:
        deadline = time.monotonic() + 60
        while not when():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "the crawl does not get going"
            time.sleep(0.05)  # noqa: TID251  another process works
        time.sleep(0.5)  # noqa: TID251  until it waits
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        stdout, stderr = process.communicate(timeout=150)
        took = time.monotonic() - started
        yield json.loads(stdout) | {
            "returncode": process.returncode,
            "stderr": stderr,
            "seconds": took,
        }
    finally:
        process.kill()
        process.wait()


# name → (what is asked for, the answer, WARC-Truncated of its record)
WAITS: dict[str, tuple[str, Callable[[], Iterator[bytes]], str | None]] = {
    "retry-after": (PAGE, later, None),
    "silence": (PAGE, never, None),
    "drip": (PAGE, drip, "unspecified"),
    "robots.txt": ("/robots.txt", never, None),
}


@pytest.mark.parametrize("name", WAITS)
def test_whatever_the_server_does(
    home: Home,
    server: StreamingServer,
    database: EmbeddedServer,
    name: str,
) -> None:
    path, answer, truncated = WAITS[name]
    server.asked.clear()
    server.answers = {path: answer}
    with interrupted(
        home,
        *(f"http://baodaklak.vn{PAGE}", "--delay", "0", *server.options),
        when=lambda: path in server.asked,
        env={"KHOBAO_MONGODB_URI": database.uri},
    ) as result:
        assert_ended_in_order(home, result)
    assert server.asked.count(path) == 1
    found = [each for each in read_exchanges(home.warcs) if each.target_uri.endswith(path)]
    assert [each.truncated for each in found] == [truncated]


def assert_ended_in_order(home: Home, result: dict[str, Any]) -> None:
    assert result["returncode"] == 130, result["stderr"]
    assert result["seconds"] < SOON
    assert "Traceback" not in result["stderr"]
    assert f"--resume {result['run_id']}" in result["resume_hint"]
    assert result["counts"]["pending"] == 1, "neither failed nor settled otherwise"
    assert not list((home.path / "warc").glob("*.open"))


def test_a_handshake_that_never_ends(home: Home, database: EmbeddedServer) -> None:
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: accepted.append(listener.accept()[0]), daemon=True).start()
        rule = f"baodaklak.vn:443:127.0.0.1:{listener.getsockname()[1]}"
        with interrupted(
            home,
            *(f"https://baodaklak.vn{PAGE}", "--delay", "0", "--resolve", rule),
            when=lambda: bool(accepted),
            env={"KHOBAO_MONGODB_URI": database.uri},
        ) as result:
            assert_ended_in_order(home, result)
        accepted[0].close()


def test_requests_that_wait_for_their_turn(
    home: Home, server: StreamingServer, database: EmbeddedServer
) -> None:
    server.asked.clear()
    server.answers = {}
    urls = [f"http://baodaklak.vn{PAGE[:-3]}{number:02}/" for number in range(20)]
    with interrupted(
        home,
        *(*urls, "--delay", "30", *server.options),
        when=lambda: "/robots.txt" in server.asked,
        env={"KHOBAO_MONGODB_URI": database.uri},
    ) as result:
        assert result["returncode"] == 130, result["stderr"]
        assert result["seconds"] < SOON
        assert result["counts"]["pending"] >= 18
    assert len(server.asked) <= 3


def test_a_mongodb_that_is_away(home: Home, server: StreamingServer) -> None:
    server.asked.clear()
    server.answers = {PAGE: drip}
    home.khobao("db", "start")
    pid = int(next((home.path / "mongodb").rglob("mongod.lock")).read_text())
    try:
        with interrupted(
            home,
            *(f"http://baodaklak.vn{PAGE}", "--delay", "0", *server.options),
            when=lambda: PAGE in server.asked and not os.kill(pid, signal.SIGSTOP),
            env={},
        ) as result:
            assert result["returncode"] in {6, 130}, result["stderr"]
            assert result["seconds"] < SOON
    finally:
        os.kill(pid, signal.SIGCONT)
    assert not list((home.path / "warc").glob("*.open"))


HANGING = """
import asyncio, sys
import scrapy
from crawler.extensions import interrupt
interrupt._PATIENCE_SECONDS = 1

class Hanging(scrapy.Spider):
    name = "hanging"
    start_urls = [sys.argv[-1]]
    custom_settings = {
        "ADDONS": {"crawler.addon.CaptureAddon": 1},
        "EXTENSIONS": {interrupt.InterruptExtension: 1},
        "ARCHIVE_SELFTEST_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
        "KHOBAO_RESOLVE": sys.argv[1],
    }

    async def parse(self, response):
        print("hangs", flush=True)
        await asyncio.Event().wait()

from scrapy.crawler import AsyncCrawlerProcess
process = AsyncCrawlerProcess()
process.crawl(Hanging)
process.start()
"""


def test_what_hangs_for_ever_is_named_and_left(tmp_path: Path, server: StreamingServer) -> None:
    server.answers = {PAGE: lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"])}
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING, server.options[1], f"http://baodaklak.vn{PAGE}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "hangs\n"
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=SOON)
    finally:
        process.kill()
    assert f"still waits for 1 requests (http://baodaklak.vn{PAGE})" in stderr
