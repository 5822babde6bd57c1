"""The gate: no field may be read worse than recorded, and nobody lowers the record in silence."""

from __future__ import annotations

import pytest

from quality import changelog, floors, report
from quality.corpus import Page, load_corpus
from quality.distortions import DISTORTIONS
from quality.measure import AS_IT_IS, Measured, measure

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("quality")]


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return load_corpus()


@pytest.fixture(scope="module")
def measured(pages: list[Page]) -> Measured:
    return measure(pages)


def test_nothing_is_read_worse_than_recorded(measured: Measured) -> None:
    fallen = floors.falls(floors.load(), measured)
    if fallen:
        pytest.fail(f"\n{report.complaints(fallen)}", pytrace=False)


def test_everything_has_a_floor(measured: Measured) -> None:
    if new := report.new_names(floors.load(), measured):
        names = ", ".join(new)
        pytest.fail(f"no floor yet, `make eval ARGS=--raise` records it: {names}", pytrace=False)


def test_every_lowered_floor_stands_in_the_changelog() -> None:
    missing = changelog.without_line(floors.load(), changelog.CHANGELOG.read_text("utf-8"))
    assert missing == []


def test_every_distortion_changes_some_page_and_says_what_it_does(measured: Measured) -> None:
    assert measured.distortions.keys() == {AS_IT_IS, *DISTORTIONS}
    assert all(len(distortion.about) > 10 for distortion in DISTORTIONS.values())


def test_the_corpus_has_every_kind_that_the_templates_have(measured: Measured) -> None:
    kinds = {name.split("/")[1] for name in measured.groups}
    assert kinds == {
        "news", "poem", "qa", "photo", "infographic", "emagazine", "video", "epaper",
    }  # fmt: skip


def test_distortions_are_the_same_every_time(pages: list[Page]) -> None:
    for page in pages:
        for distortion in DISTORTIONS.values():
            assert distortion.apply(page.html) == distortion.apply(page.html), distortion.name


def test_names_are_of_one_thing_each(measured: Measured) -> None:
    names = [*measured.fields, *measured.distortions, *measured.groups, *measured.pages]
    assert len(names) == len(set(names))
