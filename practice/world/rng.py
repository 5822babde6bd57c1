"""Deterministic chance: the same keys always throw the same numbers, in any order of asking.

The generators of the standard library cost several microseconds to seed; a page needs a dozen of
them and has to be made in well under a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def mix(*keys: int) -> int:
    """64 bits that look random, from any integers (finished as SplitMix64 does)."""
    value = 0x9E3779B97F4A7C15
    for key in keys:
        value = value * 0x9FB21C651E98DF25 + key & _MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
    return value ^ value >> 31


class Rng:
    """A small stream of numbers that depends on its keys alone."""

    __slots__ = ("_state",)

    def __init__(self, *keys: int) -> None:
        self._state = mix(*keys)

    def below(self, bound: int) -> int:
        self._state = state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (state >> 33) % bound

    def pick(self, options: Sequence[T]) -> T:
        self._state = state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return options[(state >> 33) % len(options)]

    def picks(self, banks: Sequence[Sequence[T]]) -> tuple[T, ...]:
        """One of each: the same as :meth:`pick` on each in turn, at half the cost."""
        state = self._state
        found = []
        for options in banks:
            state = (state * 6364136223846793005 + 1442695040888963407) & _MASK
            found.append(options[(state >> 33) % len(options)])
        self._state = state
        return tuple(found)

    def one_in(self, bound: int) -> bool:
        return self.below(bound) == 0

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Different options, in the order thrown; fewer when there are not that many."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]
