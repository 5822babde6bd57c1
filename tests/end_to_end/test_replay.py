"""Replay through pywb, in a real Chromium and record by record: what is shown was captured."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.home import Home
from support.other_tools import check_with_other_tools
from support.reader import LiveReader, Reader, squeeze
from support.replaying import Lines, Replaying, index_lines, replaying

from archive import read_record
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

NEVER_CAPTURED = "statcollector"
"""A reader's visit would be counted: the crawler never asks for it."""


@pytest.fixture(scope="module", params=["a", "b"])
def crawled(
    request: pytest.FixtureRequest,
    practice: Callable[..., PracticeProcess],
    homes: Callable[[], Home],
    cache: Path,
) -> Iterator[tuple[Home, PracticeProcess, Replaying]]:
    """Two runs over a newspaper of one template, and its replay."""
    home = homes()
    site = practice("--articles", "40", "--template", request.param)
    for _ in range(2):
        done = home.crawl(site, "sections", "--full", "--media", "page")
        assert 0 == done["returncode"], done["stderr"]
    with replaying(home, cache) as replay:
        yield home, site, replay


def test_pages_are_shown_with_their_headlines_and_pictures(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    _, site, replay = crawled
    reader = Reader(browser)
    articles = site.truth("articles")
    pictures = 0
    kinds: dict[str, int] = defaultdict(int)
    for article in articles:
        kinds[article["kind"]] += 1
        if kinds[article["kind"]] > 2:
            continue
        frame = reader.open(f"{replay.address}{article['url']}")
        assert squeeze(article["headline"]) in squeeze(frame.locator("body").inner_text())
        pictures += check_pictures(frame)
    assert pictures > 20
    lists = [page for page in replay.told["pages"] if page["kind"] != "article"]
    assert "home" == lists[0]["kind"]
    for page in lists[:4]:  # section pages as far as the crawl needed them
        frame = reader.open(page["replay"])
        shown = squeeze(frame.locator("body").inner_text())
        assert any(squeeze(article["headline"]) in shown for article in articles), page
        assert check_pictures(frame)
    reader.assert_never_left(replay.port)


def test_whole_pages_look_as_they_did(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    """From the top to the bottom, against the same page with everything around it from the live
    newspaper. The page itself is the captured one: its teasers are others on every fetch.
    """
    _, site, replay = crawled
    reader = Reader(browser)
    articles = [a for a in site.truth("articles") if a["kind"] == "news"][:2]
    addresses = ["https://baodaklak.vn/", "https://baodaklak.vn/thoi-su/"]
    with LiveReader(browser, site) as live:
        for url in [*addresses, *(article["url"] for article in articles)]:
            replayed = reader.picture(f"{replay.address}{url}")
            pictured = live.picture(url, replay.capture("", url).decoded)
            difference = reader.difference(pictured, replayed)
            assert difference < 0.001, url
            assert reader.difference(pictured, live.picture(url, b"<p>plain</p>")) > 0.05
    reader.assert_never_left(replay.port)


def test_the_menu_leads_to_the_sections(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    _, site, replay = crawled
    reader = Reader(browser)
    sections = site.truth("sections")
    assert len(sections) > 10
    for section in sections:
        assert 200 == replay.get(f"/khobao/mp_/{section['url']}").status, section["url"]
    article = next(a for a in site.truth("articles") if a["kind"] == "news")
    nested = [section for section in sections if section["parentId"]]
    for section in (sections[0], sections[-1], nested[0]):
        frame = reader.open(f"{replay.address}{article['url']}")
        link = frame.locator(f"{MENU} a[href$='{urlsplit(section['url']).path}']").first
        link.evaluate("element => element.click()")  # some open only under a mouse
        frame.wait_for_url(f"**mp_/{section['url']}", wait_until="load")
        name = frame.locator("h1, .breadcrumb .active").first.inner_text()
        assert squeeze(section["name"]) in squeeze(name)
    reader.assert_never_left(replay.port)


MENU = ":is(#main-menu, .navbar-nav, .category-main)"


def check_pictures(frame: Any) -> int:
    """All pictures of the newspaper are there, those that scripts would load later as well."""
    found = frame.evaluate(
        """async () => {
            const found = [];
            for (const image of document.images) {
                const source = image.getAttribute("src");
                if (source) {
                    try { await image.decode() } catch (error) { /* told by its width */ }
                    found.push([image.src, image.naturalWidth]);
                }
                const later = image.getAttribute("data-src");
                if (later && !source) {
                    const loaded = new Image();
                    loaded.src = later;
                    try { await loaded.decode() } catch (error) { /* told by its width */ }
                    found.push([later, loaded.naturalWidth]);
                }
            }
            return found;
        }"""
    )
    own = [(url, width) for url, width in found if "baodaklak.vn/" in url or url[0] == "/"]
    missing = [url for url, width in own if not width and NEVER_CAPTURED not in url]
    assert not missing
    return len(own)


def test_a_hundred_records_come_back_as_they_were_captured(
    crawled: tuple[Home, PracticeProcess, Replaying],
) -> None:
    home, _, replay = crawled
    groups: dict[tuple[str, ...], Lines] = defaultdict(list)
    for timestamp, fields in index_lines(home):
        groups[fields["mime"], fields["status"], extension(fields["url"])].append(
            (timestamp, fields)
        )
    mimes = {mime for mime, _, _ in groups}
    assert mimes >= {"text/html", "warc/revisit", "image/jpeg", "text/plain", "text/css"}
    rng = random.Random(1)
    sample = [line for lines in groups.values() for line in rng.sample(lines, min(len(lines), 12))]
    assert len(sample) >= 100
    for timestamp, fields in sample:
        record = read_record(home.path, fields["filename"], int(fields["offset"]))
        answer = replay.capture(timestamp, fields["url"])
        # The moment of a 304 shows the page as it was, and stayed.
        expected = {"304": "200"}.get(fields["status"], fields["status"])
        assert str(answer.status) == expected, fields["url"]
        assert answer.body == record.payload, fields["url"]


def extension(url: str) -> str:
    return Path(urlsplit(url).path).suffix


def test_the_start_page_leads_to_the_newest_pages(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    _, site, replay = crawled
    headlines = {squeeze(article["headline"]) for article in site.truth("articles")}
    for address in (replay.address, f"http://127.0.0.1:{replay.port}/"):
        reader = Reader(browser)
        reader.page.goto(address, wait_until="load")
        titles = reader.page.locator("a.page").all_inner_texts()
        assert len({squeeze(title) for title in titles} & headlines) >= 20
        reader.page.locator("a.page").nth(1).click()
        reader.page.wait_for_load_state("load")
        frame = reader.shown()
        assert squeeze(titles[1]) in squeeze(frame.locator("body").inner_text())
        reader.page.goto(address, wait_until="load")
        reader.page.fill("input[name=url]", "https://baodaklak.vn/")
        reader.page.press("input[name=url]", "Enter")
        reader.page.get_by_text("(2 captures)").first.wait_for()
        reader.assert_never_left(replay.port)
    examples = replay.told["pages"]
    assert [examples[0]["kind"], examples[1]["kind"]] == ["home", "article"]
    for example in examples[:3]:
        path = example["replay"].removeprefix(f"http://127.0.0.1:{replay.port}")
        assert 200 == replay.get(path).status


def test_other_peoples_tools_read_every_record(
    crawled: tuple[Home, PracticeProcess, Replaying],
) -> None:
    check_with_other_tools(crawled[0])
