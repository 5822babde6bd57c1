"""A khobao command that runs while the test does something to it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from practice.client import PracticeProcess
from support.home import KHOBAO, Home, address_options


class Background:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def finish(self, timeout: float = 120) -> dict[str, Any]:
        stdout, stderr = self.process.communicate(timeout=timeout)
        result: dict[str, Any] = json.loads(stdout) if stdout.strip() else {}
        return result | {"returncode": self.process.returncode, "stderr": stderr}


@contextmanager
def crawling(
    home: Home,
    site: PracticeProcess,
    *arguments: str,
    env: dict[str, str] | None = None,
    some: int = 60,
) -> Iterator[Background]:
    """A crawl under way: at least *some* exchanges are in its archive already."""
    process = subprocess.Popen(
        [
            str(KHOBAO),
            "--home",
            str(home.path),
            "--json",
            "crawl",
            *arguments,
            *address_options(site),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
    )
    try:
        wait_for_exchanges(site, process, some=some)
        yield Background(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def wait_for_exchanges(
    site: PracticeProcess, process: subprocess.Popen[str], *, some: int, seconds: float = 60
) -> None:
    deadline = time.monotonic() + seconds
    while site.control("GET", "/log")["count"] < some:
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        if time.monotonic() > deadline:
            raise AssertionError("the crawl does not get going")
        time.sleep(0.05)  # noqa: TID251  no reactor in a test's process
