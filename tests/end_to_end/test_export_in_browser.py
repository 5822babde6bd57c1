"""A WACZ of ours in the readers that archivists open it with, in a real Chromium."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from support.home import Home
from support.npm import Package
from support.pywb import pywb
from support.range_server import range_server
from support.reader import Reader, squeeze
from support.replaying import Lines, index_lines
from support.wacz_replay import (
    REPLAYWEBPAGE,
    WABAC,
    open_replayed,
    replayed_frame,
    replaywebpage_files,
    wabac_files,
)

import archive.export.index
from archive import read_record
from archive.export import ExportFormat, export, select
from khobao.maintenance.selection import describe_page
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

PICTURES = """async () => {
    const loaded = [];
    for (const image of document.querySelectorAll("#content img[src]")) {
        try { await image.decode() } catch (error) { /* told by its width */ }
        loaded.push(image.naturalWidth);
    }
    return loaded;
}"""


@dataclass(frozen=True)
class Capture:
    """A page of an article, and what must be seen of it."""

    timestamp: str
    url: str
    headline: str
    has_pictures: bool

    def assert_shown(self, frame: Any) -> None:
        assert squeeze(self.headline) in squeeze(frame.locator("h1").first.inner_text())
        if self.has_pictures:
            pictures = frame.evaluate(PICTURES)
            assert pictures
            assert all(pictures)


@dataclass(frozen=True)
class HandedOver:
    """Packages of one archive, and captures of it."""

    files: dict[str, Path]
    captures: list[Capture]


def names_pictures_as_captured(home: Home, fields: dict[str, str]) -> bool:
    """wabac.js looks for a picture under the very address that the page names: it finds none of two
    slashes, nor one in a size that was not captured.
    """
    record = read_record(home.path, fields["filename"], int(fields["offset"]))
    root = html.document_fromstring(record.body)
    shown = [str(src) for src in root.xpath("//*[@id='content']//img/@src")]
    return bool(shown) and not any("/file//" in src or "width=" in src for src in shown)


@pytest.fixture(scope="module")
def handed_over(
    homes: Callable[[], Home],
    practice: Callable[..., PracticeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> HandedOver:
    """A page whose pictures are revisits, and one of which the server said: not modified."""
    home, directory = homes(), tmp_path_factory.mktemp("trao")
    for validators, times in (("none", 1), ("all", 2)):
        with practice("--articles", "8", "--validators", validators) as site:
            for _ in range(times):
                assert 0 == home.crawl(site, "sections", "--full")["returncode"]
    with home.database() as db:
        articles = list(db.articles.find({"images.0": {"$exists": True}}))
    of_page: dict[str, Lines] = defaultdict(list)
    for timestamp, fields in sorted(index_lines(home), key=itemgetter(0)):
        of_page[fields["url"]].append((timestamp, fields))
    pictured = next(
        each for each in articles if names_pictures_as_captured(home, of_page[each["url"]][0][1])
    )
    of_picture = [fields["status"] for _, fields in of_page[pictured["images"][0]["url"]][:2]]
    assert ["200", "200"] == of_picture
    # The server turns its pages' sidebars: which of them it calls unchanged is chance.
    unchanged = next(each for each in articles if "304" == of_page[each["url"]][-1][1]["status"])
    captures = [
        Capture(of_page[article["url"]][which][0], article["url"], article["headline"], has_them)
        for article, which, has_them in ((pictured, 1, True), (unchanged, -1, False))
    ]
    files = {"a.wacz": directory / "a.wacz", "large.wacz": directory / "large.wacz"}
    words = ("archive", "export", "--format", "wacz", "--output")
    done = home.khobao(*words, str(files["a.wacz"]))
    assert 0 == done.returncode, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 1000)  # as if its files had gibibytes
        patch.setattr(archive.export.index, "_BLOCK_LINES", 20)  # and its index 50 times the lines
        export(
            select(home.path),
            files["large.wacz"],
            format=ExportFormat.WACZ,
            describe=describe_page,
            title="lớn",
            software="khobao",
            operator="",
            created=dt.datetime(2026, 3, 3, tzinfo=dt.UTC),
        )
    return HandedOver(files, captures)


@pytest.mark.parametrize("package", WABAC, ids=str)
def test_wabac_shows_the_page_of_each_capture(
    handed_over: HandedOver, package: Package, browser: Any, cache: Path
) -> None:
    files = wabac_files(package.fetch(cache), handed_over.files)
    with range_server(files) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/index.html")
        assert "added" == page.evaluate("load('/a.wacz')")
        for capture in handed_over.captures:
            page.goto(f"{address}/index.html")
            page.evaluate(f"show('{capture.timestamp}mp_/{capture.url}')")
            capture.assert_shown(replayed_frame(page, capture.url))
        page.goto(f"{address}/index.html")
        assert "added" == page.evaluate("load('/large.wacz')")
        capture = handed_over.captures[0]
        page.evaluate(f"show('{capture.timestamp}mp_/{capture.url}')")
        capture.assert_shown(replayed_frame(page, capture.url))


@pytest.mark.parametrize("package", REPLAYWEBPAGE, ids=str)
def test_replaywebpage_shows_the_page_of_each_capture(
    handed_over: HandedOver, package: Package, browser: Any, cache: Path
) -> None:
    shown = {
        f"{number}.html": ("a.wacz", capture.timestamp, capture.url)
        for number, capture in enumerate(handed_over.captures)
    }
    files = replaywebpage_files(package.fetch(cache), handed_over.files, shown)
    with range_server(files) as address, browser.new_context() as context:
        page = context.new_page()
        for name, capture in zip(shown, handed_over.captures, strict=True):
            capture.assert_shown(open_replayed(page, f"{address}/{name}", capture.url))


def test_pywb_as_it_is_shows_the_page_of_each_capture(
    handed_over: HandedOver, browser: Any, cache: Path, tmp_path: Path
) -> None:
    """From the package's own index; ours would need `khobao archive replay` for the 304."""
    with zipfile.ZipFile(handed_over.files["a.wacz"]) as packed:
        packed.extractall(tmp_path)
    index = tmp_path / "index.cdxj"
    index.write_bytes(gzip.decompress((tmp_path / "indexes" / "index.cdx.gz").read_bytes()))
    with pywb(tmp_path, cache) as address:
        for capture in handed_over.captures:
            address_of = f"{address}/k/{capture.timestamp}/{capture.url}"
            capture.assert_shown(Reader(browser).open(address_of))
