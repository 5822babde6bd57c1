"""What pages are shown with: files of hosts of others, section pages, and what is left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.home import Home

from crawler.sites import BAODAKLAK
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

CDN = "https://maxcdn.bootstrapcdn.com"
SHEET = "/font-awesome/4.4.0/css/font-awesome.min.css"
ICON = "/font-awesome/4.4.0/icons/play.svg"
ADDED = f"""<div>
<link rel="stylesheet" href="{CDN}/loi/redirect-offsite{SHEET}">
<link rel="stylesheet" href="{CDN}/loi/redirect-private{SHEET}">
<script src="{CDN}/npm/closed.js"></script>
<script src="https://www.google-analytics.com/analytics.js"></script>
<script src="https://bao.disqus.com/embed.js"></script>
<img src="https://anh.khac.example/a.jpg">
</div>"""

Asked = Counter[tuple[str, str, int]]


class Crawled:
    """Two runs over one newspaper, whose pages also name what must be left out."""

    def __init__(self, site: PracticeProcess, home: Home) -> None:
        self.home = home
        self.first, self.asked_first = crawl(site, home)
        self.second, self.asked_second = crawl(site, home)
        self.sections = {section["url"] for section in site.truth("sections")}


def crawl(site: PracticeProcess, home: Home) -> tuple[dict[str, Any], Asked]:
    site.control("POST", "/log/clear")
    result = home.crawl(site, "sections")
    asked = Counter(
        (entry["host"], entry["target"], entry["status"]) for entry, _, _ in site.exchanges()
    )
    return result, asked


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home]) -> Iterator[Crawled]:
    redesign = json.dumps({"add": {"body": ADDED}})
    options = ("--articles", "40", "--template", "a", "--redesign", redesign)
    with PracticeProcess(*options) as site:
        yield Crawled(site, homes())


def test_files_of_listed_hosts_are_fetched_once_with_what_they_lead_to(crawled: Crawled) -> None:
    result, asked = crawled.first, crawled.asked_first
    assert 0 == result["returncode"], result["stderr"]
    of_others = {key: n for key, n in asked.items() if key[0] in BAODAKLAK.resource_hosts}
    host = CDN.removeprefix("https://")
    for path in ("/robots.txt", SHEET, SHEET.replace("font-awesome.min", "icons-social"), ICON):
        assert of_others[host, path, 200] == 1
    assert set(of_others.values()) == {1}
    assert not any("/npm/" in path for _, path, _ in of_others)
    with crawled.home.database() as db:
        assert db.captures.count_documents({"url": f"{CDN}{ICON}", "runId": result["run_id"]}) == 1
        assert not db.frontier.count_documents({"_id": {"$regex": "bootstrapcdn"}})


def test_nothing_else_is_asked_for(crawled: Crawled) -> None:
    hosts = {host for host, _, _ in crawled.asked_first}
    assert hosts == {"baodaklak.vn", *BAODAKLAK.resource_hosts}


def test_what_is_left_out_is_counted_with_its_reason(crawled: Crawled) -> None:
    result = crawled.first
    left_out = {(each["host"], each["reason"]): each["addresses"] for each in result["left_out"]}
    unlisted = "a host that the profile does not list"
    assert (
        left_out.items()
        >= {
            ("www.google-analytics.com", "tracking"): 1,
            ("bao.disqus.com", "comments and social media"): 1,
            ("sp.zalo.me", "comments and social media"): 1,
            ("anh.khac.example", unlisted): 1,
            ("maxcdn.bootstrapcdn.com", "robots.txt"): 1,
            ("quang-cao.example", "advertising"): 1,
        }.items()
    )
    assert sum(left_out.values()) == result["counts"]["resources_left_out"]
    shown = crawled.home.khobao("report", result["run_id"]).stdout
    assert "left out: bao.disqus.com, 1 address (comments and social media)" in shown


def test_redirects_of_a_listed_host_are_refused_and_named(crawled: Crawled) -> None:
    warnings = "\n".join(crawled.first["warnings"])
    for name in ("redirect-offsite", "redirect-private"):
        assert f"{CDN}/loi/{name}{SHEET} leads to " in warnings
    assert crawled.first["counts"]["resources_failed"] == 2


def test_every_section_page_is_captured_once_a_run(crawled: Crawled) -> None:
    pages = {*crawled.sections, "https://baodaklak.vn/"}
    for asked in (crawled.asked_first, crawled.asked_second):
        found = {(host, path): n for (host, path, _), n in asked.items()}
        assert {url: found["baodaklak.vn", url.partition(".vn")[2]] for url in pages} == (
            dict.fromkeys(pages, 1)
        )
    assert crawled.first["counts"]["announced"] == 40
    assert crawled.second["counts"]["announced"] == crawled.second["counts"]["known"]
    with crawled.home.database() as db:
        assert not db.articles.count_documents({"urls": {"$in": sorted(pages)}})


def test_a_quiet_run_asks_for_little(crawled: Crawled) -> None:
    """The front page and two lists a section, its page and the API's: nothing that these are shown
    with is asked for again.
    """
    assert crawled.second["counts"]["fetched"] == 0
    lists = 1 + 2 * len(crawled.sections)
    assert lists <= crawled.asked_second.total() <= 1.2 * lists
    assert not any("/file/" in path for _, path, _ in crawled.asked_second)
