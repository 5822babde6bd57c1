"""What befalls articles as the clock goes on: edits, moves to another section, removals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .rng import Rng

if TYPE_CHECKING:
    from .schedule import Schedule
    from .timetable import Timetable

_EVERY_SECONDS = 2 * 3600
_REACH = 400
"""Only so many of the newest articles are still touched."""

_EDITED = frozenset({"news", "table", "items", "player", "sound", "emag"})
_TURNS = (
    "edit", "edit", "move", "edit", "404", "edit", "edit", "410", "edit", "move", "edit", "200",
)  # fmt: skip


@dataclass(slots=True)
class Chronicle:
    edits: dict[int, int] = field(default_factory=dict)
    """Number → how often edited."""

    moved: dict[int, str] = field(default_factory=dict)
    """Number → path of the section it lives in now."""

    gone: dict[int, int] = field(default_factory=dict)
    """Number → status its address answers with: 404, 410, or 200 with a page that says so."""


def chronicle(
    seconds: int,
    *,
    seed: int,
    schedule: Schedule,
    table: Timetable,
    new_homes: Callable[[int], Sequence[str]],
    unwritten: Collection[int] = (),
) -> Chronicle:
    """Everything that has happened between the start of the world and a moment."""
    reported = Chronicle()
    if not schedule.goes_on:
        return reported
    for turn in range(max(0, seconds - schedule.start) // _EVERY_SECONDS):
        rng = Rng(seed, turn, 41)
        existing = schedule.count_at(schedule.start + (turn + 1) * _EVERY_SECONDS)
        number = existing - 1 - rng.below(min(existing, _REACH))
        slot = table.slot(number)
        # Pairs stay as they are: they are there to be recognised as pairs.
        if number in reported.gone or number in unwritten or slot.role:
            continue
        what = _TURNS[turn % len(_TURNS)]
        if what == "edit":
            if slot.shape not in _EDITED:
                continue
            reported.edits[number] = reported.edits.get(number, 0) + 1
        elif what == "move":
            homes = new_homes(number)
            if homes and number not in reported.moved:
                reported.moved[number] = rng.pick(homes)
        else:
            reported.gone[number] = int(what)
    return reported
