"""When a run's pages raise an alarm, and when they raise none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crawler.monitoring import Alarm, Baseline, Example, ExtractionError, FieldCoverage, find_alarms
from crawler.pages.features import PageFeatures

MONDAY = dt.datetime(2026, 6, 15, 8, tzinfo=dt.UTC)
HEADLINE = "ArticlePageA.HEADLINE"
SUPERTITLE = "ArticlePageB.HEAD_IMAGE"  # seldom


def sheet_of(
    pages: int,
    *,
    missing: int = 0,
    name: str = HEADLINE,
    page: str = "ArticlePageA",
    kind: str = "news",
    section: str = "thoi-su",
    fields: dict[str, int] | None = None,
    fingerprint: str = "aaaa",
) -> FieldCoverage:
    coverage = FieldCoverage()
    for number in range(pages):
        lengths = {field: [length] for field, length in (fields or {}).items()}
        hits = {name: [number >= missing]}
        features = PageFeatures(page, kind, section, hits, lengths, fingerprint)
        coverage.add(
            features, Example(f"https://baodaklak.vn/{section}/{number}/", f"<urn:{number}>")
        )
    return coverage


def run_of(coverage: FieldCoverage, days_ago: int, **more: Any) -> dict[str, Any]:
    started = MONDAY - dt.timedelta(days=days_ago)
    return {"fieldCoverage": coverage.as_document(), "startedAt": started, **more}


def judged(coverage: FieldCoverage, *history: dict[str, Any]) -> list[Alarm]:
    return find_alarms(coverage, Baseline.of_runs(history), weekday=0)


@pytest.mark.parametrize("pages", [1, 2, 5, 30, 1000])
def test_pages_as_they_should_be_raise_nothing(pages: int) -> None:
    assert judged(sheet_of(pages)) == []


def test_a_selector_that_matches_nowhere_is_named_with_three_pages() -> None:
    (alarm,) = judged(sheet_of(12, missing=12))
    assert (alarm.what, alarm.page, alarm.field) == ("selector", "ArticlePageA", "headline")
    assert alarm.selector == "#content h1.media-heading"
    assert [example.record for example in alarm.examples] == ["<urn:0>", "<urn:1>", "<urn:2>"]
    assert "0 of 12" in alarm.seen


@pytest.mark.parametrize(("pages", "alarms"), [(2, 0), (4, 0), (5, 1), (8, 1)])
def test_a_few_pages_alike_are_an_occasion(pages: int, alarms: int) -> None:
    usual = [run_of(sheet_of(40, name=SUPERTITLE), day) for day in (1, 2, 3)]
    assert len(judged(sheet_of(pages, missing=pages, name=SUPERTITLE), *usual)) == alarms


def test_a_few_pages_without_what_every_page_has_are_no_occasion() -> None:
    assert len(judged(sheet_of(2, missing=2))) == 1


def test_one_page_without_says_nothing_and_a_fifth_of_many_does() -> None:
    assert judged(sheet_of(1, missing=1)) == []
    assert judged(sheet_of(60, missing=2)) == []
    assert len(judged(sheet_of(200, missing=50))) == 1


def test_what_seldom_matches_is_judged_by_history_alone() -> None:
    gone = sheet_of(40, missing=40, name=SUPERTITLE, page="ArticlePageB")
    assert judged(gone) == []
    usual = sheet_of(60, missing=20, name=SUPERTITLE, page="ArticlePageB")
    (alarm,) = judged(gone, run_of(usual, 1), run_of(usual, 2))
    assert alarm.selector == "#wrapperPostDetailMain .detail-main-title img.image"
    assert "80 of 120" in alarm.expected


def test_what_an_earlier_run_had_no_more_of_is_nothing_new() -> None:
    usual = sheet_of(60, missing=20, name=SUPERTITLE, page="ArticlePageB")
    quiet = sheet_of(20, missing=20, name=SUPERTITLE, page="ArticlePageB")
    again = sheet_of(40, missing=40, name=SUPERTITLE, page="ArticlePageB")
    assert judged(again, run_of(usual, 1), run_of(quiet, 2), run_of(usual, 3)) == []


def test_kinds_are_compared_with_their_like() -> None:
    history = sheet_of(100, fields={"images": 3})
    poems = sheet_of(20, kind="poem", fields={"images": 0})
    assert judged(poems, run_of(history, 1)) == []


def test_a_section_that_lost_something_is_found_among_many_that_did_not() -> None:
    def week(lost: int) -> FieldCoverage:
        coverage = FieldCoverage()
        for number in range(400):
            section = "video" if number < 20 else "thoi-su"
            hit = not (section == "video" and number < lost)
            features = PageFeatures("ArticlePageB", "news", section, {SUPERTITLE: [hit]})
            coverage.add(features, Example(f"https://baodaklak.vn/{number}/", f"<urn:{number}>"))
        return coverage

    (alarm,) = judged(week(20), run_of(week(0), 1), run_of(week(0), 2))
    assert "in video" in alarm.seen


def test_what_a_weekday_always_lacks_is_no_alarm() -> None:
    def day(missing: int) -> FieldCoverage:
        return sheet_of(60, missing=missing, name=SUPERTITLE, page="ArticlePageB")

    history = [run_of(day(42 if days % 7 == 0 else 0), days) for days in range(1, 50)]
    assert judged(day(45), *history) == []


@pytest.mark.parametrize(("length", "is_alarming"), [(0, True), (60, True), (700, False)])
def test_a_text_cut_down_to_nearly_nothing(length: int, *, is_alarming: bool) -> None:
    history = sheet_of(80, kind="photo", fields={"articleBody": 1500})
    run = sheet_of(20, kind="photo", fields={"articleBody": length})
    alarms = judged(run, run_of(history, 1))
    assert {alarm.field for alarm in alarms} == ({"articleBody"} if is_alarming else set())
    for alarm in alarms:
        assert len(alarm.examples) == 3


def test_content_in_other_elements_is_another_layout() -> None:
    history = run_of(sheet_of(100), 1)
    (alarm,) = judged(sheet_of(30, fingerprint="bbbb"), history)
    assert (alarm.what, alarm.field) == ("layout", "template")
    assert len(alarm.examples) == 3


def test_an_accepted_change_is_the_measure_from_then_on() -> None:
    changed = sheet_of(40, missing=40)
    keys = [{"key": alarm.key} for alarm in judged(changed)]
    before = run_of(sheet_of(200), 3)
    alarmed = run_of(changed, 2, breakages=keys)
    assert judged(changed, alarmed, before)
    accepted = alarmed | {"acceptedAt": MONDAY}
    assert judged(changed, accepted, before) == []
    other = sheet_of(40, missing=40, name="ArticlePageA.DATE")
    assert [alarm.field for alarm in judged(other, accepted, before)] == ["datePublished"]


def refused(error: str, count: int, read: int, **place: str) -> FieldCoverage:
    coverage = sheet_of(read)
    for number in range(count):
        coverage.add_error(
            ExtractionError(error, **place), Example(f"https://x/{number}", f"<urn:{number}>")
        )
    return coverage


@pytest.mark.parametrize(
    ("error", "count", "read", "is_alarming"),
    [
        ("BlockPageError", 5, 0, True),
        ("BlockPageError", 2, 0, False),
        ("BlockPageError", 3, 200, False),
        ("NotAnArticleError", 20, 60, True),
        ("SoftNotFoundError", 10, 60, False),
        ("SoftNotFoundError", 40, 10, True),
    ],
)
def test_refused_pages(error: str, count: int, read: int, *, is_alarming: bool) -> None:
    alarms = judged(refused(error, count, read))
    assert len(alarms) == is_alarming
    for alarm in alarms:
        assert "#content" in alarm.selector
        assert len(alarm.examples) == 3


def test_a_refused_page_names_the_field_and_the_selector() -> None:
    selector = "#content > div.date"
    run = refused("MalformedArticleError", 9, 0, field="datePublished", selector=selector)
    (alarm,) = judged(run)
    assert (alarm.field, alarm.selector, alarm.page) == ("datePublished", selector, "ArticlePageA")


def test_what_is_always_refused_is_no_news() -> None:
    run = refused("NotAnArticleError", 20, 60)
    assert judged(run, run_of(refused("NotAnArticleError", 25, 60), 1)) == []
