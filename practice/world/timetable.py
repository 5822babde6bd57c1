"""Which article stands in which sections, by arithmetic.

Articles come in blocks of one round through a table of slots; each block goes through the table in
an order of its own. A slot says what kind of article it is, where it lives and which lists show it.
So the n-th article of any section is found without counting, whatever the size of the world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import gcd

from .rng import mix


@dataclass(frozen=True, slots=True)
class Slot:
    shape: str
    home: str
    """Path of the section the article lives in."""

    lists: tuple[str, ...]
    """Paths of the sections that list it; at least one of them is in the menu."""

    role: str = ""
    """``original`` and ``reprint``, ``twin`` and ``double`` are pairs (see :class:`Timetable`)."""


def slots_of(rows: str) -> tuple[Slot, ...]:
    """One row a menu section: ``shape[@home][+second list][!role]``, times ``*n``."""
    found = []
    for row in rows.strip().splitlines():
        path, *words = row.split()
        for word in words:
            spec, _, times = word.partition("*")
            spec, _, role = spec.partition("!")
            spec, _, second = spec.partition("+")
            shape, _, home = spec.partition("@")
            lists = (path, second) if second else (path,)
            found += [Slot(shape, home or path, lists, role)] * int(times or 1)
    return tuple(found)


class Timetable:
    """Number ↔ (block, slot), and the lists that follow from it.

    A ``reprint`` brings the text of the ``original`` of the block before; a ``double`` has the same
    address suffix as the ``twin`` of its block, as happens by chance to real ones.
    """

    def __init__(self, slots: Sequence[Slot], seed: int) -> None:
        self.slots = tuple(slots)
        self._seed = seed
        size = len(slots)
        stride = next(n for n in range(size * 5 // 13, size * 2) if n > 1 and gcd(n, size) == 1)
        self._stride = stride
        self._unstride = pow(stride, -1, size)
        self.of_section: dict[str, tuple[int, ...]] = {}
        for place, slot in enumerate(self.slots):
            for path in {*slot.lists, slot.home}:
                self.of_section[path] = (*self.of_section.get(path, ()), place)
        self.slot = lru_cache(maxsize=8192)(self._slot)
        self._turn = lru_cache(maxsize=4096)(self._turn_of)
        self._of_role = {slot.role: place for place, slot in enumerate(slots) if slot.role}
        self._reshaped: dict[int, str] = {}

    def place(self, number: int) -> tuple[int, int]:
        """(block, place in the table) of an article."""
        block, position = divmod(number, len(self.slots))
        return block, (position * self._stride + self._turn(block)) % len(self.slots)

    def _slot(self, number: int) -> Slot:
        slot = self.slots[self.place(number)[1]]
        shape = self._reshaped.get(number)
        return replace(slot, shape=shape) if shape else slot

    def reshape(self, shapes: Mapping[int, str]) -> None:
        """Let articles be of another shape; home and lists stay those of their slots."""
        self._reshaped |= shapes
        self.slot.cache_clear()

    def number(self, block: int, place: int) -> int:
        size = len(self.slots)
        return block * size + (place - self._turn(block)) * self._unstride % size

    def _turn_of(self, block: int) -> int:
        return mix(self._seed, block, 29) % len(self.slots)

    def partner(self, number: int, role: str, *, blocks_back: int) -> int | None:
        """The article that stands in another role's slot so many blocks before."""
        block = number // len(self.slots) - blocks_back
        return self.number(block, self._of_role[role]) if block >= 0 else None

    def _sorted_block(self, path: str, block: int) -> list[int]:
        return sorted(self.number(block, place) for place in self.of_section[path])

    def rank(self, path: str, number: int) -> int:
        """How many articles of the section have a smaller number."""
        block = number // len(self.slots)
        places = self.of_section.get(path, ())
        before = sum(self.number(block, place) < number for place in places)
        return block * len(places) + before

    def nth(self, path: str, rank: int) -> int:
        """The article of that rank in the section, oldest first."""
        block, place = divmod(rank, len(self.of_section[path]))
        return self._sorted_block(path, block)[place]
