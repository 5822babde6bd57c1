"""What a page needs to be shown again, and what it must never lead to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.pages import css_resources, page_resources
from crawler.sites import BAODAKLAK, PHUYEN

URL = "https://baodaklak.vn/xa-hoi/202409/mot-bai-bao-b56121a/"
BASE = "https://baodaklak.vn"


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
    assert all(url.startswith(BASE + "/") for url in found)
    assert all(BAODAKLAK.refuses(url) is None for url in found)
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
