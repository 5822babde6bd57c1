"""A person with a browser in front of the replay."""

from __future__ import annotations

import base64
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

from khobao.cli.checks import check_browser_driver
from practice.client import PracticeProcess

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
# A page that a test hands in has no address; what it asks of this machine would be refused. It
# takes the place of the features that playwright turns off, so it is for nobody else.
_HANDED_IN = "--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights"
_NOWHERE_ELSE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@contextmanager
def chromium(rules: str = _NOWHERE_ELSE) -> Iterator[Any]:
    """A browser. What it lacks is one line: no traceback, and never the end of a test worker."""
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415  only here is it needed

    if lack := _lack():
        pytest.fail(lack, pytrace=False)
    with sync_playwright() as playwright:
        try:
            browser = _launch(playwright.chromium, rules)
        except Error as exc:
            reason = str(exc).strip().partition("\n")[0]
            pytest.fail(f"{CHROMIUM} does not start: {reason}", pytrace=False)
        yield browser
        browser.close()


def _launch(browser_type: Any, rules: str, *flags: str) -> Any:
    return browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, f"--host-resolver-rules={rules}", *flags]
    )


@cache
def _lack() -> str:
    """Asked before playwright is started: a driver that ends while playwright (1.65) waits for it
    has been seen to take the test worker along."""
    if not CHROMIUM:
        return "no Chromium: `bash .ci/system-packages tests` installs it"
    driver = check_browser_driver()
    return "" if driver.ok else f"{driver.name}: {driver.detail}; {driver.advice}"


_WIDTH, _HEIGHT = 1200, 900
_DIFFERENCE = """async ([one, other]) => {
    const [a, b] = await Promise.all([one, other].map(async (data) => {
        const image = new Image();
        image.src = "data:image/png;base64," + data;
        await image.decode();
        return image;
    }));
    if (a.width !== b.width || a.height !== b.height) { return 1; }
    const [p, q] = [a, b].map((image) => {
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height).data;
    });
    let different = 0;
    for (let n = 0; n < p.length; n += 4) {
        const far = Math.max(
            Math.abs(p[n] - q[n]), Math.abs(p[n + 1] - q[n + 1]), Math.abs(p[n + 2] - q[n + 2]));
        if (far > 24) { different += 1; }
    }
    return different * 4 / p.length;
}"""


class Reader:
    """A person with a browser, and a list of what the browser asked for."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_context(viewport=_viewport()).new_page()
        self._desk = browser.new_context().new_page()
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

    def picture(self, address: str) -> bytes:
        """The whole replayed page, without what pywb puts around it."""
        self.page.set_viewport_size(_viewport())
        height = _height_of(self.open(address))
        self.page.set_viewport_size(_viewport(height + _HEIGHT))  # room for pywb's banner
        frame = self.page.locator("iframe#replay_iframe")
        frame.evaluate(
            """(element, height) => Object.assign(element.style, {
                position: "fixed", left: 0, top: 0, width: "100vw", height: height + "px",
                border: 0, zIndex: 9999 })""",
            height,
        )
        return bytes(frame.screenshot())

    def difference(self, one: bytes, other: bytes) -> float:
        """Share of the pixels of two pictures that differ; 1 where their sizes do."""
        pictures = [base64.b64encode(data).decode() for data in (one, other)]
        return float(self._desk.evaluate(_DIFFERENCE, pictures))

    def assert_never_left(self, port: int) -> None:
        places = {
            urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))
        }
        assert places == {f"127.0.0.1:{port}"}


class LiveReader:
    """A person in front of the practice newspaper, under its own names."""

    def __init__(self, browser: Any, site: PracticeProcess) -> None:
        """:param browser: another one; of its kind one more is started."""
        self._browser = _launch(browser.browser_type, resolver_rules(site), _HANDED_IN)

    def __enter__(self) -> Self:
        context = self._browser.new_context(ignore_https_errors=True, viewport=_viewport())
        self.page = context.new_page()
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()

    def picture(self, url: str, body: bytes) -> bytes:
        """The whole page at *url* as if *body* were there, with all that it asks for."""
        self.page.set_viewport_size(_viewport())
        self.page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))
        self.page.goto(url, wait_until="load")
        self.page.set_viewport_size(_viewport(_height_of(self.page)))
        picture = bytes(self.page.screenshot(full_page=True))
        self.page.unroute(url)
        return picture


def resolver_rules(site: PracticeProcess) -> str:
    """For a browser: the practice newspaper's names lead to it."""
    return ",".join(
        f"MAP {host}:{port} {address}:{to_port}"
        for host, port, address, to_port in (rule.split(":") for rule in site.resolve)
    )


def _viewport(height: int = _HEIGHT) -> dict[str, int]:
    return {"width": _WIDTH, "height": height}


def _height_of(page: Any) -> int:
    """Of all there is, once everything has come."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_function("() => Array.from(document.images).every((image) => image.complete)")
    return int(page.evaluate("() => document.documentElement.scrollHeight"))


def squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
