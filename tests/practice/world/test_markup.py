"""Pages carry the marks, the noise and the damage of the real ones."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html

from practice.world import World

UTF8 = html.HTMLParser(encoding="utf-8")
"""Said outright: template A declares it too late for lxml to believe it."""

COMBINING = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def pages(
    reader: Any, truth: list[dict[str, Any]], template: str, kind: str = "news", count: int = 12
) -> list[tuple[dict[str, Any], bytes]]:
    chosen = [a for a in truth if a["template"] == template and a["kind"] == kind][:count]
    assert chosen
    return [(article, reader.get(article["url"]).body) for article in chosen]


def test_template_a_skeleton(reader: Any, truth: list[dict[str, Any]]) -> None:
    for article, page in pages(reader, truth, "a"):
        text = page.decode()
        assert text.startswith("<html>")
        assert page.index(b"<meta charset") > 1024
        assert "<link rel=canonical" not in text
        for mark in (
            f'<meta property="og:url" content="{article["url"]}" />',
            '<div id="site_id">fb9e3a03798789de0179a1704dea238e</div>',
            '<h1 class="media-heading title5">',
            '<div class="bd02"></div>',
            '<ul id="main-menu" class="sm sm-clean"',
            "<li class='fb9e3a03798789de0179f951bba565bd'><a href='/thoi-su/'><span class='bd'>",
            'icon_home.gif"" alt=',
            '<div id="feedback-list"></div>',
            '<div class="tag_list">',
            'class="news_other read_more row20"',
            'id="mostread"',
            'class="gocanh"',
            'class="textlink_embed vertical-center-4 slider"',
            'class="multimedia row20"',
            "/sc_service/api/statistic/statcollector?",
            'name ="vsad_border"',
            "data-customize=false",
        ):
            assert mark in text, mark
        assert text.count('<div class="trangdiaphuong">') == 3
        assert re.search(r"<!--cached3 \d{10} -->", text)
        assert re.search(r'class="title1 [^"]*" href="[^"]+" class="title1"', text)


def test_template_a_pages_are_as_big_as_the_real_ones() -> None:
    world = World(articles=5000, template="a")
    site = world.site("baodaklak")
    sizes = sorted(
        len(world.respond("baodaklak.vn", site.stub(n).path, "", fetch_number=n).body)
        for n in range(0, 5000, 50)
    )
    assert 66_000 < sizes[0]
    assert 70_000 < sizes[50] < 77_000
    assert sizes[-1] < 85_000


def test_template_b_skeleton(reader: Any, truth: list[dict[str, Any]]) -> None:
    for _, page in pages(reader, truth, "b"):
        text = page.decode()
        assert text.startswith("<!DOCTYPE html>")
        assert text.count("<body") == 2
        for mark in (
            '<meta charset="UTF-8" />',
            "Thứ 2, 21/10/2024",
            '<h1 class="title">',
            'id="wrapperPostDetailHeader"',
            '<ol class="breadcrumb">',
            'class="td-post-content tagdiv-type"',
            '<p class="author">',
            '<h3 class="txt">Từ khóa:</h3>',
            "Ý kiến của bạn",
            'class="horizontal-post-box"',
            'id="box0"',
        ):
            assert mark in text, mark


def test_phuyen_names_the_old_host_and_breaks_its_share_image(world: World, reader: Any) -> None:
    old = [a for a in world.truth_articles("phuyen") if a["datePublished"] < "2024"]
    text = "".join(reader.get(article["url"]).body.decode() for article in old)
    assert '<meta property="og:url" content="https://baophuyen.vn/' in text
    assert 'content="/filehttp://baophuyen.vn/' in text
    assert "urn:schemas-microsoft-com:office:office" in text
    assert 'src="/service/' not in text
    assert "/service/api/statistic/statcollector" in text


def test_text_is_neither_nfc_nor_nfd(reader: Any, truth: list[dict[str, Any]]) -> None:
    for _, page in pages(reader, truth, "a"):
        text = page.decode()
        assert len(COMBINING.findall(text)) > 30
        assert unicodedata.normalize("NFC", text) != text != unicodedata.normalize("NFD", text)


def test_line_ends_are_mixed(reader: Any, truth: list[dict[str, Any]]) -> None:
    for _, page in pages(reader, truth, "a"):
        crlf = page.count(b"\r\n")
        assert crlf > 500
        assert 20 < page.count(b"\n") - crlf < 400


def test_damage_of_editors_is_there(reader: Any, truth: list[dict[str, Any]]) -> None:
    text = "".join(reader.get(article["url"]).body.decode() for article in truth)
    for mark in (
        "<o:p></o:p>",
        "MsoNormal",
        "&quot;Times New Roman&quot;,serif",
        '<span style="font-size:36px;">',
        ",&nbsp;",
        "&ldquo;",
        "&hellip;",
        "&ndash;",
        '<td class="desc">&nbsp;</td>',
        '<div class="related">',
        '<video id="aid-',
        "<audio controls",
        "youtube.com/embed/",
        "dailymotion.com/embed/",
        ".m3u8",
        ' label="1080p" res="1080"',
        " data-config=",
        "trinhPhat.setup({",
        '<param name="flashvars"',
        "cdn.drt.vn",
        "background-image: url(",
        "<caption>",
        ' rowspan="2"',
        ' colspan="4"',
        "_trang_2.pdf",
        "<br />\n<br />",
        'id="baoin-viewer" data-pdf="',
        "Hỏi:",
        '<p style="text-align: justify;">*</p>',
        '<p style="text-align: right;"><strong>&nbsp;</strong></p>',
        "?width=700&amp;height=-&amp;type=resize",
        "/file//fb9e3a03798789de0179a1704dea238e/",
        "/old-data/dataimages/",
        "still001_",
    ):
        assert mark in text, mark
    assert re.search(r'title="[^">]*"săn" hàng', text)


@pytest.mark.parametrize("template", ["a", "b"])
def test_front_page_leads_to_the_sections(template: str) -> None:
    world = World(articles=200, template=template)
    tree = html.fromstring(world.respond("baodaklak.vn", "/", "", fetch_number=1).body, parser=UTF8)
    if template == "a":
        found = {
            (item.get("class"), item.findtext("./a/span"), item.find("./a").get("href"))
            for item in tree.cssselect("#main-menu li[class]")
        }
        expected = {
            (s["categoryId"], s["name"], urlsplit(s["url"]).path) for s in world.truth_sections()
        }
        assert {(i, " ".join(n.split()), p) for i, n, p in found} == expected
        assert any("  " in name for _, name, _ in found)
    else:
        links = tree.cssselect("nav .nav-link[href], #categoryMain a.link")
        paths = {link.get("href") for link in links} - {"/"}
        assert paths == {urlsplit(s["url"]).path for s in world.truth_sections()}


@pytest.mark.parametrize("template", ["a", "b"])
def test_every_section_page_tells_its_category_and_lists_its_newest(template: str) -> None:
    world = World(articles=300, template=template)
    site = world.site("baodaklak")
    for section in site.facts.menu + site.facts.districts + site.facts.outside:
        page = world.respond("baodaklak.vn", section.path, "", fetch_number=1)
        tree = html.fromstring(page.body, parser=UTF8)
        assert tree.cssselect("#page_info #cate_id")[0].text == section.category_id
        assert not tree.cssselect("#page_info #article_id")[0].text
        rows = tree.cssselect("#cate-content a.title1, #cate-content .name a")
        newest = site.listed(section.path, 0, 10)
        assert [row.get("href") for row in rows] == [site.stub(n).path for n in newest]


def test_menu_sections_are_those_of_2024(world: World) -> None:
    sections = list(world.truth_sections())
    assert len(sections) == 45
    assert sum(section["parentId"] is None for section in sections) == 17
    by_slug = {section["slug"]: section for section in sections}
    assert by_slug["giao-duc"]["parentId"] == by_slug["xa-hoi"]["categoryId"]
    assert by_slug["thoi-su/chuyen-de"]["name"] == "Chuyên đề"
