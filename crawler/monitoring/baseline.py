"""Baseline: the field coverage of earlier runs, as far as it is to be compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crawler.monitoring.field_coverage import (
    ExtractionError,
    FieldCounter,
    FieldCoverage,
    Group,
    GroupKey,
)

RUNS_COMPARED = 60
_MIN_WEEKDAY_RUNS = 3
_NOTHING = FieldCounter()


@dataclass
class Baseline:
    """History of one site.

    A run that raised an alarm is no measure for later ones, unless a person has accepted it
    (``khobao report RUN --accept``): then history begins with it, and what it was alarmed about is
    as it should be.
    """

    coverages: list[tuple[int, FieldCoverage]] = field(default_factory=list)
    """(weekday, coverage) of each run, the last one first."""

    accepted: frozenset[str] = frozenset()
    """Keys of alarms that are none any more."""

    _merged: dict[tuple[str, ...], list[tuple[int, dict[GroupKey, Group]]]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of_runs(cls, runs: Iterable[Mapping[str, Any]]) -> Baseline:
        """*runs* are documents of ``runs`` that have ``fieldCoverage``, the last one first."""
        coverages: list[tuple[int, FieldCoverage]] = []
        accepted: set[str] = set()
        is_complete = False
        for run in runs:
            alarms = run.get("breakages") or []
            is_accepted = bool(run.get("acceptedAt"))
            if is_accepted:
                accepted |= {alarm["key"] for alarm in alarms}
            if is_complete or (alarms and not is_accepted):
                continue
            if len(coverages) < RUNS_COMPARED:
                coverages.append(
                    (run["startedAt"].weekday(), FieldCoverage.from_document(run["fieldCoverage"]))
                )
            is_complete = is_accepted
        return cls(coverages, frozenset(accepted))

    def counters(
        self, by: tuple[str, ...], key: GroupKey, name: str, weekday: int
    ) -> tuple[list[FieldCounter], list[FieldCounter]]:
        """Of each earlier run what it counted there; and of those of the same weekday, which are
        empty while there are only a few.
        """
        every, same_day = [], []
        for day, groups in self._levels(by):
            group = groups.get(key)
            counter = group.counters.get(name) if group else None
            if counter is not None and counter.tries:
                every.append(counter)
                if day == weekday:
                    same_day.append(counter)
        return every, same_day if len(same_day) >= _MIN_WEEKDAY_RUNS else []

    def _levels(self, by: tuple[str, ...]) -> list[tuple[int, dict[GroupKey, Group]]]:
        if by not in self._merged:
            self._merged[by] = [(day, coverage.merged(by)) for day, coverage in self.coverages]
        return self._merged[by]

    def fingerprints(self, page: str) -> Counter[str]:
        """How many pages of a page class had which fingerprint."""
        found: Counter[str] = Counter()
        for _, coverage in self.coverages:
            for key, group in coverage.groups.items():
                if key.page == page:
                    found.update(group.fingerprints)
        return found

    def failed(self, extraction_error: ExtractionError) -> tuple[int, int]:
        """Pages that were refused for this reason, of how many articles."""
        failed = sum(coverage.extraction_errors[extraction_error] for _, coverage in self.coverages)
        return failed, self._articles

    @cached_property
    def _articles(self) -> int:
        return sum(coverage.articles for _, coverage in self.coverages)


def pooled(counters: Iterable[FieldCounter]) -> FieldCounter:
    total = FieldCounter()
    for counter in counters:
        total.merge(counter)
    return total
