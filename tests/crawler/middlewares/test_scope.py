"""Which requests leave, and the reason that one which does not is told with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from crawler.capture.flags import RESOURCE_META
from crawler.middlewares.scope import OutOfScopeError, ScopeMiddleware
from crawler.spiders.sections import SectionsSpider

CONTACT = {"KHOBAO_CONTACT": "mailto:luutru@example.vn", "DOWNLOAD_DELAY": 1}
PAGE = "https://baodaklak.vn/thoi-su/"


def reason_for(
    url: str, tmp_path: Path, resource: str | None = None, **settings: Any
) -> str | None:
    crawler = get_crawler(SectionsSpider, CONTACT | {"KHOBAO_HOME": tmp_path} | settings)
    crawler.spider = SectionsSpider.from_crawler(crawler)
    middleware = ScopeMiddleware.from_crawler(crawler)
    meta = {RESOURCE_META: resource} if resource else {}
    try:
        middleware.process_request(Request(url, meta=meta))
    except OutOfScopeError as exc:
        assert crawler.stats is not None
        assert crawler.stats.get_value("scope/refused") == 1
        return str(exc).removeprefix(f"{url[:200]}: ")
    return None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (PAGE, None),
        ("https://www.baodaklak.vn/", None),
        ("http://baodaklak.vn:80/", None),
        ("https://example.vn/", "off the newspaper's hosts"),
        ("https://anh.baodaklak.vn/", "off the newspaper's hosts"),
        ("https://baodaklak.vn.example.vn/", "off the newspaper's hosts"),
        ("https://baodaklak.vn:8080/", "port 8080"),
        ("https://nguoi:mat@baodaklak.vn/", "credentials in the address"),
        ("https://baodaklak.vn/" + "a" * 8192, "the address is too long"),
    ],
)
def test_addresses(url: str, reason: str | None, tmp_path: Path) -> None:
    assert reason_for(url, tmp_path) == reason


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"KHOBAO_CONTACT": ""}, "the newspaper must be able to reach you: set KHOBAO_CONTACT"),
        ({"DOWNLOAD_DELAY": 0}, "a delay below 0.5 s is for loopback addresses only"),
        ({"KHOBAO_CONTACT": "", "KHOBAO_RESOLVE": ["baodaklak.vn:443:127.0.0.1:8443"]}, None),
        ({"DOWNLOAD_DELAY": 0, "KHOBAO_RESOLVE": ["baodaklak.vn:443:127.0.0.1:8443"]}, None),
        (
            {"DOWNLOAD_DELAY": 0, "KHOBAO_RESOLVE": ["baodaklak.vn:80:127.0.0.1:8080"]},
            "a delay below 0.5 s is for loopback addresses only",
        ),
    ],
)
def test_who_may_be_hurried(settings: dict[str, Any], reason: str | None, tmp_path: Path) -> None:
    assert reason_for(PAGE, tmp_path, **settings) == reason


def test_a_survey_asks_below_the_domain_as_well(tmp_path: Path) -> None:
    url = "https://anh.baodaklak.vn/"
    assert reason_for(url, tmp_path, SCOPE_SUBDOMAINS=True) != "off the newspaper's hosts"


CDN = "https://maxcdn.bootstrapcdn.com/a.css"
HURRIED = "a delay below 0.5 s is for loopback addresses only"


@pytest.mark.parametrize(
    ("url", "resource", "settings", "reason"),
    [
        (CDN, "css", {}, None),
        (CDN, None, {}, "off the newspaper's hosts"),
        (CDN, "video", {}, "video of another host"),
        (CDN, "css", {"DOWNLOAD_DELAY": 0}, HURRIED),
        ("https://khac.example/a.css", "css", {}, "a host that the profile does not list"),
        ("https://khac.example/a.css", "css", {"DOWNLOAD_DELAY": 0}, "a host that the profile"),
        ("http://127.0.0.1/a.css", "css", {}, "a host that the profile does not list"),
        ("https://connect.facebook.net/a.js", "js", {}, "comments and social media"),
        (f"{PAGE}a.css", "css", {}, None),
    ],
)
def test_hosts_of_others_serve_what_pages_are_shown_with(
    url: str, resource: str | None, settings: dict[str, Any], reason: str | None, tmp_path: Path
) -> None:
    told = reason_for(url, tmp_path, resource, **settings)
    assert told is None if reason is None else (told or "").startswith(reason)
