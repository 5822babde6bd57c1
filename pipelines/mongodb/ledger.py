"""A run's ledger: what the crawl handed to MongoDB, kept in the archive while it goes.

The pages say what articles say. The order in which things were stored, what listings announced and
what became of every address stand nowhere but here, so that ``khobao rebuild`` can make the same
database again. See ``docs/archive-format.md``, "The ledger".
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.mongodb.ledger_entries import Entry, from_json, to_json

if TYPE_CHECKING:
    from crawler.pages import ListingHint

FORMAT = 1
LEDGER_TYPE = "application/x-ndjson"

READ_AS_PAGES = frozenset({"article", "quarantine"})
"""Kinds of entries that name the record of an article's page."""

PART_BYTES = 256 << 10
PART_SECONDS = 60.0
"""A part is written when it is this large or this old: what a killed run loses at most."""


class Ledger:
    """Collects entries and writes them as parts; thread-safe.

    :param keep: writes one part, given its name, so that it is durable after.
    """

    def __init__(
        self,
        run_id: str,
        keep: Callable[[str, bytes], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run_id = run_id
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._size = 0
        self._since = 0.0
        self._parts = 0
        self._entries = 0
        self._is_closed = False
        self._arguments: dict[str, dict[str, Any]] = {}

    def read_with(
        self, record_id: str, *, listed: ListingHint | None, cross_check_share: float | None
    ) -> None:
        """What else than its record a page's parser is given: the ledger says it with the page."""
        given: dict[str, Any] = {}
        if listed is not None:
            given["listed"] = dataclasses.asdict(listed)
        if cross_check_share is not None:
            given["opinionShare"] = cross_check_share
        with self._lock:
            self._arguments[record_id] = given

    @property
    def is_due(self) -> bool:
        """Whether it is time to :meth:`flush`."""
        if not self._lines or self._is_closed:
            return False
        return self._size >= PART_BYTES or self._clock() - self._since >= PART_SECONDS

    def add(self, entries: Sequence[Entry], at: dt.datetime) -> None:
        """One batch of the store, which was written at this time."""
        with self._lock:
            for each in entries:
                if each["kind"] in READ_AS_PAGES:
                    each.update(self._arguments.pop(each["record"], {}))
            lines = [to_json({"kind": "batch", "at": at.isoformat()}), *map(to_json, entries)]
            if self._is_closed or not entries:
                return
            if not self._lines:
                self._since = self._clock()
            self._entries += len(entries)
            self._lines += lines
            self._size += sum(map(len, lines))

    def flush(self) -> None:
        """Write what has come since the last part."""
        with self._lock:
            if self._lines and not self._is_closed:
                self._write()

    def close(self, run: Mapping[str, Any] | None, *, is_whole: bool) -> None:
        """The last part. Nothing is written if nothing was ever stored.

        :param run: the run's document, all but the size of the archive.
        :param is_whole: whether all that the crawl handed to the store is in MongoDB.
        """
        with self._lock:
            if self._is_closed or not (self._lines or self._parts):
                self._is_closed = True
                return
            if run is not None:
                self._lines.append(to_json({"kind": "finished", "document": run}))
            end = {"kind": "end", "entries": self._entries, "isWhole": is_whole}
            self._lines.append(to_json(end))
            try:
                self._write()
            finally:
                self._is_closed = True

    def _write(self) -> None:
        head = {"kind": "ledger", "format": FORMAT, "run": self._run_id, "part": self._parts}
        lines = [to_json(head), *self._lines]
        data = ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
        self._keep(ledger_name(self._run_id, self._parts), data)
        self._parts += 1
        self._lines, self._size = [], 0


def ledger_name(run_id: str, part: int) -> str:
    return f"run:{run_id}:ledger:{part:05}"


def part_of(target_uri: str | None) -> tuple[str, int] | None:
    """Run and number of the part that a record's address names."""
    words = (target_uri or "").split(":")
    if len(words) != 6 or words[:3] != ["urn", "khobao", "run"] or words[4] != "ledger":  # noqa: PLR2004
        return None
    return words[3], int(words[5])


def read_part(data: bytes) -> Iterator[Entry]:
    """The entries of one part, ``batch`` and ``end`` among them.

    :raises ValueError: these bytes are no ledger, or one of a newer khobao.
    """
    lines = _lines(data)
    head = next(lines, {})
    if head.get("kind") != "ledger":
        raise ValueError("no ledger: its first line does not say so")
    if head.get("format") != FORMAT:
        raise ValueError(f"a ledger of format {head.get('format')!r}: made by a newer khobao")
    yield from lines


def _lines(data: bytes) -> Iterator[Entry]:
    lines: Iterable[bytes] = data.splitlines()
    for line in lines:
        yield from_json(line.decode("utf-8", "surrogatepass"))
