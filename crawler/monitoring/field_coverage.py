"""The counts of a run: of each kind of page in each section, what matched and what was filled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.pages.features import Traits

__all__ = [
    "EXAMPLES_KEPT",
    "Example",
    "Group",
    "GroupKey",
    "Refusal",
    "Sheet",
    "Tally",
    "length_place",
]

EXAMPLES_KEPT = 3
_PLACES_KEPT = 2_000
"""Examples of so many different faults are kept; more say no more."""

_MEASURED = frozenset({"articleBody", "headline", "description", "sections"})
"""Fields whose lengths are counted, not only whether they are filled."""


@dataclass(frozen=True, slots=True)
class Example:
    url: str
    record: str
    """WARC record id, ``<urn:uuid:…>``."""


@dataclass(frozen=True, slots=True, order=True)
class GroupKey:
    page: str
    kind: str
    section: str


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why pages could not be read; the same for all that could not be read for one reason."""

    error: str
    """Name of the exception class."""

    field: str = ""
    selector: str = ""


@dataclass(slots=True)
class Tally:
    """Of so many pages (or rows) so many had it; and how long it was, by powers of two."""

    hits: int = 0
    tries: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    """Letters as the number of their bits: 0 is none, 1 one, 2 two or three, 3 four to seven, …"""

    def add(self, length: int, *, is_measured: bool) -> None:
        self.tries += 1
        self.hits += length > 0
        if is_measured:
            self.lengths[length.bit_length()] += 1

    def merge(self, other: Tally) -> None:
        self.hits += other.hits
        self.tries += other.tries
        self.lengths.update(other.lengths)


@dataclass(slots=True)
class Group:
    pages: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    fingerprints: Counter[str] = field(default_factory=Counter)


class Sheet:
    """Grows with the kinds of pages of a run, not with their number."""

    def __init__(self) -> None:
        self.groups: dict[GroupKey, Group] = {}
        self.refusals: Counter[Refusal] = Counter()
        self._examples: dict[tuple[str, ...], list[Example]] = {}

    @property
    def articles(self) -> int:
        """Article pages that were read or refused."""
        read = sum(group.pages for key, group in self.groups.items() if is_article(key))
        return read + self.refusals.total()

    def add(self, traits: Traits, example: Example) -> None:
        key = GroupKey(traits.page, traits.kind, traits.section)
        group = self.groups.setdefault(key, Group())
        group.pages += 1
        if traits.fingerprint:
            group.fingerprints[traits.fingerprint] += 1
            self._keep((key.page, "fingerprint", traits.fingerprint), example)
        for name, hits in traits.selectors.items():
            self._count(group, key, name, hits, example)
        for name, lengths in traits.fields.items():
            self._count(group, key, name, lengths, example)

    def _count(
        self, group: Group, key: GroupKey, name: str, values: Iterable[int], example: Example
    ) -> None:
        tally = group.tallies.get(name)
        if tally is None:
            tally = group.tallies[name] = Tally()
        is_measured = name in _MEASURED
        for value in values:
            tally.add(int(value), is_measured=is_measured)
            if not value:
                self._keep((key.page, key.kind, name), example)
            if is_measured:
                self._keep(length_place(key, name, value.bit_length()), example)

    def refuse(self, refusal: Refusal, example: Example) -> None:
        """A page that should have been an article."""
        self.refusals[refusal] += 1
        self._keep(("refusal", refusal.error, refusal.field, refusal.selector), example)

    def _keep(self, place: tuple[str, ...], example: Example) -> None:
        kept = self._examples.get(place)
        if kept is None:
            if len(self._examples) >= _PLACES_KEPT:
                return
            kept = self._examples[place] = []
        if len(kept) < EXAMPLES_KEPT and example not in kept:
            kept.append(example)

    def examples(self, *places: tuple[str, ...]) -> tuple[Example, ...]:
        """Up to three of the pages that were kept for these places."""
        found = [example for place in places for example in self._examples.get(place, ())]
        return tuple(dict.fromkeys(found))[:EXAMPLES_KEPT]

    def merged(self, by: Iterable[str]) -> dict[GroupKey, Group]:
        """Groups put together that agree in the attributes *by*; the others are empty."""
        names = tuple(by)
        found: dict[GroupKey, Group] = {}
        for key, group in self.groups.items():
            parts = {name: getattr(key, name) if name in names else "" for name in _KEY}
            into = found.setdefault(GroupKey(**parts), Group())
            into.pages += group.pages
            into.fingerprints.update(group.fingerprints)
            for name, tally in group.tallies.items():
                into.tallies.setdefault(name, Tally()).merge(tally)
        return found

    # -- to the run's document, and back ----------------------------------------------------------

    def as_document(self) -> dict[str, Any]:
        """Names stand in one list, and numbers elsewhere: selectors hold dots and dollar signs, and
        are the same in every group.
        """
        names = sorted({name for group in self.groups.values() for name in group.tallies})
        places = {name: place for place, name in enumerate(names)}
        return {
            "articles": self.articles,
            "names": names,
            "groups": [_document(key, self.groups[key], places) for key in sorted(self.groups)],
            "refusals": [
                {"error": key.error, "field": key.field, "selector": key.selector, "pages": count}
                for key, count in sorted(self.refusals.items())
            ],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Sheet:
        sheet = cls()
        names = document["names"]
        for each in document["groups"]:
            key = GroupKey(each["page"], each["kind"], each["section"])
            group = sheet.groups[key] = Group(pages := each["pages"])
            group.fingerprints.update(dict(each["fingerprints"]))
            group.tallies = {names[place]: Tally(pages, pages) for place in each["always"]}
            group.tallies |= {names[place]: Tally(0, pages) for place in each["never"]}
            for place, hits, tries in each["partly"]:
                group.tallies[names[place]] = Tally(hits, tries)
            for place, lengths in each["lengths"]:
                group.tallies[names[place]].lengths.update(dict(lengths))
        for each in document["refusals"]:
            refusal = Refusal(each["error"], each["field"], each["selector"])
            sheet.refusals[refusal] = each["pages"]
        return sheet


_KEY = ("page", "kind", "section")


def is_article(key: GroupKey) -> bool:
    return key.kind not in {"section", "listing", "menu"}


def length_place(key: GroupKey, name: str, bits: int) -> tuple[str, ...]:
    """Where examples of a length are kept."""
    return (key.page, key.kind, name, str(bits))


def _document(key: GroupKey, group: Group, places: Mapping[str, int]) -> dict[str, Any]:
    always: list[int] = []
    never: list[int] = []
    partly: list[list[int]] = []
    lengths: list[list[Any]] = []
    for name, tally in group.tallies.items():
        place = places[name]
        if tally.tries == group.pages and tally.hits == tally.tries:
            always.append(place)
        elif tally.tries == group.pages and not tally.hits:
            never.append(place)
        else:
            partly.append([place, tally.hits, tally.tries])
        if tally.lengths:
            lengths.append([place, [list(pair) for pair in sorted(tally.lengths.items())]])
    return {
        "page": key.page,
        "kind": key.kind,
        "section": key.section,
        "pages": group.pages,
        "always": always,
        "never": never,
        "partly": partly,
        "lengths": lengths,
        "fingerprints": [list(pair) for pair in sorted(group.fingerprints.items())],
    }
