"""One host of the newspaper: numbers → articles, addresses → numbers, sections → lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import media
from .addresses import Addresses
from .events import chronicle
from .headlines import decompose, headline_of
from .holidays import HolidayWeek, greeting_lead, holiday_week
from .ids import slugify
from .model import Section, Stub
from .rng import Rng, mix
from .schedule import Schedule, moment
from .text import writer
from .timetable import Slot, Timetable

_KINDS = {
    "emag": "emagazine",
    "table": "news",
    "items": "news",
    "player": "news",
    "sound": "news",
    "greeting": "news",
}
_FLAGS = {"video": "photo video audio", "player": "photo video", "sound": "audio", "photo": "photo"}
_KEPT = 4096


@dataclass(frozen=True)
class SiteFacts:
    """What sets one host of the newspaper apart from another."""

    name: str
    host: str
    site_id: str
    api_root: str
    title: str
    menu: tuple[Section, ...]
    districts: tuple[Section, ...]
    outside: tuple[Section, ...]
    slots: tuple[Slot, ...]
    numbered: bool
    """Old addresses are ``/<section number>/<id>/<slug>/`` instead of ``/channel/…``."""

    oldest: dt.datetime
    moved: dt.datetime
    """When the present CMS took over."""

    goes_on: bool

    @property
    def base(self) -> str:
        return f"https://{self.host}"


class Site:
    def __init__(
        self,
        facts: SiteFacts,
        *,
        seed: int,
        count: int,
        template: str,
        start: dt.datetime,
        holidays: dt.date | None = None,
    ) -> None:
        self.facts = facts
        self.seed = mix(seed, len(facts.host))
        self._template = template
        self._redesigned = count * 3 // 4
        self.table = Timetable(facts.slots, self.seed)
        self.schedule = Schedule(
            seed=self.seed, count=count, oldest=facts.oldest, start=start, goes_on=facts.goes_on
        )
        self.addresses = Addresses(
            seed=self.seed,
            table=self.table,
            schedule=self.schedule,
            moved=int(facts.moved.timestamp()),
            numbered=facts.numbered,
        )
        week = HolidayWeek()
        if holidays is not None:
            week = holiday_week(holidays, seed=self.seed, schedule=self.schedule, table=self.table)
            self.table.reshape(week.reshaped)
        self.unwritten = week.unwritten
        sections = facts.menu + facts.districts + facts.outside
        self.section = {section.path: section for section in sections}
        self.by_category = {section.category_id: section for section in sections}
        self.turn_clock(start)

    # --- the clock -----------------------------------------------------------------------------

    def turn_clock(self, now: dt.datetime) -> None:
        """What exists at a moment, and what has happened to it."""
        self.now = now
        seconds = int(now.timestamp())
        self.size = self.schedule.count_at(seconds)
        self.chronicle = chronicle(
            seconds,
            seed=self.seed,
            schedule=self.schedule,
            table=self.table,
            new_homes=self._new_homes,
            unwritten=self.unwritten,
        )
        self.stub = lru_cache(maxsize=_KEPT)(self._stub)
        self.link = lru_cache(maxsize=_KEPT)(self._link)
        self._gone_ranks: dict[str, list[int]] = {}
        missing = (number for number in self.unwritten if number < self.size)
        for number in (*self.chronicle.gone, *missing):
            for path in self._lists(number):
                ranks = self._gone_ranks.setdefault(path, [])
                ranks.append(self.table.rank(path, number))
        for ranks in self._gone_ranks.values():
            ranks.sort(reverse=True)

    def _new_homes(self, number: int) -> Sequence[str]:
        """Where the desk could move an article: plain news of the present CMS only."""
        slot = self.table.slot(number)
        if slot.shape != "news" or slot.home == "district" or number < self.addresses.old_count:
            return ()
        plain = {s.home for s in self.table.slots if s.shape == "news"} - {"district"}
        return sorted(plain & {s.path for s in self.facts.menu} - {slot.home})

    # --- one article ---------------------------------------------------------------------------

    def numbers(self) -> Iterator[int]:
        """Articles that can be reached now, newest first."""
        return filter(self.is_there, range(self.size - 1, -1, -1))

    def is_there(self, number: int) -> bool:
        """Of a number that has come up: an article was written, and not taken away."""
        return number not in self.chronicle.gone and number not in self.unwritten

    def text_number(self, number: int) -> int:
        """Whose text an article brings: its own, unless it is a reprint."""
        if self.table.slot(number).role == "reprint":
            original = self.table.partner(number, "original", blocks_back=1)
            return number if original is None or original in self.unwritten else original
        return number

    def _first_home(self, number: int) -> Section:
        slot = self.table.slot(number)
        if slot.home == "district":
            districts = self.facts.districts
            return districts[mix(self.seed, number, 5) % len(districts)]
        return self.section[slot.home]

    def home(self, number: int) -> Section:
        moved = self.chronicle.moved.get(number)
        return self.section[moved] if moved else self._first_home(number)

    def template(self, number: int) -> str:
        if self._template != "mixed":
            return self._template
        return "a" if number < self._redesigned else "b"

    @property
    def front_template(self) -> str:
        return "b" if self._template == "b" else "a"

    def leads(self, number: int) -> tuple[str, str]:
        """The CMS's lead in two parts; the second may be empty."""
        shape = self.table.slot(number).shape
        if shape == "poem":
            return "", ""
        if shape == "greeting":
            return greeting_lead(Rng(self.seed, number, 2)), ""
        source = self.text_number(number)
        tone = writer(self._theme(source))
        rng = Rng(self.seed, source, 2)
        return tone.lead(rng), tone.sentence(rng) if rng.one_in(3) else ""

    def _theme(self, number: int) -> str:
        return self.section[self.table.slot(number).lists[0]].theme

    def tone(self, number: int) -> str:
        """Theme of the text an article brings."""
        return self._theme(self.text_number(number))

    def _title(self, number: int) -> tuple[str, str, dt.datetime, Rng]:
        """Headline, slug, time of publication, and the random numbers that come after these."""
        source = self.text_number(number)
        published = moment(self.schedule.published(number))
        rng = Rng(self.seed, source, 1)
        shape = self.table.slot(number).shape
        headline = headline_of(shape, self._theme(source), rng, published)
        return headline, slugify(headline), published, rng

    def _link(self, number: int) -> tuple[str, str]:
        """First address and first headline of an article: what older texts link to."""
        headline, slug, published, _ = self._title(number)
        path = self.addresses.path(number, self._first_home(number), slug, published)
        return path, " ".join(headline.split())

    def _stub(self, number: int) -> Stub:
        headline, slug, published, rng = self._title(number)
        shape = self.table.slot(number).shape
        version = self.chronicle.edits.get(number, 0)
        if version > 1:
            headline = f"{headline} (cập nhật lần {version})"
        flags = _FLAGS.get(shape, "photo" if rng.one_in(2) else "")
        raw = decompose(headline) if rng.one_in(10) else headline
        home = self.home(number)
        return Stub(
            number=number,
            kind=_KINDS.get(shape, shape),
            shape=shape,
            section=home,
            headline_raw=raw,
            headline=" ".join(headline.split()),
            lead=" ".join(filter(None, self.leads(number))),
            slug=slug,
            path=self.addresses.path(number, home, slug, published),
            article_id=self.addresses.article_id(number),
            published=published,
            template=self.template(number),
            avatar="" if rng.one_in(9) else media.avatar(self.facts.site_id, published, rng),
            flags=flags,
            version=version,
        )

    def first_path(self, number: int) -> str:
        """The address before any move."""
        return self.link(number)[0]

    def url(self, number: int) -> str:
        return self.facts.base + self.stub(number).path

    def find(self, path: str) -> int | None:
        """The article at an address, present or former; it may be gone."""
        bare = path.rstrip("/")
        for number in self.addresses.candidates(bare):
            if self._has_come_up(number) and (
                bare == self.stub(number).path.rstrip("/")
                or bare == self.first_path(number).rstrip("/")
            ):
                return number
        return None

    def find_id(self, article_id: str) -> int | None:
        for number in self.addresses.candidates_by_id(article_id):
            if self._has_come_up(number) and self.addresses.article_id(number) == article_id:
                return number
        return None

    def _has_come_up(self, number: int) -> bool:
        return number < self.size and number not in self.unwritten

    # --- lists ---------------------------------------------------------------------------------

    def _lists(self, number: int) -> set[str]:
        slot = self.table.slot(number)
        return {*slot.lists, slot.home}

    def list_size(self, path: str) -> int:
        if path not in self.table.of_section:
            return 0
        return self.table.rank(path, self.size) - len(self._gone_ranks.get(path, ()))

    def listed(self, path: str, first: int, count: int) -> list[int]:
        """Articles of a section, newest first, from the given offset."""
        last = min(first + count, self.list_size(path))
        return [self._listed(path, place) for place in range(max(0, first), last)]

    def _listed(self, path: str, place: int) -> int:
        rank = self.table.rank(path, self.size) - 1 - place
        for gone in self._gone_ranks.get(path, ()):
            if gone < rank:
                break
            rank -= 1
        return self.table.nth(path, rank)
