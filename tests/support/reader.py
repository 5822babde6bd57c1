"""A person with a browser in front of the replay."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

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
_NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only here is it needed

    assert CHROMIUM, "install Chromium (make test does)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, _NOWHERE_ELSE])
        yield browser
        browser.close()


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
