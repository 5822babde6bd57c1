"""A person with a browser in front of the replay."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from khobao.cli.checks import check_browser_driver

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NOWHERE_ELSE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@contextmanager
def chromium(rules: str = _NOWHERE_ELSE) -> Iterator[Any]:
    """A browser. What it lacks is one line: no traceback, and never the end of a test worker."""
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415  only here is it needed

    if lack := _lack():
        pytest.fail(lack, pytrace=False)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*FLAGS, f"--host-resolver-rules={rules}"]
            )
        except Error as exc:
            reason = str(exc).strip().partition("\n")[0]
            pytest.fail(f"{CHROMIUM} does not start: {reason}", pytrace=False)
        yield browser
        browser.close()


@cache
def _lack() -> str:
    """Asked before playwright is started: a driver that ends while playwright (1.65) waits for it
    has been seen to take the test worker along."""
    if not CHROMIUM:
        return "no Chromium: `bash .ci/system-packages tests` installs it"
    driver = check_browser_driver()
    return "" if driver.ok else f"{driver.name}: {driver.detail}; {driver.advice}"


class Reader:
    """A person with a browser, and a list of what the browser asked for."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_context().new_page()
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str) -> Any:
        """The frame in which pywb shows the page."""
        answer = self.page.goto(address, wait_until="load")
        assert answer.ok, f"{address}: {answer.status}"
        return self.shown()

    def shown(self) -> Any:
        frame = self.page.wait_for_selector("iframe#replay_iframe").content_frame()
        assert frame
        frame.wait_for_url("**/*mp_/**")
        frame.wait_for_load_state("load")
        return frame

    def assert_never_left(self, port: int) -> None:
        places = {
            urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))
        }
        assert places == {f"127.0.0.1:{port}"}


def squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
