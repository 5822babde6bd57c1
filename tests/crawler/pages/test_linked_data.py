"""What a page's head says, in all the ways in which it is written and broken."""

from __future__ import annotations

import json

import pytest

from crawler.pages.document import Document
from crawler.pages.linked_data import (
    Statement,
    article_meta,
    json_ld,
    meta_of,
    open_graph,
)
from crawler.sites import BAODAKLAK

ZONE = BAODAKLAK.zone
DATE = "2026-03-02T14:05:00+07:00"
ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Chợ phiên &amp; hội làng",
    "description": "Một lời dẫn.",
    "datePublished": "2026-03-02T07:05:00Z",
    "articleBody": "Đoạn  một.\nĐoạn hai.",
}
SAID = Statement("Chợ phiên & hội làng", "Một lời dẫn.", DATE, "Đoạn một. Đoạn hai.")


def page_with(head: str) -> Document:
    body = f"<html><head>{head}</head><body><p>x</p></body></html>".encode()
    return Document("https://baodaklak.vn/", body)


def said(*scripts: str, kind: str = "application/ld+json") -> Statement | None:
    elements = "".join(f'<script type="{kind}">{script}</script>' for script in scripts)
    return json_ld(page_with(elements), ZONE)


WHOLE = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "script",
    [
        WHOLE,
        json.dumps([{"@type": "Organization", "name": "Báo"}, ARTICLE]),
        json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, ARTICLE]}),
        json.dumps({"@type": "WebPage", "name": "x", "mainEntity": ARTICLE}),
        json.dumps(ARTICLE | {"@type": ["Thing", "https://schema.org/NewsArticle"]}),
        json.dumps(ARTICLE | {"headline": ["Chợ phiên & hội làng", "x"]}),
        f"\n<!--\n{WHOLE}\n-->\n",
        f"//<![CDATA[\n{WHOLE};\n//]]>",
        WHOLE.replace(r"\n", "\n"),
    ],
)
def test_an_article_in_json_ld(script: str) -> None:
    assert said(script) == SAID


def test_the_article_is_meant_before_the_film_and_the_page() -> None:
    film = {"@type": "VideoObject", "name": "Phim", "uploadDate": "2026-03-02T14:05:00+07:00"}
    assert said(json.dumps(film), WHOLE) == SAID
    assert said(json.dumps(film)) == Statement(headline="Phim", datePublished=DATE)
    assert said(WHOLE, kind="application/LD+JSON; charset=utf-8") == SAID


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        WHOLE[:-5],
        "null",
        '"NewsArticle"',
        "[1, [2]]",
        "[" * 100_000,
        '{"@type": "BreadcrumbList"}',
        '{"headline": "x"}',
    ],
)
def test_what_is_broken_or_says_nothing_is_no_statement(script: str) -> None:
    assert said(script) is None
    assert said(script, WHOLE) == SAID


def test_fields_of_a_wrong_kind_are_not_said() -> None:
    odd = {"@type": "Article", "headline": {"a": 1}, "datePublished": 5, "articleBody": ["", 1]}
    assert said(json.dumps(odd)) == Statement()
    assert said(json.dumps(odd | {"datePublished": "hôm qua"})) == Statement()


def head(markup: str) -> tuple[Statement | None, Statement | None]:
    page = page_with(markup)
    meta = article_meta(page)
    return open_graph(page, meta, BAODAKLAK), meta_of(meta, ZONE)


def test_open_graph_and_older_elements() -> None:
    graph, meta = head(
        '<meta property="og:title" content="Chợ  phiên"><meta property="OG:TITLE" content="x">'
        '<meta property="og:description" content="Dẫn một"><meta name="description" content="hai">'
        '<meta property="article:published_time" content="2026-03-02T14:05:00.000+07:00">'
        '<meta itemprop="datePublished" content="2026-03-02 14:05:00">'
    )
    assert graph == Statement("Chợ phiên", "Dẫn một", DATE)
    assert meta == Statement(lead="hai", datePublished=DATE)
    assert head("<title>x</title>") == (None, None)


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        ('<meta property="og:title" content="Chợ phiên - Báo Đắk Lắk điện tử">', "Chợ phiên"),
        (
            (
                '<meta property="og:title" content="Chợ phiên | Tin">'
                '<meta property="og:site_name" content="TIN">'
            ),
            "Chợ phiên",
        ),
        (
            '<title>Chợ phiên – Ea Súp - Tin</title><meta property="og:title" content="Chợ - Tin">',
            "Chợ",
        ),
        (
            (
                "<title>Chợ phiên - Ea Súp - Tin</title>"
                '<meta property="og:title" content="Chợ phiên - Ea Súp">'
            ),
            "Chợ phiên - Ea Súp",
        ),
        (
            (
                "<title>Chợ phiên - Ea Súp</title>"
                '<meta property="og:title" content="Chợ phiên - Ea Súp">'
            ),
            "Chợ phiên - Ea Súp",
        ),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_headline(markup: str, headline: str) -> None:
    graph, _ = head(markup)
    assert graph is not None
    assert graph.headline == headline
