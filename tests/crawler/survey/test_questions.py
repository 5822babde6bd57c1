"""Answers are read from what came, whatever that is."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages import read_menu
from crawler.sites import BAODAKLAK
from crawler.survey import Article, Evidence, Hop, Reply, Verdict, make_report, render_page
from crawler.survey.hosts import feeds, robots, sitemaps, validators
from crawler.survey.lists import listing_api, page_size, paged
from crawler.survey.looks import looks
from crawler.survey.plan import api_roots_to_try, articles_to_ask, missing_article, sections_to_ask
from crawler.survey.refusal import refusal

NOW = dt.datetime(2026, 11, 28, 8, tzinfo=dt.UTC)
ID = "fb9e3a03798789de0179f951bba565bd"
MENU = f"""<html><body><ul id="main-menu"><li class="{ID}"><a href="/thoi-su/">Thời sự</a><ul>
<li class="{ID[::-1]}"><a href="/thoi-su/chuyen-de/">Chuyên đề</a></li></ul></li>
<li class="{ID[1:]}0"><a href="/video/">Video</a></li></ul></body></html>""".encode()


def reply(url: str = "https://baodaklak.vn/", **values: Any) -> Reply:
    return Reply(**{"asked": url, "url": url, "status": 200, "captured_at": NOW, **values})


def evidence(**replies: Reply) -> Evidence:
    return Evidence(
        profile=BAODAKLAK,
        site=BAODAKLAK,
        replies={name.replace("__", ":"): each for name, each in replies.items()},
    )


def listing(size: int, first: int = 0, total: int | None = 40, count: int | None = None) -> Reply:
    rows = [
        {
            "title": f"Bài {n}",
            "pageUrl": f"/thoi-su/202606/bai-{n}-{n:07x}/",
            "publishDate": f"2026-06-{28 - n % 28:02d} 08:00:00.0",
            "moi": 1,
        }
        for n in range(first, first + (size if count is None else count))
    ]
    body = f"cb({json.dumps({'response': rows, 'total': total})})".encode()
    return reply(BAODAKLAK.listing_url(ID, first, size), body=body)


def test_of_nothing_nothing_is_known() -> None:
    report = make_report(evidence(), run_id="x", made_at=NOW, finished=False)
    assert report["counts"] == {"fits": 0, "differs": 0, "unknown": len(report["findings"])}
    assert all(finding["answer"] for finding in report["findings"])
    assert "stopped before its end" in render_page(report)


def test_page_size_is_what_came_not_what_was_asked_for() -> None:
    found = page_size(evidence(api__list=listing(14), api__big=listing(100, count=30)))
    assert found.verdict is Verdict.FITS
    assert "at most 30" in found.answer
    assert found.changes[0].startswith("article_page_size=30,")
    few = page_size(evidence(api__list=listing(14, count=8)))
    assert (few.verdict, few.changes) == (Verdict.DIFFERS, ("article_page_size=8,",))
    short = page_size(evidence(api__list=listing(14, count=9, total=9)))
    assert (short.verdict, short.changes) == (Verdict.FITS, ())


def test_an_offset_that_is_ignored_is_found_out() -> None:
    found = listing_api(evidence(api__list=listing(14), api__next=listing(14)))
    assert found.verdict is Verdict.DIFFERS
    assert "the second page repeats the first" in found.answer
    facts = dict(found.facts)
    assert facts["not known before"] == "moi"
    good = listing_api(evidence(api__list=listing(14), api__next=listing(14, first=14)))
    assert good.verdict is Verdict.FITS


def test_rows_without_a_date_are_found_out() -> None:
    body = b'{"response": [{"title": "A", "pageUrl": "/a/202606/b-0000001/"}]}'
    found = listing_api(evidence(api__list=reply(BAODAKLAK.listing_url(ID, 0), body=body)))
    assert "lack publishDate" in found.answer


def test_another_root_is_proposed() -> None:
    gone = reply(BAODAKLAK.listing_url(ID, 0), status=404)
    asked = {"api:list": gone, "api-root:/service": listing(14)}
    found = listing_api(Evidence(profile=BAODAKLAK, site=BAODAKLAK, replies=asked))
    assert (found.verdict, found.changes) == (Verdict.DIFFERS, ('api_root="/service",',))


def test_roots_that_the_pages_name_are_tried_first() -> None:
    body = b"""<script>var u = '/v2/tin_tuc/api/article/list?first='; f("/sc_service/api/article/x")
    </script>"""
    found = api_roots_to_try(evidence(home=reply(body=body)))
    assert found == ["/v2/tin_tuc", "/service", "/api"]


def section_page(*numbers: int) -> bytes:
    rows = "".join(
        f'<div class="item"><a class="title1" href="/thoi-su/202606/b-{n:07x}/">B</a></div>'
        for n in numbers
    )
    return f'<html><body><div id="cate-content">{rows}</div></body></html>'.encode()


@pytest.mark.parametrize(
    ("second", "verdict"),
    [((1, 2, 3), Verdict.FITS), ((4, 5, 6), Verdict.DIFFERS), ((), Verdict.UNKNOWN)],
)
def test_paged(second: tuple[int, ...], verdict: Verdict) -> None:
    url = "https://baodaklak.vn/thoi-su/"
    pages = {
        "section:thoi-su": reply(url, body=section_page(1, 2, 3)),
        "paged": reply(f"{url}?paged=2", body=section_page(*second)),
    }
    found = paged(Evidence(profile=BAODAKLAK, site=BAODAKLAK, replies=pages))
    assert found.verdict is verdict


def test_sitemaps_and_feeds_are_files_not_pages_of_status_200() -> None:
    page = reply("https://baodaklak.vn/sitemap.xml", body=b"<html>Trang</html>")
    real = reply("https://baodaklak.vn/sitemap.xml", body=b"<?xml?><urlset><url/></urlset>")
    for topic, ask in (("sitemap", sitemaps), ("feed", feeds)):
        assert ask(evidence(**{f"{topic}__x": page})).verdict is Verdict.FITS
        assert ask(evidence(**{f"{topic}__x": real})).verdict is Verdict.DIFFERS
        down = reply(page.url, status=502)
        assert ask(evidence(**{f"{topic}__x": down})).verdict is Verdict.UNKNOWN


def test_what_robots_txt_forbids_is_told() -> None:
    rules = reply("https://baodaklak.vn/robots.txt", body=b"User-agent: *\nDisallow: /video/\n")
    barred = Reply(asked="https://baodaklak.vn/video/", url="", error="Forbidden by robots.txt")
    found = robots(evidence(robots=rules, section__video=barred))
    assert found.verdict is Verdict.DIFFERS
    assert "https://baodaklak.vn/video/" in dict(found.facts)["forbidden"]
    assert robots(evidence(robots=rules)).verdict is Verdict.FITS
    assert robots(evidence(robots=reply(body=b"<html>"))).verdict is Verdict.DIFFERS
    assert robots(evidence(robots=reply(status=404))).verdict is Verdict.FITS
    assert robots(evidence(robots=reply(status=503))).verdict is Verdict.UNKNOWN


def test_validators_that_change_nothing_are_found_out() -> None:
    first = reply(body=b"a", headers={"etag": '"1"'})
    same = reply(body=b"a", headers={"etag": '"1"'})
    asked = {"first:article": first, "again:article": same}
    found = validators(Evidence(profile=BAODAKLAK, site=BAODAKLAK, replies=asked))
    assert found.verdict is Verdict.DIFFERS
    asked["again:article"] = reply(status=304, not_modified=True)
    found = validators(Evidence(profile=BAODAKLAK, site=BAODAKLAK, replies=asked))
    assert found.verdict is Verdict.FITS


def test_sections_unlike_each_other_are_chosen() -> None:
    seen = evidence()
    seen.menu = read_menu("https://baodaklak.vn/", MENU, BAODAKLAK)
    assert [each.slug for each in sections_to_ask(seen, 9)] == [
        "thoi-su",
        "video",
        "thoi-su/chuyen-de",
    ]
    assert len(sections_to_ask(seen, 2)) == 2


def test_without_lists_the_links_of_the_home_page_are_followed() -> None:
    body = b'<a href="/a/202606/b-0000001/">x</a><a href="/tim-kiem/">y</a>'
    found = articles_to_ask(evidence(home=reply(body=body)), 5)
    assert found == [("https://baodaklak.vn/a/202606/b-0000001/", "")]


@pytest.mark.parametrize(
    "url",
    [
        "https://baodaklak.vn/thoi-su/202606/mot-bai-0abc123/",
        "https://baodaklak.vn/channel/3487/201104/mot-bai-1989582",
    ],
)
def test_the_missing_article_could_be_one(url: str) -> None:
    made = missing_article(url)
    assert made != url
    assert BAODAKLAK.article_key(made)


def test_a_wall_is_a_refusal_but_a_page_about_walls_is_none() -> None:
    wall = reply(body=b"<html><title>Just a moment</title></html>")
    assert refusal(evidence(home=wall))
    assert refusal(evidence(home=reply(status=403)))
    assert refusal(evidence()) is None
    about = evidence(home=wall)
    about.menu = read_menu("https://baodaklak.vn/", MENU, BAODAKLAK)
    assert refusal(about) is None


REASONS = [
    "home",
    "robots",
    "http",
    "www",
    "no-slash",
    "double-slash",
    "article-no-slash",
    "sitemap:/x",
    "feed:/y",
    "paged",
    "missing",
    "section:thoi-su",
    "section:video",
    "api:list",
    "api:next",
    "api:big",
    "api:bigger",
    "api:deep",
    "api:all",
    "api-root:/service",
    "first:article",
    "again:article",
    "first:image",
    "again:image",
    "comments:1",
    "english",
]
BODIES = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([MENU, section_page(1, 2), listing(14).body, b"cb({})", b"[]", b"[1]", b"{}"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "etag", "location", "last-modified", "server"]),
    st.text(max_size=30),
)
REPLIES = st.builds(
    reply,
    url=st.sampled_from(
        [BAODAKLAK.listing_url(ID, 0, 5), "https://moi.baodaklak.vn/a/202606/b-1/"]
    ),
    status=st.sampled_from([None, 200, 204, 301, 304, 403, 404, 500, 999]),
    body=BODIES,
    headers=HEADERS,
    hops=st.lists(st.builds(Hop, st.text(), st.just(301), st.text()), max_size=2).map(tuple),
    leads_to=st.one_of(st.none(), st.text()),
    error=st.one_of(st.none(), st.just("Forbidden by robots.txt"), st.text()),
)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(REASONS), REPLIES), st.lists(REPLIES, max_size=4))
def test_whatever_came_the_report_can_be_made(
    replies: dict[str, Reply], pages: list[Reply]
) -> None:
    seen = Evidence(profile=BAODAKLAK, site=BAODAKLAK, replies=replies)
    if home := seen.good("home"):
        seen.menu = read_menu(home.url, home.body, BAODAKLAK)
    seen.articles = [Article.of(each, "thoi-su", BAODAKLAK) for each in pages]
    articles_to_ask(seen, 20)
    refusal(seen)
    report = make_report(seen, run_id="x", made_at=NOW, finished=True)
    assert json.loads(json.dumps(report))["findings"]
    assert render_page(report).count('class="card') == len(report["findings"])
    for finding in report["findings"]:
        assert finding["verdict"] in set(Verdict)


def test_what_came_from_the_network_is_text_on_the_page() -> None:
    bad = reply(status=404, error=None, asked="https://baodaklak.vn/<script>alert(1)</script>")
    report = make_report(evidence(english=bad), run_id="x", made_at=NOW, finished=True)
    assert "<script>" not in render_page(report)


OTHERS = b"""<html><head>
<link rel="stylesheet" href="https://maxcdn.bootstrapcdn.com/a.css">
<link rel="stylesheet" href="https://fonts.khac.example/css?family=R">
<link rel="preload" as="font" href="https://fonts.khac.example/r.woff2">
<script src="https://ma.khac.example/a.js"></script>
<script src="https://ma.khac.example/tracker.js"></script>
<script src="https://www.googletagmanager.com/gtag/js?id=0"></script>
<script src="https://connect.facebook.net/sdk.js"></script>
<script src="https://quang-cao.khac.example/a.js"></script>
<script src="https://binh-luan.khac.example/a.js"></script>
<script src="/common/a.js"></script><img src="https://anh.khac.example/a.jpg">"""


def test_hosts_of_others_are_proposed_but_not_those_that_are_never_fetched() -> None:
    html = {"content-type": "text/html"}
    found = looks(
        evidence(
            home=reply(body=OTHERS, headers=html),
            section__a=reply(
                "https://baodaklak.vn/a/",
                body=b"<html><script src=//ma.khac.example/b.js></script>",
                headers=html,
            ),
        )
    )
    assert found.verdict is Verdict.DIFFERS
    (line,) = found.changes
    names = [*BAODAKLAK.resource_hosts, "ma.khac.example", "fonts.khac.example"]
    code, _, served = line.partition("  # ")
    assert code == f"resource_hosts=({', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)},),"
    assert served == (
        "ma.khac.example: scripts (3), on 2 of 2 pages;"
        " fonts.khac.example: fonts (1), style sheets (1), on 1 of 2 pages"
    )
    facts = dict(found.facts)
    assert facts["maxcdn.bootstrapcdn.com"].endswith("in the profile")
    assert facts["cdnjs.cloudflare.com"] == "in the profile, on no page"
    assert facts["www.googletagmanager.com"].endswith("never fetched: tracking")
    assert facts["quang-cao.khac.example"].endswith("never fetched: advertising")
    assert facts["binh-luan.khac.example"].endswith("never fetched: comments and social media")
    assert "anh.khac.example" not in facts


def test_where_the_profile_lists_all_nothing_differs() -> None:
    page = reply(body=OTHERS[: OTHERS.index(b'<link rel="stylesheet" href="https://fonts')])
    assert looks(evidence(home=page)).verdict is Verdict.FITS
