"""The week around the lunar New Year (*Tết*), when hardly anything is written.

Numbers go on as always, at the pace of every week; but most of that week stand for nothing. What is
left is photo stories, poems and greetings, a few a day, and none at all on some days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .rng import Rng, mix
from .schedule import ZONE, Schedule
from .text import fillers

if TYPE_CHECKING:
    from .timetable import Slot, Timetable

_PLAN = (
    ("greeting", "greeting", "photo", "photo", "poem"),
    ("greeting", "greeting", "photo", "poem"),
    (),
    ("photo", "poem"),
    (),
    ("greeting", "photo", "photo", "poem"),
    ("greeting", "greeting", "photo", "poem", "photo"),
)
"""What appears on each day, the last one of the old year first."""

_OF_GREETINGS = frozenset(
    {"/thoi-su/", "/chinh-tri/", "/chinh-tri/mung-dang-mung-xuan/", "/xa-hoi/"}
)

_HEADLINES = fillers("greeting_headlines")
_LEADS = fillers("greeting_leads")
_WISHES = fillers("greetings")


@dataclass(frozen=True, slots=True)
class HolidayWeek:
    unwritten: frozenset[int] = frozenset()
    """Numbers of articles that there are not, and never will be."""

    reshaped: Mapping[int, str] = field(default_factory=dict)
    """Number → shape, of those whose slots hold news in any other week."""


def holiday_week(begin: dt.date, *, seed: int, schedule: Schedule, table: Timetable) -> HolidayWeek:
    """Choose from each day's numbers those whose slots hold what the plan wants.

    On a day without a slot for poems or photo stories, a photo story takes the place of news.
    """
    unwritten: set[int] = set()
    reshaped: dict[int, str] = {}
    for turn, plan in enumerate(_PLAN):
        midnight = dt.datetime.combine(begin + dt.timedelta(days=turn), dt.time(), ZONE)
        first = schedule.count_at(int(midnight.timestamp()) - 1)
        after = schedule.count_at(int((midnight + dt.timedelta(days=1)).timestamp()) - 1)
        numbers = sorted(range(first, after), key=lambda number: mix(seed, number, 51))
        written: set[int] = set()
        for wanted in plan:
            shape = wanted
            free = [number for number in numbers if number not in written]
            number = next((n for n in free if _holds(table.slot(n), shape)), None)
            if number is None:
                shape = "photo"
                number = next((n for n in free if _is_plain_news(table.slot(n))), None)
            if number is not None:
                written.add(number)
                if table.slot(number).shape != shape:
                    reshaped[number] = shape
        unwritten |= {*numbers} - written
    return HolidayWeek(frozenset(unwritten), reshaped)


def _holds(slot: Slot, shape: str) -> bool:
    if shape == "greeting":
        return _is_plain_news(slot) and slot.lists[0] in _OF_GREETINGS
    return slot.shape == shape


def _is_plain_news(slot: Slot) -> bool:
    return slot.shape == "news" and not slot.role


def greeting_headline(rng: Rng) -> str:
    return rng.pick(_HEADLINES)(rng)


def greeting_lead(rng: Rng) -> str:
    return rng.pick(_LEADS)(rng)


def greeting(rng: Rng) -> list[str]:
    """One or two short paragraphs."""
    return [wish(rng) for wish in rng.sample(_WISHES, 1 + rng.below(2))]
