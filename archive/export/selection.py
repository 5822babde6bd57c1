"""The records of an export: whole exchanges, and the originals of their revisits."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archive.errors import InvalidRecordError, RecordNotFoundError
from archive.home.journal import JournalEntry, read_journal
from archive.home.layout import OPEN_SUFFIX, Layout
from archive.home.reader import read_record
from archive.warc.places import is_plain

_ORDER = {"response": 0, "revisit": 0, "request": 1, "metadata": 2}
_ALONE = -1

Exchange = list["JournalEntry"]


class Place(NamedTuple):
    """One record: a gzip member of a closed WARC file."""

    warc_filename: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of closed files; eight bytes of memory for each."""

    layout: Layout
    offsets: dict[str, array[int]]
    """WARC file → offsets of its selected records in order, its warcinfo first."""

    left_out: tuple[str, ...]
    """Files that are being written, or that a killed writer left: they are not in any package."""

    records: int = 0
    bytes: int = 0
    """Of the gzip members."""

    def __bool__(self) -> bool:
        return self.records > 0

    def entries(self, name: str) -> Iterator[JournalEntry]:
        """What the journal says of the selected records of one file, in the order of the file."""
        wanted = iter(self.offsets[name])
        offset = next(wanted, None)
        for entry in read_journal(self.layout.journal(name)):
            if entry.offset == offset:
                yield entry
                offset = next(wanted, None)

    def moved(self, name: str) -> Iterator[tuple[JournalEntry, int]]:
        """The same entries, each with its offset in the package's file of that name."""
        position = 0
        for entry in self.entries(name):
            yield entry, position
            position += _length(name, entry)

    def packed_bytes(self, name: str) -> int:
        """How large the package's file of that name becomes."""
        return sum(_length(name, entry) for entry in self.entries(name))


def _length(name: str, entry: JournalEntry) -> int:
    return entry.record_length if is_plain(name) else entry.length


def exchanges(path: Path) -> Iterator[Exchange]:
    """The journal's entries, those of one exchange together.

    The writer puts them next to one another, response (or revisit), request, metadata, with one
    date and one address; nothing else binds them in the journal.
    """
    group: Exchange = []
    last = _ALONE
    for entry in read_journal(path):
        order = _ORDER.get(entry.type, _ALONE)
        belongs = group and order > last >= 0 and _same(group[0], entry)
        if not belongs and group:
            yield group
            group = []
        group.append(entry)
        last = order
    if group:
        yield group


def _same(one: JournalEntry, other: JournalEntry) -> bool:
    return (one.date, one.target_uri) == (other.date, other.target_uri)


def select(
    home: Path,
    *,
    matches: Callable[[str, JournalEntry], bool] | None = None,
    places: Iterable[tuple[str, int, int]] = (),
) -> Selection:
    """Choose exchanges of the closed files in *home*.

    :param matches: (WARC file, entry) → whether its exchange is wanted; without it, and without
        *places*, all are.
    :param places: (WARC file, offset, length) of further wanted records.
    :raises InvalidRecordError: a file has no journal; the original of a revisit is in no closed
        file; a place is none.
    """
    layout = Layout(home)
    names = [path.name for path in layout.closed_files()]
    opened = {path.name.removesuffix(OPEN_SUFFIX) for path in layout.open_files()}
    for name, _ in layout.journals():
        if name not in opened and name not in names:
            raise InvalidRecordError(layout.warc / name, 0, "the file is gone, its journal is not")
    chosen = _Choice(layout, names)
    wanted: dict[str, dict[int, int]] = {}
    for name, offset, length in places:
        wanted.setdefault(name, {})[offset] = length
    if matches is None:
        matches = _none if wanted else _all
    is_all = matches is _all
    chosen.take(lambda name, entry: _is_at(wanted, name, entry) or matches(name, entry))
    for name, left in wanted.items():
        for offset in left:
            raise RecordNotFoundError(
                f"{layout.warc / name} at byte {offset}: the journal knows no record there."
            )
    chosen.take_originals()
    if not is_all:
        chosen.take_originals_by_address()
    return chosen.selection()


def _all(_name: str, _entry: JournalEntry) -> bool:
    return True


def _none(_name: str, _entry: JournalEntry) -> bool:
    return False


def _is_at(wanted: dict[str, dict[int, int]], name: str, entry: JournalEntry) -> bool:
    return wanted.get(name, {}).pop(entry.offset, None) is not None


class _Choice:
    """Offsets by file, and what they still need."""

    def __init__(self, layout: Layout, names: list[str]) -> None:
        self._layout, self._names = layout, names
        self._offsets: dict[str, array[int]] = {name: array("Q") for name in names}
        self._needed: dict[str, tuple[str, int]] = {}
        self._maybe_elsewhere: set[str] = set()
        """Of those, originals of other programs' revisits: nobody promised that they are here."""

        self._by_address: list[tuple[str, int]] = []
        """Other programs' revisits that name address and date of their originals, and no id."""

        self._records = self._bytes = 0

    def take(self, matches: Callable[[str, JournalEntry], bool]) -> None:
        for name in self._names:
            held = set(self._offsets[name])
            before = len(held)
            for group in self._groups(name):
                # Every entry is asked, so that no wanted place is left over.
                if max(matches(name, entry) for entry in group) and group[0].offset not in held:
                    self._add(name, group)
            if len(self._offsets[name]) != before:
                self._offsets[name] = array("Q", sorted(self._offsets[name]))

    def take_originals(self) -> None:
        """Revisits refer to responses only, never to revisits: one more round is enough."""
        if self._needed:
            needed = self._needed
            held = {name: set(offsets) for name, offsets in self._offsets.items()}
            found: set[str] = set()

            def is_original(name: str, entry: JournalEntry) -> bool:
                if entry.record_id not in needed or entry.type != "response":
                    return False
                found.add(entry.record_id)
                return entry.offset not in held[name]

            self.take(is_original)
            for record_id, (name, offset) in needed.items():
                if record_id not in found and record_id not in self._maybe_elsewhere:
                    raise InvalidRecordError(
                        self._layout.warc / name,
                        offset,
                        f"the original of this revisit, {record_id}, is in no closed file",
                    )

    def take_originals_by_address(self) -> None:
        """Of other programs' revisits, as far as they are here."""
        places: dict[str, set[int]] = {}
        for name, offset in self._by_address:
            with contextlib.suppress(RecordNotFoundError):
                original = read_record(self._layout.home, name, offset).original()
                places.setdefault(original.warc_filename, set()).add(original.offset)
        held = {name: set(offsets) for name, offsets in self._offsets.items()}
        for name in places:
            places[name] -= held.get(name, set())
        if any(places.values()):
            self.take(lambda name, entry: entry.offset in places.get(name, ()))

    def _groups(self, name: str) -> Iterator[Exchange]:
        path = self._layout.journal(name)
        try:
            yield from exchanges(path)
        except FileNotFoundError as exc:
            raise InvalidRecordError(
                self._layout.warc / name, 0, f"its journal {path.name} is gone"
            ) from exc

    def _add(self, name: str, group: Exchange) -> None:
        if group[0].type == "warcinfo" and not group[0].imported:
            return  # comes with the first other record of its file
        for entry in group:
            self._offsets[name].append(entry.offset)
            self._records += 1
            self._bytes += entry.length
            if entry.type == "revisit" and entry.refers_to:
                self._needed.setdefault(entry.refers_to, (name, entry.offset))
                if entry.imported:
                    self._maybe_elsewhere.add(entry.refers_to)
            elif entry.type == "revisit" and entry.imported:
                self._by_address.append((name, entry.offset))

    def selection(self) -> Selection:
        offsets: dict[str, array[int]] = {}
        for name, chosen in self._offsets.items():
            if not chosen:
                continue
            infos = [g[0] for g in self._first(name) if g[0].type == "warcinfo"]
            infos = [info for info in infos if info.offset not in chosen]
            offsets[name] = array("Q", sorted({*chosen, *(info.offset for info in infos)}))
            self._records += len(infos)
            self._bytes += sum(info.length for info in infos)
        left_out = tuple(path.name for path in self._layout.open_files())
        return Selection(self._layout, offsets, left_out, self._records, self._bytes)

    def _first(self, name: str) -> Iterator[Exchange]:
        for group in self._groups(name):
            yield group
            return
