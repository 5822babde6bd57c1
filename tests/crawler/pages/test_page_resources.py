"""What a page needs to be shown again, and what it must never lead to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.pages import Document, css_resources, named_in_css, named_in_page, page_resources
from crawler.sites import BAODAKLAK, PHUYEN, PROFILES, SiteProfile
from crawler.sites.third_parties import suspected_party

URL = "https://baodaklak.vn/xa-hoi/202409/mot-bai-bao-b56121a/"
BASE = "https://baodaklak.vn"
CDN = "https://maxcdn.bootstrapcdn.com"


def resources(markup: str) -> list[tuple[str, str]]:
    page = f"<html><body>{markup}</body></html>".encode()
    return [(url.removeprefix(BASE), kind) for url, kind in page_resources(URL, page, BAODAKLAK)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<link rel=stylesheet href=/common/v1/css/a.css?v=1>",
            [("/common/v1/css/a.css?v=1", "css")],
        ),
        ("<link rel='shortcut icon' href=/favicon.ico>", [("/favicon.ico", "image")]),
        ("<link rel=preload as=font href=/f/a.woff2>", [("/f/a.woff2", "font")]),
        ("<link rel=alternate href=/rss/>", []),
        (
            "<script src=/common/v1/js/a.js></script><script>x</script>",
            [("/common/v1/js/a.js", "js")],
        ),
        ("<img src='/file//s/a.jpg?width=700&height=-&type=resize'>", [("/file/s/a.jpg", "image")]),
        (
            "<img class=lazy data-src=/file/s/a.b.c.jpeg?width=600px>",
            [("/file/s/a.b.c.jpeg", "image")],
        ),
        ("<img src=//www.baodaklak.vn/file/s/a.jpg>", [("/file/s/a.jpg", "image")]),
        ("<img src=/file/s/a.jpg><img src=/file//s/a.jpg>", [("/file/s/a.jpg", "image")]),
        (
            "<img src=/file/default.jpg><img src=/common/v1/images/logo_share.jpg>",
            [("/file/default.jpg", "image"), ("/common/v1/images/logo_share.jpg", "image")],
        ),
        ("<img src=/sc_service/api/statistic/statcollector?scUnitMapId=1>", []),
        ("<img src=https://cdn.khac.example/a.jpg><script src=//sp.zalo.me/a.js></script>", []),
        ("<img src=data:image/png;base64,AA><img src=''><img>", []),
        (
            "<video src=/file/s/a.mp4 poster=/file/s/p.jpg></video>",
            [("/file/s/p.jpg", "image"), ("/file/s/a.mp4", "video")],
        ),
        (
            "<audio><source src=/file/s/b.mp3></audio>",
            [("/file/s/b.mp3", "audio")],
        ),
        ("<picture><source src=/file/s/a.webp></picture>", []),
        ("<a href=/file/s/a.pdf>x</a><a href=/xa-hoi/>y</a>", [("/file/s/a.pdf", "pdf")]),
        ("<div data-pdf=/file//s/a.pdf></div>", [("/file/s/a.pdf", "pdf")]),
        ("<div style=\"background:url('/file/s/n.png')\"></div>", [("/file/s/n.png", "image")]),
        ("<style>/* url(/cu.png) */ a{b:url(/n.png)}</style>", [("/n.png", "image")]),
        ("<div class=textlink_embed><a href=/file/s/tra-tien.jpg>x</a></div>", []),
    ],
)
def test_by_element(markup: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(resources(markup)) == sorted(expected)


def test_a_whole_page(fixture_page: Callable[[str], bytes]) -> None:
    page = fixture_page("crawler.pages.templates.template_a.ArticlePageA/news")
    found = dict(page_resources(URL, page, BAODAKLAK))
    others = {url: kind for url, kind in found.items() if not url.startswith(BASE + "/")}
    assert others == {"https://cdnjs.cloudflare.com/ajax/libs/slick.min.js": "js"}
    assert all(BAODAKLAK.refuses(url, kind) is None for url, kind in found.items())
    assert not any("tra-tien" in url or "width=" in url or "//file" in url for url in found)
    site = BAODAKLAK.site_id
    assert found[f"{BASE}/file/{site}/092024/lop_hoc.00_01_20240914.jpg"] == "image"


def test_pages_of_phuyen_may_use_files_of_their_sibling_hosts() -> None:
    page = b"<html><img src=http://baophuyen.vn//Upload/a.jpg></html>"
    url = "https://phuyen.baodaklak.vn/95/112869/thieu-mau/"
    assert page_resources(url, page, PHUYEN) == [("https://baophuyen.vn/Upload/a.jpg", "image")]


def test_a_stylesheet() -> None:
    css = b"""@import "b.css"; @import url(c.css?v=1);
    @font-face { src: url('../fonts/a.woff2?x#iefix'), url("../fonts/a.ttf") }
    a { background: url( /img/n.png ) } b { x: url(data:image/png;base64,A) }
    c { y: url(//cdn.khac.example/z.png) } d { z: url() url(/khong-duoi) }"""
    found = css_resources(f"{BASE}/common/v1/css/a.css", css, BAODAKLAK)
    assert [(url.removeprefix(BASE), kind) for url, kind in found] == [
        ("/common/v1/css/b.css", "css"),
        ("/common/v1/css/c.css?v=1", "css"),
        ("/common/v1/fonts/a.woff2?x", "font"),
        ("/common/v1/fonts/a.ttf", "font"),
        ("/img/n.png", "image"),
    ]


@pytest.mark.parametrize("body", [b"", b" ", b"<!-- -->"])
def test_a_page_without_elements(body: bytes) -> None:
    assert page_resources(URL, body, BAODAKLAK) == []


# -- hosts of others ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<link rel=stylesheet href={CDN}/a.css?v=1>", [(f"{CDN}/a.css?v=1", "css")]),
        (f"<script src={CDN[6:]}/a.js></script>", [(f"{CDN}/a.js", "js")]),
        (f"<link rel=preload as=style href={CDN}/css?family=R>", [(f"{CDN}/css?family=R", "css")]),
        (f"<link rel=modulepreload href={CDN}/m>", [(f"{CDN}/m", "js")]),
        (f"<img src={CDN}/a.png>", [(f"{CDN}/a.png", "image")]),
        (f"<style>@font-face{{src:url({CDN}/a.woff2)}}</style>", [(f"{CDN}/a.woff2", "font")]),
        (f"<style>a{{b:url({CDN}/fonts/ga.woff2)}}</style>", [(f"{CDN}/fonts/ga.woff2", "font")]),
        (f"<link rel=stylesheet href={CDN}/tracker.css>", [(f"{CDN}/tracker.css", "css")]),
        (f"<a href={CDN}/a.pdf>x</a>", []),
        (f"<video src={CDN}/a.mp4></video>", []),
        ("<script src=https://cdn.maxcdn.bootstrapcdn.com/a.js></script>", []),
    ],
)
def test_what_a_listed_host_may_serve(markup: str, expected: list[tuple[str, str]]) -> None:
    assert resources(markup) == expected


UNLISTED = "a host that the profile does not list"
SOCIAL = "comments and social media"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://cdn.khac.example/a.js", UNLISTED),
        ("https://maxcdn.bootstrapcdn.com.khac.example/a.js", UNLISTED),
        ("https://connect.facebook.net/vi_VN/sdk.js#xfbml=1", SOCIAL),
        ("https://sp.zalo.me/plugins/sdk.js", SOCIAL),
        ("//bao.disqus.com/embed.js", SOCIAL),
        ("https://binh-luan.khac.example/a.js", SOCIAL),
        ("https://www.google-analytics.com/analytics.js", "tracking"),
        ("https://www.googletagmanager.com/gtag/js?id=UA-0", "tracking"),
        ("https://stats.khac.example/a.js", "tracking"),
        ("https://cdn.khac.example/js/tracker.min.js", "tracking"),
        (f"{CDN}/npm/gtag.js", "tracking"),
        (f"{CDN}/ga-lite.2.1.min.js?v=1", "tracking"),
        ("https://securepubads.g.doubleclick.net/tag/js/gpt.js", "advertising"),
        ("https://quang-cao.khac.example/a.js", "advertising"),
        ("https://nguoi:mat@maxcdn.bootstrapcdn.com/a.js", "credentials in the address"),
        (f"{CDN}:8443/a.js", "port 8443"),
        ("/sc_service/api/statistic/statcollector?a.js", "statistics: a call is counted as a"),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(address: str, reason: str) -> None:
    page = f"<html><body><script src='{address}'></script><script src={BASE}/a.js>".encode()
    named = named_in_page(Document(URL, page), BAODAKLAK)
    assert named.wanted == [(f"{BASE}/a.js", "js")]
    ((left_out, why),) = named.refused
    assert left_out.endswith(address.partition("#")[0])
    assert why.startswith(reason)


def test_style_sheets_of_other_hosts_lead_on() -> None:
    css = b"""@import url("more.css"); @import 'https://fonts.khac.example/a.css';
    @font-face { src: url(../fonts/a.woff2?v=4.4.0) } a { background: url(//baodaklak.vn/n.png) }"""
    named = named_in_css(f"{CDN}/x/css/a.css", css, BAODAKLAK)
    assert named.wanted == [
        (f"{CDN}/x/css/more.css", "css"),
        (f"{CDN}/x/fonts/a.woff2?v=4.4.0", "font"),
        (f"{BASE}/n.png", "image"),
    ]
    assert named.refused == [("https://fonts.khac.example/a.css", UNLISTED)]


def test_only_what_a_page_is_shown_with_is_fetched_of_other_hosts() -> None:
    assert BAODAKLAK.refuses(f"{CDN}/a.css") == "not a host of the newspaper"
    assert BAODAKLAK.refuses(f"{CDN}/a.css", "css") is None
    assert BAODAKLAK.refuses(f"{CDN}/a.mp4", "video") == "video of another host"
    assert PHUYEN.refuses(f"{CDN}/a.css", "css") == UNLISTED


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_no_profile_lists_what_is_never_fetched(profile: SiteProfile) -> None:
    for host in profile.resource_hosts:
        assert not profile.is_own_host(host)
        assert suspected_party(f"https://{host}/a.js") is None
