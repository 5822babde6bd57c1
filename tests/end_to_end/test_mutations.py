"""Whatever selector's target the newspaper renames or removes, the same run names the selector."""

from __future__ import annotations

import re
from functools import cache

import pytest
from support.mutations import KINDS, judged, pages, watched

from crawler.monitoring import Alarm
from crawler.monitoring.thresholds import threshold_of_selector
from crawler.pages.html import Css, parse
from crawler.pages.selectors import Selector, page_classes, selectors_of
from practice.redesign import Redesign

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SELECTORS = [each for page in page_classes() for each in selectors_of(page)]
WHOLE = [each for each in SELECTORS if not each.is_part]
AS_IT_IS = Redesign()


def titles(number: int) -> Redesign:
    return Redesign(rename={"title1": f"title{number}"})


def pagination(link: str) -> Redesign:
    return Redesign(add={"#cate-content": f'<div class="pagination">{link}</div>'})


_NEXT = {
    "a[rel=next]": pagination('<a rel="next" href="?paged=2">2</a>'),
    ".pagination .next a": pagination('<span class="next"><a href="?paged=2">2</a></span>'),
    ".pagination a.next": pagination('<a class="next" href="?paged=2">2</a>'),
}
# What the newspaper's pages may have and the practice newspaper's have not: they get it first.
DRESSED = {
    **{
        f"SectionPage{letter}.NEXT[{text}]": look for letter in "AB" for text, look in _NEXT.items()
    },
    **{f"SectionPage{letter}.NEXT": _NEXT["a[rel=next]"] for letter in "AB"},
    **{f"SectionPageA.LINK[a.title{number}[href]]": titles(number) for number in (2, 3, 4, 5)},
    **{f"TeaserBlocks.TITLES[a.title{number}]": titles(number) for number in (3, 4)},
}


def parts_of(text: str) -> set[str]:
    return {part.strip() for part in re.split(r"[,|]", text)}


def aims_at(part: str) -> str:
    """The last name in a selector: two that end in the same one have the same target."""
    names = re.findall(r"[.#]([\w-]+)", part)
    return names[-1] if names else part


def is_named(selector: Selector, alarms: list[Alarm]) -> bool:
    """By an alarm with its text; or with that of another that has the same target, where the page
    cannot be read without it and nobody looks further.
    """
    told = {part for alarm in alarms for part in parts_of(alarm.selector)}
    wanted = parts_of(selector.text)
    if wanted & told:
        return True
    return "boilerplate" in selector.name and bool(
        {aims_at(part) for part in wanted} & {aims_at(part) for part in told}
    )


def kinds_of(selector: Selector) -> frozenset[str]:
    """Kinds of pages that its class reads; the menu and teaser blocks stand on all of them."""
    if selector.name.startswith("ArticlePage"):
        return frozenset({"article"})
    if selector.name.startswith("SectionPage"):
        return frozenset({"section"})
    return KINDS


def templates_of(selector: Selector, usual: Redesign) -> list[str]:
    """Where its target stands."""
    owner = selector.name.partition(".")[0]
    letters = [owner[-1].lower()] if owner[-1] in "AB" else ["a", "b"]
    return [letter for letter in letters if has_target(letter, selector, usual)]


def has_target(template: str, selector: Selector, usual: Redesign) -> bool:
    css = Css(selector.text)
    for what, _, content_type, body in pages(template):
        if what not in kinds_of(selector):
            continue
        root = parse(usual.applied(content_type, body)) if "html" in content_type else None
        if root is not None and css.first(root) is not None:
            return True
    return False


def without(selector: Selector, usual: Redesign) -> Redesign:
    """The newspaper as usual, but for the target."""
    gone = tuple(part.strip() for part in selector.text.split(","))
    if usual.rename:  # what has been renamed is removed by its first name
        old, new = next(iter(usual.rename.items()))
        gone = tuple(part.replace(f".{new}", f".{old}") for part in gone)
    if usual.add:
        return AS_IT_IS
    return Redesign(rename=usual.rename, remove=gone)


@pytest.mark.parametrize("selector", SELECTORS, ids=lambda each: each.name)
def test_the_run_after_a_change_names_the_selector(selector: Selector) -> None:
    usual = DRESSED.get(selector.name, AS_IT_IS)
    templates = templates_of(selector, usual)
    assert templates, "add its target to the practice newspaper, or to DRESSED"
    mutated = without(selector, usual)
    kinds = kinds_of(selector)
    found = {each: judged(each, mutated, usual=usual, kinds=kinds) for each in templates}
    named = [template for template, alarms in found.items() if is_named(selector, alarms)]
    assert named, {each: [alarm.selector for alarm in found[each]] for each in found}
    for template in named:
        for alarm in found[template]:
            assert alarm.examples, alarm
            assert all(example.record.startswith("<urn:") for example in alarm.examples)


@cache
def first_run_alarms(selector: Selector) -> tuple[Alarm, ...]:
    (template,) = templates_of(selector, AS_IT_IS)
    mutated = without(selector, AS_IT_IS)
    return tuple(judged(template, mutated, kinds=kinds_of(selector)))


def floored() -> list[Selector]:
    owners = {selector.name: selector.name.partition(".")[0] for selector in WHOLE}
    return [
        selector
        for selector in WHOLE
        if owners[selector.name].startswith("ArticlePage")
        and threshold_of_selector(selector, owners[selector.name]) is not None
    ]


@pytest.mark.parametrize("selector", floored(), ids=lambda each: each.name)
def test_the_very_first_run_names_what_no_article_is_without(selector: Selector) -> None:
    assert is_named(selector, list(first_run_alarms(selector)))


@pytest.mark.parametrize("key", ["pageUrl", "title", "publishDate", "lead", "avatar"])
def test_a_renamed_key_of_the_listing_call(key: str) -> None:
    alarms = judged("a", Redesign(keys={key: "khac"}), usual=AS_IT_IS, kinds=frozenset({"listing"}))
    assert any(f"{key} of the listing call" in alarm.selector for alarm in alarms)


@pytest.mark.parametrize(
    ("gone", "field"),
    [
        ("#cate_title", "articleSection"),
        ("#cate_id", "categoryId"),
        ("link[rel=stylesheet]", "resources.css"),
        ("meta[name=description]", "abstract"),
    ],
)
def test_what_no_selector_reads(gone: str, field: str) -> None:
    for template in "ab":
        alarms = judged(template, Redesign(remove=(gone,)))
        assert field in {alarm.field for alarm in alarms}
        assert any(gone in alarm.selector for alarm in alarms)


@pytest.mark.parametrize("template", ["a", "b"])
def test_without_a_change_there_is_no_alarm(template: str) -> None:
    assert judged(template, AS_IT_IS) == []
    assert judged(template, AS_IT_IS, usual=AS_IT_IS) == []


@pytest.mark.parametrize("template", ["a", "b"])
def test_every_selector_is_watched(template: str) -> None:
    """Each stands on the coverage of one of the templates; those within a teaser's box by the field
    that they fill.
    """
    counters = [group.counters for group in watched(template, AS_IT_IS).coverage.groups.values()]
    seen = {name for each in counters for name in each}
    by_field = {"LEAD": "description", "DATE": "datePublished", "IMAGE": "thumbnailUrl"}
    for selector in SELECTORS:
        owner, _, rest = selector.name.partition(".")
        if owner[-1] in "AB" and owner[-1].lower() != template:
            continue
        attribute = rest.partition("[")[0]
        if owner == "TeaserBlocks" and attribute in by_field:
            assert f"teaser.{by_field[attribute]}" in seen
        else:
            assert selector.name in seen
