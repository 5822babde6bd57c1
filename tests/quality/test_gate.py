"""Each check of the gate sees the failure that it is there for."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import ClassVar

import pytest
from web_poet import HttpResponse
from web_poet.fields import item_from_fields_sync

from crawler.items import NewsArticle
from crawler.pages.html import Css
from crawler.pages.templates.template_a import ArticlePageA
from quality import changelog, floors, report
from quality.__main__ import main
from quality.corpus import Page, load_corpus
from quality.distortions import DISTORTIONS
from quality.floors import FloorsError, Record
from quality.measure import Measured, Miss, Score, measure

NAMES = ("ArticlePageA/news", "ArticlePageA/photo", "ArticlePageB/poem")
FEW = {name: DISTORTIONS[name] for name in ("windows-line-ends", "decomposed-letters", "boxes")}
UNRELEASED = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Something.\n\n## 0.1.0\n\n- First.\n"


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [page for page in load_corpus() if page.name in NAMES]


@pytest.fixture(scope="module")
def record(pages: list[Page]) -> Record:
    return floors.raised(floors.empty(), measure(pages, FEW))


class WithoutTags(ArticlePageA):
    """What is left of a page class when the newspaper renames a class."""

    TAGS: ClassVar[Css] = Css("div.tag_list_2027", nearest="id('content')/following::")


def read_without_tags(page: Page, body: bytes) -> NewsArticle:
    if page.expected["template"] != "a":
        pytest.fail("only for pages of template A")
    reader = WithoutTags(HttpResponse(page.url, body, encoding="utf-8"))
    return item_from_fields_sync(reader, NewsArticle)


def names(fallen: list[floors.Fall]) -> set[tuple[str, str]]:
    return {(fall.what, fall.name) for fall in fallen}


# ---- what fell


def test_a_wrong_selector_is_named_by_its_field_with_examples(
    record: Record, pages: list[Page]
) -> None:
    of_a = [page for page in pages if page.expected["template"] == "a"]
    fallen = floors.falls(record, measure(of_a, FEW, read=read_without_tags))
    assert [fall.name for fall in fallen if fall.what == "field"] == ["keywords"]
    text = report.complaints(fallen)
    assert "field keywords: measured 50.00 %, floor: 100.00 %" in text
    assert "ArticlePageA/news × as-it-is: keywords" in text
    assert "expected ['lớp học, tình thương', 'giáo dục vùng xa']" in text
    assert "actual   []" in text
    assert 'make eval ARGS="--allow-regression keywords --because …"' in text


def test_a_refused_page_has_every_field_wrong(pages: list[Page]) -> None:
    page = dataclasses.replace(pages[0], html="<html><body>Bảo trì</body></html>")
    measured = measure([page], {})
    assert {score.right for score in measured.fields.values()} == {0}
    assert measured.body_overlap == 0
    assert "refused" in measured.misses[0].actual


def test_a_new_field_below_100_percent_says_that_it_has_no_floor(record: Record) -> None:
    miss = Miss("p", "as-it-is", "poet", "a/poem", "x", "y")
    fallen = floors.falls(record, Measured(fields={"poet": Score(1, 2)}, misses=[miss]))
    new = next(fall for fall in fallen if fall.name == "poet")
    assert new.is_new
    assert "no floor is recorded yet" in report.complaints([new])
    assert "ARGS=--raise" in report.complaints([new])


def test_one_wrong_field_in_millions_is_below_100_percent() -> None:
    assert floors.is_below(Score(9_999_999, 10_000_000), 1.0)
    assert floors.percent(0.999999) == "99.99 %"


def test_raw_fields_are_compared_letter_by_letter_elsewhere(pages: list[Page]) -> None:
    """The comparison that is loose under one distortion is strict under the next."""
    strict = {name: dataclasses.replace(value, loosely=frozenset()) for name, value in FEW.items()}
    wrong = {(miss.distortion, miss.field) for miss in measure(pages, strict).misses}
    assert ("decomposed-letters", "headlineRaw") in wrong
    assert {distortion for distortion, _ in wrong} == {"decomposed-letters"}


# ---- what the corpus lost


def test_a_page_that_is_gone(record: Record, pages: list[Page]) -> None:
    fallen = floors.falls(record, measure(pages[1:], FEW))
    assert ("page", pages[0].name) in names(fallen)
    assert "not in the corpus any more" in report.complaints(fallen)


def test_a_distortion_that_is_gone(record: Record, pages: list[Page]) -> None:
    fewer = {name: FEW[name] for name in FEW if name != "boxes"}
    assert names(floors.falls(record, measure(pages, fewer))) == {("distortion", "boxes")}


def test_a_distortion_that_does_nothing_any_more(record: Record, pages: list[Page]) -> None:
    weak = dataclasses.replace(
        FEW["boxes"], apply=lambda html: html if "tag_list" in html else FEW["boxes"].apply(html)
    )
    fallen = floors.falls(record, measure(pages, {**FEW, "boxes": weak}))
    assert names(fallen) == {("page", "ArticlePageA/news"), ("page", "ArticlePageA/photo")}
    assert "3 distortions apply to it, there were 4" in report.complaints(fallen)


def test_an_expected_value_that_is_gone(record: Record, pages: list[Page]) -> None:
    expected = {name: value for name, value in pages[0].expected.items() if name != "keywords"}
    fewer = [dataclasses.replace(pages[0], expected=expected), *pages[1:]]
    assert names(floors.falls(record, measure(fewer, FEW))) == {("page", pages[0].name)}


# ---- the record


@pytest.mark.slow
def test_a_floor_changed_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    by_hand = floors.FLOORS.read_text("utf-8").replace('"headline": 1.0', '"headline": 0.5')
    path.write_text(by_hand, "utf-8")
    with pytest.raises(FloorsError, match="changed by hand"):
        floors.load(path)
    assert main(["--raise"], path, tmp_path / "CHANGELOG.md") == 2
    assert path.read_text("utf-8") == by_hand


@pytest.mark.parametrize("content", [None, "", "{"])
def test_a_record_that_is_no_record(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "floors.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(FloorsError, match="take it from the repository"):
        floors.load(path)


def test_raising_never_lowers(record: Record, pages: list[Page]) -> None:
    worse = measure(pages[1:], {})
    worse.fields["headline"] = Score(1, 3)
    again = floors.raised(record, worse)
    assert again == record


def test_a_first_floor_may_be_any(record: Record) -> None:
    again = floors.raised(record, Measured(fields={"poet": Score(2, 3)}))
    assert again["fields"]["poet"] == 0.666666


def test_only_what_fell_can_be_lowered_and_only_for_a_reason(
    record: Record, pages: list[Page]
) -> None:
    measured = measure(pages, FEW)
    with pytest.raises(FloorsError, match="nothing to allow"):
        floors.lower(record, measured, "headline", "x")
    measured.fields["headline"] = Score(1, 3)
    with pytest.raises(FloorsError, match="for a reason"):
        floors.lower(record, measured, "headline", " ")
    lowered, line = floors.lower(record, measured, "headline", "no other way")
    assert floors.falls(lowered, measured) == []
    assert lowered["fields"] == {**record["fields"], "headline": 0.333333}
    assert line == "Quality floor of `headline` lowered from 100.00 % to 33.33 %: no other way"


def test_a_distortion_is_let_go_with_all_that_it_was_counted_for(
    record: Record, pages: list[Page]
) -> None:
    measured = measure(pages, {name: FEW[name] for name in FEW if name != "boxes"})
    lowered, _ = floors.lower(record, measured, "boxes", "seen nowhere")
    assert floors.falls(lowered, measured) == []


# ---- the changelog


def test_a_lowered_floor_without_its_line(record: Record) -> None:
    line = "Quality floor of `headline` lowered from 100.00 % to 33.33 %: " + "so it is " * 12
    lowered = {**record, "lowered": [{"name": "headline", "line": line.strip()}]}
    assert changelog.without_line(lowered, UNRELEASED) == [line.strip()]
    told = changelog.add_line(UNRELEASED, line.strip())
    assert changelog.without_line(lowered, told) == []
    assert max(map(len, told.splitlines())) <= 100
    assert told.index("### Added") < told.index("### Changed") < told.index("## 0.1.0")


def test_the_line_goes_under_the_changes_that_are_there() -> None:
    changed = UNRELEASED.replace("Added", "Changed")
    assert changelog.add_line(changed, "One.").count("### Changed\n\n- One.\n- Something.") == 1


def test_a_changelog_without_unreleased_changes() -> None:
    with pytest.raises(FloorsError, match="Unreleased"):
        changelog.add_line("# Changelog\n\n## 0.1.0\n", "One.")


# ---- the command


@pytest.mark.slow
def test_the_command_lets_a_page_go_only_with_reason_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, log = tmp_path / "floors.json", tmp_path / "CHANGELOG.md"
    before = floors.load()
    ghost = {**before["pages"], "quality/ghost": {"readings": 5, "fields": 30}}
    floors.save({**before, "pages": ghost}, path)
    log.write_text(UNRELEASED, "utf-8")

    assert main([], path, log) == 1
    assert "page quality/ghost: the page is not in the corpus" in capsys.readouterr().out
    assert main(["--raise"], path, log) == 1
    with pytest.raises(SystemExit):
        main(["--allow-regression", "quality/ghost"], path, log)
    assert log.read_text("utf-8") == UNRELEASED

    assert (
        main(["--allow-regression", "quality/ghost", "--because", "seen by nobody"], path, log) == 0
    )
    assert "FELL" not in capsys.readouterr().out
    record = json.loads(path.read_text("utf-8"))
    assert "quality/ghost" not in record["pages"]
    assert changelog.without_line(record, log.read_text("utf-8")) == []
    assert changelog.without_line(record, UNRELEASED) != []


def test_raising_what_is_recorded_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    path.write_bytes(floors.FLOORS.read_bytes())
    floors.save(floors.load(path), path)
    assert path.read_bytes() == floors.FLOORS.read_bytes()
