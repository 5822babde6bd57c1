"""Article ids and addresses, both ways: number → id and path, id or path → numbers to look at."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .ids import Scramble, guid, guid_number, hibernate_id
from .rng import mix

if TYPE_CHECKING:
    from .model import Section
    from .schedule import Schedule
    from .timetable import Timetable

_SUFFIX = re.compile(r"/(?:19|20)\d{4}/[^/]*-([0-9A-Fa-f]{7})$")
_CHANNEL = re.compile(r"^/channel/\d+/(?:19|20)\d{4}/[^/]*-(\d{5,8})$")
_NUMBERED = re.compile(r"^/\d+/(\d+)/[^/]+$")
_ID = re.compile(r"^[0-9a-f]{32}$")

# What the old CMS's numbers were in April 2011 and October 2020.
_FIRST_OLD_ID = 1_989_582
_LAST_OLD_ID = 5_704_688

_CODE_BITS = 28
_FIRST_MACHINE = 0x91E84065


class Addresses:
    def __init__(
        self, *, seed: int, table: Timetable, schedule: Schedule, moved: int, numbered: bool
    ) -> None:
        self._seed = seed
        self._table = table
        self._schedule = schedule
        self._numbered = numbered
        self._scramble = Scramble(seed, _CODE_BITS)
        self.old_count = schedule.count_at(moved)
        """Articles with a smaller number are of the time before the present CMS."""
        self._stride = max(1, (_LAST_OLD_ID - _FIRST_OLD_ID) // max(1, self.old_count))

    def _code(self, number: int) -> int:
        if self._table.slot(number).role == "double":
            twin = self._table.partner(number, "twin", blocks_back=0)
            if twin is not None and twin >= self.old_count:
                number = twin
        return self._scramble.forward(number)

    def article_id(self, number: int) -> str:
        if number < self.old_count:
            return guid(self._scramble.forward(number), mix(self._seed, number, 3))
        block, place = self._table.place(number)
        hours = 2 + mix(self._seed, number, 4) % 40
        created_ms = (self._schedule.published(number) - hours * 3600) * 1000
        machine = _FIRST_MACHINE + 977 * (block // 8) + place
        return hibernate_id(self._code(number), created_ms, machine)

    def _old_id(self, number: int) -> int:
        return _FIRST_OLD_ID + number * self._stride + mix(self._seed, number, 6) % self._stride

    def path(self, number: int, home: Section, slug: str, published: dt.datetime) -> str:
        if number >= self.old_count:
            return f"{home.path}{published:%Y%m}/{slug}-{self._code(number):07x}/"
        if self._numbered:
            return f"/{home.legacy}/{self._old_id(number)}/{slug}/"
        return f"/channel/{home.legacy}/{published:%Y%m}/{slug}-{self._old_id(number)}/"

    def candidates(self, path: str) -> Iterator[int]:
        """Articles whose address this could be; ``path`` has no slash at the end."""
        old = (_NUMBERED if self._numbered else _CHANNEL).match(path)
        if old:
            number = (int(old[1]) - _FIRST_OLD_ID) // self._stride
            if 0 <= number < self.old_count:
                yield number
        elif found := _SUFFIX.search(path):
            yield from self._by_code(int(found[1], 16))

    def candidates_by_id(self, article_id: str) -> Iterator[int]:
        code = guid_number(article_id)
        if code is not None and code < 1 << _CODE_BITS:
            yield self._scramble.back(code)
        elif _ID.match(article_id):
            yield from self._by_code(int(article_id[-7:], 16))

    def _by_code(self, code: int) -> Iterator[int]:
        number = self._scramble.back(code)
        yield number
        if self._table.slot(number).role == "twin":
            double = self._table.partner(number, "double", blocks_back=0)
            if double is not None:
                yield double
