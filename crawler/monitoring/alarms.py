"""Alarms of a run: its field coverage in, what is alarming out.

Pages are compared with their like: the same page class, kind and, with history, section. How many
there are of each kind is not judged, so a week of holidays raises nothing. A share of a few pages
says little, and is taken for what it says: see :mod:`crawler.monitoring.statistics`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.monitoring.alarm import Alarm
from crawler.monitoring.baseline import Baseline, pooled
from crawler.monitoring.extraction_errors import find_extraction_errors
from crawler.monitoring.field_coverage import FieldCounter, FieldCoverage, GroupKey, length_place
from crawler.monitoring.statistics import lower_bound, upper_bound
from crawler.monitoring.thresholds import (
    field_of,
    selector_named,
    source_of,
    threshold_of_field,
    threshold_of_selector,
)

_KINDS = ("page", "kind")
_SECTIONS = ("page", "kind", "section")
_DROP = 0.9
"""A share is alarming when it surely is below this part of what it surely was."""

_SHORT_QUANTILE = 0.05
_MOSTLY = 0.5
_NEW_LAYOUT = 0.3
_MIN_BEFORE = 50
"""Pages whose lengths or nesting make a history."""

_MIN_AS_LOW = 5

_MIN_WITHOUT = 5
"""Pages without something that history can be held against. What is written for one occasion is
alike, and not chosen by chance: two greetings for the New Year lack the same things.
"""


def find_alarms(coverage: FieldCoverage, baseline: Baseline, *, weekday: int) -> list[Alarm]:
    """The alarms of a run, the weightiest first.

    :param weekday: of the run's start, Monday is 0.
    """
    found = [*find_extraction_errors(coverage, baseline)]
    judge = _Judge(coverage, baseline, weekday)
    found += judge.shares()
    found += judge.lengths()
    found += judge.layouts()
    return sorted(found, key=lambda alarm: (alarm.what == "layout", -alarm.pages, alarm.key))


class _Judge:
    def __init__(self, coverage: FieldCoverage, baseline: Baseline, weekday: int) -> None:
        self._coverage = coverage
        self._baseline = baseline
        self._weekday = weekday

    # -- matched, filled --------------------------------------------------------------------------

    def shares(self) -> Iterator[Alarm]:
        """One alarm a page class and name, whatever kinds and sections show it."""
        reported: set[tuple[str, str]] = set()
        for by in (_KINDS, _SECTIONS):
            alarmed: dict[tuple[str, str], list[tuple[GroupKey, FieldCounter, str]]] = {}
            for key, group in self._coverage.merged(by).items():
                for name, counter in group.counters.items():
                    expected = self._expected(by, key, name, counter)
                    if expected and (key.page, name) not in reported:
                        alarmed.setdefault((key.page, name), []).append((key, counter, expected))
            for (page, name), groups in alarmed.items():
                yield self._alarm(page, name, groups)
            reported |= alarmed.keys()

    def _expected(
        self, by: tuple[str, ...], key: GroupKey, name: str, counter: FieldCounter
    ) -> str | None:
        """What was expected instead, in words; None when all is well."""
        if not counter.tries or counter.hits == counter.tries:
            return None
        most = upper_bound(counter.hits, counter.tries)
        is_accepted = _key(key.page, name) in self._baseline.accepted
        floor = None if is_accepted or by == _SECTIONS else _floor(key, name)
        if floor is not None and most < floor:
            return f"{floor:.0%} at least have it, as far as is known"
        before, same_day = self._baseline.counters(by, key, name, self._weekday)
        is_occasion = counter.tries - counter.hits < _MIN_WITHOUT
        if is_occasion or not before or _was_as_low(before, counter):
            return None
        for history in (before, same_day):
            total = pooled(history)
            if history and most >= _DROP * lower_bound(total.hits, total.tries):
                return None
        total = pooled(before)
        return f"before, {total.hits:,} of {total.tries:,} had it, in {len(before)} runs"

    def _alarm(
        self, page: str, name: str, groups: list[tuple[GroupKey, FieldCounter, str]]
    ) -> Alarm:
        hits = sum(counter.hits for _, counter, _ in groups)
        tries = sum(counter.tries for _, counter, _ in groups)
        selector = selector_named(name)
        kinds = sorted({key.kind for key, _, _ in groups})
        sections = sorted({key.section for key, _, _ in groups if key.section})
        where = f" ({', '.join(kinds)}{' in ' if sections else ''}{', '.join(sections)})"
        what = "match" if selector else "filled"
        return Alarm(
            key=_key(page, name),
            what="selector" if selector else "field",
            page=name.partition(".")[0] if selector else page,
            field=field_of(selector) if selector else name,
            selector=selector.text if selector else source_of(name, page),
            expected=groups[0][2],
            seen=f"{what} on {hits:,} of {tries:,}{where}",
            examples=self._coverage.examples(*((page, kind, name) for kind in kinds)),
            pages=tries - hits,
        )

    # -- how long ---------------------------------------------------------------------------------

    def lengths(self) -> Iterator[Alarm]:
        """Fields that are mostly shorter than a quarter of nearly all that were before."""
        for key, group in self._coverage.merged(_KINDS).items():
            for name, counter in group.counters.items():
                if not counter.lengths:
                    continue
                before, _ = self._baseline.counters(_KINDS, key, name, self._weekday)
                total = pooled(before)
                shortest = _short(total)
                if total.lengths.total() < _MIN_BEFORE or shortest < 0:
                    continue
                short = sum(n for size, n in counter.lengths.items() if size <= shortest)
                if lower_bound(short, counter.tries) > _MOSTLY:
                    yield Alarm(
                        key=_key(key.page, name, "length"),
                        what="length",
                        page=key.page,
                        field=name,
                        selector=source_of(name, key.page),
                        expected=f"before, {1 - _SHORT_QUANTILE:.0%} were four times as long",
                        seen=f"shorter than {1 << shortest} in {short:,} of {counter.tries:,}"
                        f" ({key.kind})",
                        examples=self._coverage.examples(
                            *(length_place(key, name, size) for size in range(shortest + 1))
                        ),
                        pages=short,
                    )

    # -- where it stands --------------------------------------------------------------------------

    def layouts(self) -> Iterator[Alarm]:
        """The content is nested in something that it never was nested in before."""
        for key, group in self._coverage.merged(("page",)).items():
            known = self._baseline.fingerprints(key.page)
            if known.total() < _MIN_BEFORE:
                continue
            new = {mark: n for mark, n in group.fingerprints.items() if mark not in known}
            count, total = sum(new.values()), group.fingerprints.total()
            if lower_bound(count, total) > _NEW_LAYOUT:
                yield Alarm(
                    key=_key(key.page, "fingerprint"),
                    what="layout",
                    page=key.page,
                    field="template",
                    selector=source_of("articleBody", key.page),
                    expected=f"before, all of {known.total():,} stood in known elements",
                    seen=f"in elements never seen before on {count:,} of {total:,}",
                    examples=self._coverage.examples(*((key.page, "fingerprint", m) for m in new)),
                    pages=count,
                )


def _floor(key: GroupKey, name: str) -> float | None:
    selector = selector_named(name)
    if selector is not None:
        return threshold_of_selector(selector, key.page)
    return threshold_of_field(name, key.kind)


def _key(*parts: str) -> str:
    return ":".join(parts)


def _was_as_low(before: Iterable[FieldCounter], counter: FieldCounter) -> bool:
    """Some earlier run without an alarm had no greater share: the newspaper has such days."""
    share = counter.hits / counter.tries
    return any(each.tries >= _MIN_AS_LOW and each.hits / each.tries <= share for each in before)


def _short(history: FieldCounter) -> int:
    """Number of bits of a length that is at most a quarter of what 19 of 20 have."""
    total, seen = history.lengths.total(), 0
    for size in sorted(history.lengths):
        seen += history.lengths[size]
        if seen > total * _SHORT_QUANTILE:
            return size - 2
    return -1
