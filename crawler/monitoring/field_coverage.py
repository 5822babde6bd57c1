"""Field coverage of a run: of each kind of page in each section, what matched and was filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.pages.features import PageFeatures

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
class ExtractionError:
    """Why pages could not be read; the same for all that could not be read for one reason."""

    error: str
    """Name of the exception class."""

    field: str = ""
    selector: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """Where examples of it are kept."""
        return ("extraction-error", self.error, self.field, self.selector)


@dataclass(slots=True)
class FieldCounter:
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

    def merge(self, other: FieldCounter) -> None:
        self.hits += other.hits
        self.tries += other.tries
        self.lengths.update(other.lengths)


@dataclass(slots=True)
class Group:
    pages: int = 0
    counters: dict[str, FieldCounter] = field(default_factory=dict)
    fingerprints: Counter[str] = field(default_factory=Counter)


class FieldCoverage:
    """Grows with the kinds of pages of a run, not with their number."""

    def __init__(self) -> None:
        self.groups: dict[GroupKey, Group] = {}
        self.extraction_errors: Counter[ExtractionError] = Counter()
        self._examples: dict[tuple[str, ...], list[Example]] = {}

    @property
    def articles(self) -> int:
        """Article pages that were read or refused."""
        read = sum(group.pages for key, group in self.groups.items() if is_article(key))
        return read + self.extraction_errors.total()

    def add(self, features: PageFeatures, example: Example) -> None:
        key = GroupKey(features.page, features.kind, features.section)
        group = self.groups.setdefault(key, Group())
        group.pages += 1
        if features.fingerprint:
            group.fingerprints[features.fingerprint] += 1
            self._keep((key.page, "fingerprint", features.fingerprint), example)
        for name, hits in features.selectors.items():
            self._count(group, key, name, hits, example)
        for name, lengths in features.fields.items():
            self._count(group, key, name, lengths, example)

    def _count(
        self, group: Group, key: GroupKey, name: str, values: Iterable[int], example: Example
    ) -> None:
        counter = group.counters.setdefault(name, FieldCounter())
        is_measured = name in _MEASURED
        for value in values:
            counter.add(int(value), is_measured=is_measured)
            if not value:
                self._keep((key.page, key.kind, name), example)
            if is_measured:
                self._keep(length_place(key, name, value.bit_length()), example)

    def add_error(self, extraction_error: ExtractionError, example: Example) -> None:
        """A page that should have been an article."""
        self.extraction_errors[extraction_error] += 1
        self._keep(extraction_error.place, example)

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
            for name, counter in group.counters.items():
                into.counters.setdefault(name, FieldCounter()).merge(counter)
        return found

    # -- to the run's document, and back ----------------------------------------------------------

    def as_document(self) -> dict[str, Any]:
        """Names stand in one list, and numbers elsewhere: selectors hold dots and dollar signs, and
        are the same in every group.
        """
        names = sorted({name for group in self.groups.values() for name in group.counters})
        places = {name: place for place, name in enumerate(names)}
        return {
            "articles": self.articles,
            "names": names,
            "groups": [_document(key, self.groups[key], places) for key in sorted(self.groups)],
            "extractionErrors": [
                {"error": key.error, "field": key.field, "selector": key.selector, "pages": count}
                for key, count in sorted(self.extraction_errors.items())
            ],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FieldCoverage:
        coverage = cls()
        names = document["names"]
        for each in document["groups"]:
            key = GroupKey(each["page"], each["kind"], each["section"])
            group = coverage.groups[key] = Group(pages := each["pages"])
            group.fingerprints.update(dict(each["fingerprints"]))
            group.counters = {names[place]: FieldCounter(pages, pages) for place in each["always"]}
            group.counters |= {names[place]: FieldCounter(0, pages) for place in each["never"]}
            for place, hits, tries in each["partly"]:
                group.counters[names[place]] = FieldCounter(hits, tries)
            for place, lengths in each["lengths"]:
                group.counters[names[place]].lengths.update(dict(lengths))
        for each in document["extractionErrors"]:
            extraction_error = ExtractionError(each["error"], each["field"], each["selector"])
            coverage.extraction_errors[extraction_error] = each["pages"]
        return coverage


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
    for name, counter in group.counters.items():
        place = places[name]
        if counter.tries == group.pages and counter.hits == counter.tries:
            always.append(place)
        elif counter.tries == group.pages and not counter.hits:
            never.append(place)
        else:
            partly.append([place, counter.hits, counter.tries])
        if counter.lengths:
            lengths.append([place, [list(pair) for pair in sorted(counter.lengths.items())]])
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
