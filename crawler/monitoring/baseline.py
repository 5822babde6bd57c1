"""Our own history: the sheets of earlier runs, as far as they are to be compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crawler.monitoring.field_coverage import Sheet, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.monitoring.field_coverage import Group, GroupKey, Refusal

__all__ = ["RUNS_COMPARED", "Baseline"]

RUNS_COMPARED = 60
_FEWEST_OF_A_WEEKDAY = 3
_NOTHING = Tally()


@dataclass
class Baseline:
    """History of one site.

    A run that raised an alarm is no measure for later ones, unless a person has accepted it
    (``khobao report RUN --accept``): then history begins with it, and what it was alarmed about is
    as it should be.
    """

    sheets: list[tuple[int, Sheet]] = field(default_factory=list)
    """(weekday, sheet) of each run, the last one first."""

    accepted: frozenset[str] = frozenset()
    """Keys of alarms that are none any more."""

    _merged: dict[tuple[str, ...], list[tuple[int, dict[GroupKey, Group]]]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of_runs(cls, runs: Iterable[Mapping[str, Any]]) -> Baseline:
        """*runs* are documents of ``runs`` that have a ``sheet``, the last one first."""
        sheets: list[tuple[int, Sheet]] = []
        accepted: set[str] = set()
        is_complete = False
        for run in runs:
            alarms = run.get("breakages") or []
            is_accepted = bool(run.get("acceptedAt"))
            if is_accepted:
                accepted |= {alarm["key"] for alarm in alarms}
            if is_complete or (alarms and not is_accepted):
                continue
            if len(sheets) < RUNS_COMPARED:
                sheets.append((run["startedAt"].weekday(), Sheet.from_document(run["sheet"])))
            is_complete = is_accepted
        return cls(sheets, frozenset(accepted))

    def tallies(
        self, by: tuple[str, ...], key: GroupKey, name: str, weekday: int
    ) -> tuple[list[Tally], list[Tally]]:
        """Of each earlier run what it counted there; and of those of the same weekday, which are
        empty while there are only a few.
        """
        every, same_day = [], []
        for day, groups in self._levels(by):
            group = groups.get(key)
            tally = group.tallies.get(name) if group else None
            if tally is not None and tally.tries:
                every.append(tally)
                if day == weekday:
                    same_day.append(tally)
        return every, same_day if len(same_day) >= _FEWEST_OF_A_WEEKDAY else []

    def _levels(self, by: tuple[str, ...]) -> list[tuple[int, dict[GroupKey, Group]]]:
        if by not in self._merged:
            self._merged[by] = [(day, sheet.merged(by)) for day, sheet in self.sheets]
        return self._merged[by]

    def fingerprints(self, page: str) -> dict[str, int]:
        """How many pages of a page class had which fingerprint."""
        found: dict[str, int] = {}
        for _, sheet in self.sheets:
            for key, group in sheet.groups.items():
                if key.page == page:
                    for mark, count in group.fingerprints.items():
                        found[mark] = found.get(mark, 0) + count
        return found

    def refused(self, refusal: Refusal) -> tuple[int, int]:
        """Pages that were refused for this reason, of how many articles."""
        return (
            sum(sheet.refusals[refusal] for _, sheet in self.sheets),
            sum(articles for articles in self._articles),
        )

    @cached_property
    def _articles(self) -> list[int]:
        return [sheet.articles for _, sheet in self.sheets]


def pooled(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.merge(tally)
    return total
