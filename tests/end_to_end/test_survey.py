"""First contact: what the survey says of a newspaper, and what that newspaper knows of itself."""

from __future__ import annotations

import datetime as dt
import json
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.background import wait_for_exchanges
from support.home import Home, address_options
from support.surveys import Surveyed, survey, surveying
from warcio.archiveiterator import ArchiveIterator

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(300)]

SHAPES = {
    "template-a": ("--articles", "6000", "--template", "a", "--validators", "static"),
    "template-b": ("--articles", "300", "--template", "b", "--validators", "all"),
    "api-off": ("--articles", "300", "--template", "a", "--faults", "api-off"),
    "moved-host": ("--articles", "300", "--faults", "moved-host", "--validators", "none"),
}


@pytest.fixture(scope="module")
def surveyed(
    practice: Callable[..., PracticeProcess], homes: Callable[[], Home]
) -> Callable[[str], Surveyed]:
    """One survey of each shape, made when it is first asked for."""
    made: dict[str, Surveyed] = {}

    def of(shape: str) -> Surveyed:
        if shape not in made:
            made[shape] = survey(homes(), practice(*SHAPES[shape]))
        return made[shape]

    return of


@pytest.mark.parametrize("shape", SHAPES)
def test_it_asks_little_and_archives_all(surveyed: Callable[[str], Surveyed], shape: str) -> None:
    found = surveyed(shape)
    log = [entry for entry, _, _ in found.site.exchanges()]
    assert 30 < len(log) <= 60
    assert found.report["requests"] == len(log)
    assert found.report["finished"]
    assert {entry["host"] for entry in log} <= {
        "baodaklak.vn",
        "www.baodaklak.vn",
        *(["moi.baodaklak.vn"] if shape == "moved-host" else []),
    }
    requests = 0
    for path in found.home.warcs:
        with path.open("rb") as stream:
            requests += sum(1 for record in ArchiveIterator(stream) if record.rec_type == "request")
    assert requests == len(log)
    assert found.home.khobao("archive", "verify").returncode == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_it_finds_the_sections_and_their_ids(
    surveyed: Callable[[str], Surveyed], shape: str
) -> None:
    found = surveyed(shape)
    truth = {section["slug"]: section for section in found.site.truth("sections")}
    said = {section["slug"]: section for section in found.report["sections"]}
    assert said.keys() == truth.keys()
    assert found.verdict("menu") == "fits"
    told = {slug: section for slug, section in said.items() if section["categoryId"]}
    # Template B's menu has no ids: only the pages of the sample tell theirs.
    assert len(told) == len(truth) if shape != "template-b" else len(told) >= 4
    for slug, section in told.items():
        assert section["categoryId"] == truth[slug]["categoryId"]
        assert section["name"] == truth[slug]["name"]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_tells_templates_and_fields_of_twenty_articles(
    surveyed: Callable[[str], Surveyed], shape: str
) -> None:
    found = surveyed(shape)
    truth = {
        url.partition("baodaklak.vn")[2]: article
        for article in found.site.truth("articles")
        for url in article["urls"]
    }
    sample = found.report["articles"]
    articles = [truth[each["url"].partition("baodaklak.vn")[2]] for each in sample]
    assert len(sample) == 20
    assert [each["template"] for each in sample] == [each["template"] for each in articles]
    assert {each["kind"] for each in articles} >= {"video", "epaper"}
    for name in ("headline", "description", "articleBody", "keywords", "images", "authors"):
        share = sum(1 for article in articles if article[name]) / len(articles)
        assert found.report["fields"][name] == pytest.approx(share), name
    assert found.verdict("templates") == found.verdict("fields") == "fits"


def test_it_says_how_many_rows_a_call_gives(surveyed: Callable[[str], Surveyed]) -> None:
    found = surveyed("template-a")
    assert found.verdict("api") == found.verdict("method") == found.verdict("paged") == "fits"
    assert found.facts("page-size") == {
        "pageSize=14": "14 rows",
        "pageSize=100": "100 rows",
        "pageSize=500": "200 rows",  # the practice newspaper's limit
    }
    assert any(line.startswith("article_page_size=200,") for line in found.changes)
    facts = found.facts("api")
    assert "0 of them again" in facts["offset"]
    section = found.site.truth("sections")[0]["slug"]
    listed = [a for a in found.site.truth("articles") if section in a["sections"]]
    assert facts["total"] == str(len(listed))


@pytest.mark.parametrize(
    ("shape", "article", "picture"),
    [
        ("template-a", "neither", "asked again: 304"),
        ("template-b", "asked again: 304", "asked again: 304"),
        ("moved-host", "neither", "neither"),
    ],
)
def test_it_says_what_validators_are_worth(
    surveyed: Callable[[str], Surveyed], shape: str, article: str, picture: str
) -> None:
    facts = surveyed(shape).facts("validators")
    assert article in facts["article"]
    assert picture in facts["picture"]
    assert surveyed(shape).verdict("validators") == "fits"


def test_it_follows_redirects_and_says_so(surveyed: Callable[[str], Surveyed]) -> None:
    facts = surveyed("template-a").facts("redirects")
    assert facts["http instead of https"] == "301 → https://baodaklak.vn/ → 200"
    assert facts["with www."] == "301 → https://baodaklak.vn/ → 200"
    assert facts["section with a double slash"] == "200"
    for topic, words in (
        ("missing", "404"),
        ("english", "none"),
        ("sitemap", "No"),
        ("feed", "No"),
    ):
        assert surveyed("template-a").verdict(topic) == "fits"
        assert words in surveyed("template-a").answer(topic)


def test_everything_fits_a_newspaper_that_is_as_assumed(
    surveyed: Callable[[str], Surveyed],
) -> None:
    for shape in ("template-a", "template-b"):
        found = surveyed(shape)
        assert (found.code, found.report["open"]) == (0, []), found.report["open"]
        assert found.report["counts"] == {"fits": 21, "differs": 0, "unknown": 1}
        assert found.verdict("edits") == "unknown"


def test_without_the_api_it_names_the_section_pages(surveyed: Callable[[str], Surveyed]) -> None:
    found = surveyed("api-off")
    assert found.code == 1
    assert set(found.report["open"]) == {"api", "page-size", "method", "comments"}
    assert found.verdict("api") == found.verdict("method") == "differs"
    assert found.answer("method").startswith("The section pages only.")
    assert found.verdict("page-size") == "unknown"
    assert {name for name in found.facts("api") if name.startswith("root ")}


def test_it_goes_with_a_newspaper_that_moved(surveyed: Callable[[str], Surveyed]) -> None:
    found = surveyed("moved-host")
    assert found.code == 1
    assert found.report["open"] == ["host"]
    assert "moi.baodaklak.vn" in found.answer("host")
    assert found.changes[0].startswith('hosts=("moi.baodaklak.vn", "baodaklak.vn"),')
    assert all(a["url"].startswith("https://moi.baodaklak.vn/") for a in found.report["articles"])


def test_a_crawl_does_not_go_where_only_the_survey_may(
    surveyed: Callable[[str], Surveyed], home: Home
) -> None:
    site = surveyed("moved-host").site
    site.control("POST", "/log/clear")
    result = home.crawl(site, "sections")
    assert result["returncode"] == 1
    asked = [(entry["host"], entry["target"]) for entry, _, _ in site.exchanges()]
    # A robots.txt may lie on another host (RFC 9309, 2.3.1.2), and nothing else.
    assert {host for host, target in asked if target != "/robots.txt"} == {"baodaklak.vn"}


def test_the_report_is_in_the_archive_and_the_run_in_the_list(
    surveyed: Callable[[str], Surveyed],
) -> None:
    found = surveyed("template-b")
    run = found.result["run_id"]
    kept, prefix = {}, f"urn:khobao:run:{run}:"
    for path in found.home.warcs:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                name = record.rec_headers.get_header("WARC-Target-URI") or ""
                if name.startswith(prefix):
                    kept[name.removeprefix(prefix)] = record.content_stream().read()
    assert json.loads(kept["survey"]) == found.report
    assert kept["survey"] == found.page.with_suffix(".json").read_bytes()
    parts = {name for name in kept if name.startswith("ledger:")}
    assert parts
    assert {"log", "report", "survey"} == kept.keys() - parts
    runs = json.loads(found.home.khobao("--json", "runs").stdout)
    assert [(each["_id"], each["exitCode"]) for each in runs] == [(run, 0)]
    assert run in found.home.khobao("status").stdout


@pytest.mark.browser
def test_its_page_can_be_read(surveyed: Callable[[str], Surveyed], browser: Any) -> None:
    for shape in SHAPES:
        found = surveyed(shape)
        for width, scheme in ((1200, "light"), (360, "dark")):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page, trouble, asked = context.new_page(), [], []
            page.on("console", lambda message, to=trouble: to.append(message.text))
            page.on("pageerror", lambda error, to=trouble: to.append(str(error)))
            page.on("request", lambda request, to=asked: to.append(request.url))
            page.goto(found.page.as_uri())
            assert page.locator("article.card").count() == len(found.report["findings"])
            # Wide tables scroll in themselves; the page does not move sideways.
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
            assert trouble == []
            context.close()


def test_ctrl_c_leaves_a_report_of_what_came_and_the_pace_is_a_request_a_second(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "60")
    with surveying(home, site, speed=False) as running:
        wait_for_exchanges(site, running.process, some=9)
        running.signal(signal.SIGINT)
        result = running.finish()
    assert result["returncode"] == 130, result["stderr"]
    assert "Traceback" not in result["stderr"]
    assert result["resume_hint"] is None
    report = json.loads(Path(result["page"]).with_suffix(".json").read_bytes())
    assert report["finished"] is False
    assert next(f for f in report["findings"] if f["topic"] == "host")["verdict"] == "fits"
    assert next(f for f in report["findings"] if f["topic"] == "fields")["verdict"] == "unknown"
    assert "stopped before its end" in Path(result["page"]).read_text("utf-8")
    log = [entry for entry, _, _ in site.exchanges()]
    by_host: dict[str, list[dt.datetime]] = {}
    for entry in log:
        by_host.setdefault(entry["host"], []).append(dt.datetime.fromisoformat(entry["started"]))
    # The very first request waited for the self-test of the tee, so the second seems early.
    del by_host["baodaklak.vn"][0]
    gaps = [b - a for times in by_host.values() for a, b in pairwise(times)]
    assert len(gaps) >= 5
    assert min(gaps) > dt.timedelta(seconds=0.95)
    assert home.khobao("archive", "verify").returncode == 0


def test_a_home_in_use_is_left_alone(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "60")
    with surveying(home, site, speed=False) as running:
        wait_for_exchanges(site, running.process, some=2)
        other = home.khobao("survey", *address_options(site))
        running.signal(signal.SIGINT)
        running.finish()
    assert other.returncode == 9, other.stderr
    assert "Traceback" not in other.stderr


def test_nobody_else_is_hurried(home: Home) -> None:
    done = home.khobao("survey", "--delay", "0")
    assert done.returncode == 2
    assert "would strain baodaklak.vn" in done.stderr
