"""A page's tree is shared by its readers: each of them leaves it as it was."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.pages import (
    ArticleReading,
    Document,
    PageError,
    page_resources,
    read_article,
    read_menu,
    read_page,
    read_section_page,
    read_teasers,
)
from crawler.pages.html import LINE_BREAK, text_of, text_with_breaks
from crawler.sites import BAODAKLAK, PROFILES, SiteProfile

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/inputs"))
URL = "https://baodaklak.vn/xa-hoi/202409/mot-bai-bao-b56121a/"
CAPTURED = dt.datetime(2024, 9, 20, 1, tzinfo=dt.UTC)


def whole_page(page: Document, profile: SiteProfile, **options: float) -> object:
    return read_page(
        page.url,
        page,
        declared_encoding=None,
        captured_at=CAPTURED,
        profile=profile,
        **options,  # type: ignore[arg-type]
    )


def article(page: Document, profile: SiteProfile) -> None:
    try:
        read_article(page.url, page, declared_encoding=None, captured_at=CAPTURED, profile=profile)
    except PageError:
        assert page.root is not None


READERS: dict[str, Callable[[Document, SiteProfile], object]] = {
    "read_article": article,
    "read_page": whole_page,
    "read_page with cross-checks": lambda page, profile: whole_page(
        page, profile, cross_check_share=0.0
    ),
    "read_menu": lambda page, profile: read_menu(page.url, page, profile),
    "read_section_page": lambda page, profile: read_section_page(page.url, page, profile),
    "read_teasers": lambda page, profile: read_teasers(page.url, page, profile),
    "page_resources": lambda page, profile: page_resources(page.url, page, profile),
}


def tree_of(page: Document) -> bytes:
    assert page.root is not None
    return etree.tostring(page.root)


def read_by_all(page: Document, profile: SiteProfile) -> None:
    before = tree_of(page)
    for name, read in READERS.items():
        read(page, profile)
        assert tree_of(page) == before, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_no_reader_alters_the_page_of_a_fixture(case: Path) -> None:
    url = json.loads((case / "inputs" / "HttpResponse-info.json").read_text("utf-8"))["url"]
    body = (case / "inputs" / "HttpResponse-body.html").read_bytes()
    profile = next(each for each in PROFILES if each.is_own_host(urlsplit(url).hostname or ""))
    read_by_all(Document(url, body), profile)


PIECES = [
    "<p>Một<br>hai<br/>ba</p>",
    '<p style="text-align: right"><strong>Lê A<br>Trần B</strong></p>',
    "<script>jwplayer('v').setup({file: '/file/a.mp4'})</script><div id='v'></div>",
    "<style>p {color: red}</style><noscript><b>x</b></noscript>",
    "<table><tr><td>một<br>hai</td><td class='social'>x</td></tr></table>",
    "<table class='image'><tr><td><img src='/a.jpg'></td></tr><tr><td>Ảnh:<br>A</td></tr></table>",
    "<div class='related'><a href='/xa-hoi/202409/x-b56121b/'>Tin<br>khác</a></div>",
    "<audio src='/file/a.mp3'></audio><iframe src='/viewer.html?file=/file/a.pdf'></iframe>",
    "<a class='title1 video' href='/video/202409/x-b56121c/'>(Video) X<br>Y</a>",
    "<div class='item'><a class='title2' href='/video/202409/x-b56121d/'>(Video) X<br>Y</a></div>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["a", "b", "none"]))
def test_no_reader_alters_any_page(pieces: list[str], template: str) -> None:
    opening = {
        "a": '<div id="content" class="content"><h1 class="media-heading">Một<br>bài</h1>'
        '<div class="date">11:46, 15/09/2024</div>',
        "b": '<div id="wrapperPostDetailMain"><h1 class="title">Một<br>bài</h1></div>'
        '<div id="wrapperPostDetailHeader"><time class="time">11:46, 15/09/2024</time></div>'
        '<div id="content" class="content-detail">',
        "none": '<div class="listnews">',
    }[template]
    page_info = '<div id="page_info"><p id="article_id">8a10c0e291e840650191ea91fb56121a</p></div>'
    body = f"<html><body>{page_info}{opening}{''.join(pieces)}</div></body></html>"
    read_by_all(Document(URL, body.encode()), BAODAKLAK)


def test_line_breaks_are_seen_without_being_written() -> None:
    page = Document(URL, b"<p>a<b>b<br>c</b>d<br>\n<i>e</i></p>")
    assert page.root is not None
    paragraph = next(page.root.iter("p"))
    assert text_with_breaks(paragraph) == f"ab{LINE_BREAK}cd{LINE_BREAK}\ne"
    assert text_of(paragraph) == "ab cd e"


def test_a_page_is_parsed_once_for_all_its_readers() -> None:
    case = FIXTURES / "crawler.pages.templates.template_a.ArticlePageA" / "news" / "inputs"
    url = json.loads((case / "HttpResponse-info.json").read_text("utf-8"))["url"]
    page = Document(url, (case / "HttpResponse-body.html").read_bytes())
    root = page.root
    assert isinstance(whole_page(page, BAODAKLAK), ArticleReading)
    assert Document.of(url, page) is page
    assert page.root is root


def test_a_page_without_an_element_has_no_tree() -> None:
    page = Document(URL, b" \n")
    assert page.root is None
    assert (page.meta, page.scripts, page.json_ld) == ({}, [], [])
    assert read_menu(URL, page, BAODAKLAK) == []
    assert read_section_page(URL, page, BAODAKLAK).entries == []
