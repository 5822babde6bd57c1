"""When articles appear: number → time of publication, and back, by arithmetic alone.

Numbers grow with time. Half of the articles that exist at the start are spread evenly over the
years; the other half, and all that appear later, follow each other at the pace of a working
newsroom, so that "the last week" holds something even in a small world.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from .rng import mix

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_PACE_SECONDS = 36 * 60
_RECENT_SECONDS = 2 * 365 * 86_400


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, ZONE)


class Schedule:
    def __init__(
        self, *, seed: int, count: int, oldest: dt.datetime, start: dt.datetime, goes_on: bool
    ) -> None:
        self.seed = seed
        self.count = count
        self.goes_on = goes_on
        self.start = int(start.timestamp())
        self._oldest = int(oldest.timestamp())
        recent = (count + 1) // 2 if goes_on else 0
        self._pace = max(1, min(_PACE_SECONDS, _RECENT_SECONDS // max(1, recent)))
        self._old = count - recent
        self._turn = self.start - recent * self._pace
        self._spread = max(1, (self._turn - self._oldest) // max(1, self._old))

    def published(self, number: int) -> int:
        """Seconds since the epoch; grows with the number."""
        if number < self._old:
            begins, pace = self._oldest + number * self._spread, self._spread
        else:
            begins, pace = self._turn + (number - self._old) * self._pace, self._pace
        # Never the first second: what begins at the start of the world appears after it.
        return begins + 1 + mix(self.seed, number, 11) % max(1, pace - 1)

    def count_at(self, seconds: int) -> int:
        """How many articles had appeared by then."""
        if seconds < self._turn:
            guess = (seconds - self._oldest) // self._spread
        else:
            guess = self._old + (seconds - self._turn) // self._pace
        guess = max(0, guess)
        if not self.goes_on:
            guess = min(guess, self.count)
        while guess > 0 and self.published(guess - 1) > seconds:
            guess -= 1
        limit = None if self.goes_on else self.count
        while guess != limit and self.published(guess) <= seconds:
            guess += 1
        return guess
