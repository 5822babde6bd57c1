"""Pages that show a WACZ file with wabac.js and with ReplayWeb.page, as their docs embed them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from support.npm import Package

_WABAC = "@webrecorder/wabac"
WABAC = (
    Package(
        _WABAC,
        "2.12.4",
        "fump8PMnAujq03NhhKnR58g8yK7Uure6p2gcn8Qo4ugoBu95r62c/WQ49VIISee/j+GHklZzuX4FNi49iQKdOg==",
    ),
    Package(
        _WABAC,
        "2.20.8",
        "P6FxC17ZgPfwfp3HbdI9hkzMnqD5I3kBF0cMnue6m8wBVMCzcVGp9x43wT+pcq0zOv6ATGObxcmjJKCsDUus7A==",
    ),
    Package(
        _WABAC,
        "2.27.3",
        "i00+HSdwOdHRPeJU8g3LMOAHT4J+yX+dJdTEboTiI9YjWY5jYxUGqOgDuZ3xmPBzGAfYjfwoFTIaCB9lUBuNhA==",
    ),
)
REPLAYWEBPAGE = (
    Package(
        "replaywebpage",
        "1.6.4",
        "X6hOgkouZc6LUSiqmdMv7gEF6NYqya4S/jRIScDaEL8/XtyE0KLOX/h3XURFkAaxXaLOvRWzM+mH7keSA5kdFQ==",
    ),
    Package(
        "replaywebpage",
        "2.2.5",
        "I5LYoc2WRGE89VtbLtNeMbuu6wOr/b+64Y5fVxpUNepDpF8TPQhVAdjxZ+bmDUfPPiMLtkbl8sYGWmm5T+vDeQ==",
    ),
    Package(
        "replaywebpage",
        "2.5.3",
        "nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ==",
    ),
)

_LOADER = """<!doctype html><meta charset="utf-8"><iframe></iframe><script>
async function load(file) {
  const worker = navigator.serviceWorker;
  await worker.register("/sw.js?injectScripts=");
  if (!worker.controller) {
    await new Promise(resolve => worker.addEventListener("controllerchange", resolve));
  }
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({data}) => {
      if (data.msg_type === "collAdded") resolve("added");
      if (data.msg_type === "collProgress" && data.error) reject(new Error(data.error));
    });
    worker.controller.postMessage({msg_type: "addColl", name: "k", type: "wacz",
      file: {sourceUrl: location.origin + file}, skipExisting: false});
  });
}
function show(address) { document.querySelector("iframe").src = "/w/k/" + address; }
</script>"""

_EMBEDDED = """<!doctype html><meta charset="utf-8"><script src="/ui.js"></script>
<replay-web-page source="/{file}" url="{url}" ts="{timestamp}" replayBase="/replay/"
 embed="replayonly" style="display: block; height: 900px"></replay-web-page>"""


def wabac_files(package: Path, wacz: dict[str, Path]) -> dict[str, Path | str]:
    return {"/index.html": _LOADER, "/sw.js": package / "dist" / "sw.js", **_named(wacz)}


def replaywebpage_files(
    package: Path, wacz: dict[str, Path], captures: dict[str, tuple[str, str, str]]
) -> dict[str, Path | str]:
    """:param captures: path of a page → WACZ file, timestamp and address that it shows."""
    pages = {
        f"/{path}": _EMBEDDED.format(file=file, url=url, timestamp=timestamp)
        for path, (file, timestamp, url) in captures.items()
    }
    return {
        "/ui.js": package / "ui.js",
        "/replay/sw.js": package / "sw.js",
        **pages,
        **_named(wacz),
    }


def _named(wacz: dict[str, Path]) -> dict[str, Path | str]:
    return {f"/{name}": path for name, path in wacz.items()}


def open_replayed(page: Any, address: str, url: str) -> Any:
    """The frame in which ReplayWeb.page at *address* shows *url*.

    On a busy machine its frame has been seen to come before its service worker, and to wait for
    ever: then a person loads the page again.
    """
    for _ in range(2):
        page.goto(address)
        if frame := _shown_frame(page, url, seconds=40):
            return frame
    page.goto(address)
    return replayed_frame(page, url)


def replayed_frame(page: Any, url: str) -> Any:
    """The frame that shows a capture of *url*, once all it asked for is there."""
    frame = _shown_frame(page, url, seconds=60)
    assert frame, f"{url} is not shown: {[frame.url for frame in page.frames]}"
    return frame


def _shown_frame(page: Any, url: str, *, seconds: int) -> Any:
    shown = re.compile(r"/\d+mp_/" + re.escape(url) + "$")
    for _ in range(seconds * 10):
        for frame in page.frames:
            if shown.search(frame.url):
                frame.wait_for_load_state("load")
                return frame
        page.wait_for_timeout(100)
    return None
