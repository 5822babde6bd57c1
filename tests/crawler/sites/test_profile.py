"""What is never fetched, and the calls that are."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.frontier import SectionLink
from crawler.sites import BAODAKLAK, PHUYEN, PROFILES

ROOT = "https://baodaklak.vn"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"{ROOT}/sc_service/api/statistic/statcollector?scUnitMapId=1", "statistics"),
        (f"{ROOT}//sc_service//api/statistic/statCollectorToMemcache", "statistics"),
        ("https://phuyen.baodaklak.vn/service/api/statistic/statcollector", "statistics"),
        (f"{ROOT}/SC_SERVICE/api/%73tatistic/x", "statistics"),
        (f"{ROOT}/sc_service/api/feedback/insert", "posts a comment"),
        (f"{ROOT}/sc_service/api/crawler/weather", "weather"),
        (f"{ROOT}/adman/data.json?v=1", "advertising"),
        (f"{ROOT}/tim-kiem?key=x", "search"),
        (f"{ROOT}/tim-kiem/?key=x", "search"),
        (f"{ROOT}/in/", "print"),
        (f"{ROOT}/in", "print"),
        ("https://khac.example/", "not a host"),
        ("https://baodaklak.vn.khac.example/", "not a host"),
        ("http://127.0.0.1/", "not a host"),
        ("http://localhost/", "not a host"),
        ("https://pub-58c9d8d1f8f84ab6aa09e49343220dda.r2.dev/xa-phuong.json", "not a host"),
        ("https://user:pw@baodaklak.vn/", "credentials"),
        ("https://baodaklak.vn:8080/", "port 8080"),
        ("ftp://baodaklak.vn/", "scheme ftp"),
        ("/thoi-su/", "scheme missing"),
        ("https://[", "malformed"),
        ("https://baodaklak.vn:x/", "malformed"),
    ],
)
def test_refused(url: str, reason: str) -> None:
    assert reason in (BAODAKLAK.refuses(url) or "")


@pytest.mark.parametrize(
    "url",
    [
        f"{ROOT}/",
        "http://www.baodaklak.vn:80/thoi-su/",
        f"{ROOT}/in-an-xuat-ban/202409/sach-moi-b56121a/",
        f"{ROOT}/sc_service/api/article/list?first=0",
        f"{ROOT}/sc_service/api/feedback/list?articleId=1",
        f"{ROOT}/file/s/a.jpg",
        "https://phuyen.baodaklak.vn/file/s/a.jpg",
    ],
)
def test_not_refused(url: str) -> None:
    assert BAODAKLAK.refuses(url) is None


def test_the_listing_call() -> None:
    url = urlsplit(BAODAKLAK.listing_url("C3E9", 28))
    assert (url.netloc, url.path) == ("baodaklak.vn", "/sc_service/api/article/list")
    assert parse_qs(url.query) == {
        "scUnitMapId": ["fb9e3a03798789de0179a1704dea238e"],
        "saArticleCateId": ["C3E9"],
        "first": ["28"],
        "pageSize": ["14"],
        "jsonCallback": ["cb"],
    }
    assert "pageSize=8&" in BAODAKLAK.listing_url("C3E9", 0, 8)


def test_other_calls_and_pages() -> None:
    assert BAODAKLAK.comments_url("8a10").startswith(f"{ROOT}/sc_service/api/feedback/list?")
    assert "articleId=8a10" in BAODAKLAK.comments_url("8a10")
    assert "day=4" in BAODAKLAK.most_read_url()
    assert PHUYEN.comments_url("x").startswith("https://phuyen.baodaklak.vn/service/api/")
    district = "trang-tin-dia-phuong/huyen-cu-m'gar"
    assert BAODAKLAK.section_url(district) == f"{ROOT}/{district}/"
    assert BAODAKLAK.section_url("/thoi-su/") == f"{ROOT}/thoi-su/"


def test_the_section_of_videos_is_found_in_the_menu() -> None:
    menu = [
        SectionLink(name=slug, url=f"{ROOT}/{slug}/", slug=slug, categoryId=slug)
        for slug in ("thoi-su", "multimedia", "video")
    ]
    found = BAODAKLAK.video_category(menu)
    assert found is menu[2]
    assert BAODAKLAK.video_category(menu[:2]) is None


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_every_profile_is_whole(profile: object) -> None:
    assert profile in PROFILES
    for site in PROFILES:
        assert site.source_notice
        assert str(site.zone) == "Asia/Ho_Chi_Minh"
        assert all(site.refuses(url) is None for url in site.seed_urls)
        assert all(site.is_own_host(host) for host in (*site.hosts, *site.sibling_hosts))
        assert site.base_url == f"https://{site.hosts[0]}/"


def test_keys_and_hosts_are_unique() -> None:
    assert len({site.key for site in PROFILES}) == len(PROFILES)
    hosts = [host for site in PROFILES for host in site.hosts]
    assert len(set(hosts)) == len(hosts)
