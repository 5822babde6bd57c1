"""The chain of manifests checked: what was altered, removed or reordered, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.fixity.history import History
from archive.home.manifest import (
    CHAIN_START,
    ManifestEntry,
    line_hash,
    manifest_days,
    read_head,
    read_unchained,
)

if TYPE_CHECKING:
    from archive.home.layout import Layout

_GOOD_ACTIONS = frozenset({"verified", "repaired", "copied"})
"""Actions of the log whose hash was the manifest's at that time."""


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """One thing that is wrong with the manifests."""

    path: Path
    line: int
    """From 1; 0: the file as a whole."""

    what: str
    """For a person, without the place."""

    expected: str
    found: str

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return f"{place}: {self.what} (expected {self.expected}, found {self.found})"


@dataclass(slots=True)
class _Link:
    """The last line that was read, as far as it could be."""

    number: int = -1
    hash: str = CHAIN_START
    warc_filename: str = ""
    is_readable: bool = True


def check_chain(layout: Layout) -> Iterator[ChainProblem]:
    """Everything that is wrong with the manifests; nothing for a home that never had any."""
    link = _Link()
    hashes: dict[int, str] = {}
    sums: dict[str, tuple[str, str]] = {}
    is_readable = True
    days = manifest_days(layout)
    for path in days:
        lines = path.read_bytes().splitlines(keepends=True)
        if not lines:
            yield ChainProblem(path, 0, "the day's manifest is empty", "at least one line", "none")
        for at, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                if path != days[-1]:  # a crash can only tear the very last line
                    yield ChainProblem(path, at, "the line is torn", "a line end", "none")
                break
            try:
                entry = ManifestEntry.from_line(line)
            except ValueError as exc:
                yield ChainProblem(path, at, "the line was altered", "a manifest line", str(exc))
                link = _Link(link.number + 1, line_hash(line), is_readable=False)
                is_readable = False
                continue
            yield from _check_link(path, at, entry, link)
            yield from _check_day(path, at, entry)
            yield from _check_sums(path, at, entry, sums)
            link = _Link(entry.number, line_hash(line), entry.warc_filename)
            hashes[entry.number] = link.hash
    yield from _check_head(layout, hashes, link)
    if is_readable:
        for file in read_unchained(layout):
            sums.setdefault(file.warc_filename, (file.sha256, file.journal_sha256))
        yield from _check_log(layout, sums)


def _check_link(path: Path, at: int, entry: ManifestEntry, link: _Link) -> Iterator[ChainProblem]:
    expected = link.number + 1
    name = entry.warc_filename
    if entry.number > expected:
        missing = f"{expected} to {entry.number - 1}" if entry.number - 1 > expected else expected
        yield ChainProblem(
            path,
            at,
            f"lines are missing before the one of {name}: number {missing}",
            f"number {expected}",
            f"number {entry.number}",
        )
    elif entry.number < expected:
        yield ChainProblem(
            path,
            at,
            f"the line of {name} stands in the wrong place or twice",
            f"number {expected}",
            f"number {entry.number}",
        )
    elif entry.previous != link.hash and link.is_readable:
        before = link.warc_filename or "the start of the chain"
        yield ChainProblem(
            path,
            at,
            f"the line of {name}, or the one before it ({before}), was altered",
            f"previous {entry.previous}",
            link.hash,
        )


def _check_day(path: Path, at: int, entry: ManifestEntry) -> Iterator[ChainProblem]:
    """A day's file begins with a file closed on that day; later ones may look older."""
    day, closed = path.stem, entry.closed_at[:10]
    if closed > day or (at == 1 and closed != day):
        yield ChainProblem(
            path, at, f"{entry.warc_filename} stands under the wrong day", f"{closed}.jsonl", day
        )


def _check_sums(
    path: Path, at: int, entry: ManifestEntry, sums: dict[str, tuple[str, str]]
) -> Iterator[ChainProblem]:
    now = (entry.sha256, entry.journal_sha256)
    before = sums.setdefault(entry.warc_filename, now)
    if before != now:
        yield ChainProblem(
            path, at, f"{entry.warc_filename} is listed twice", before[0], entry.sha256
        )


def _check_log(layout: Layout, listed: Mapping[str, tuple[str, str]]) -> Iterator[ChainProblem]:
    """What was read or copied was listed then, with that hash: the log names files whose lines are
    gone, head and all, and remembers what a line said before it was made anew.

    What a person has trusted since is not held against the manifests.
    """
    problems: dict[str, ChainProblem] = {}
    path = layout.fixity / "log.jsonl"
    for event in History(layout).events():
        name = event.file
        if event.action == "trusted":
            problems.clear()
        elif name in problems:
            continue
        elif name not in listed:
            what = f"the line of {name} was removed: the log says it was {event.action}"
            problems[name] = ChainProblem(path, 0, what, "a manifest line", "none")
        elif event.action in _GOOD_ACTIONS and event.sha256 != listed[name][0]:
            what = (
                f"the line of {name} was made anew: on {event.at:%Y-%m-%d %H:%M} UTC the log says"
                f" it was {event.action}, with another hash"
            )
            problems[name] = ChainProblem(path, 0, what, event.sha256, listed[name][0])
    yield from problems.values()


def _check_head(layout: Layout, hashes: dict[int, str], link: _Link) -> Iterator[ChainProblem]:
    path = layout.fixity / "head.json"
    try:
        head = read_head(layout)
    except ValueError as exc:
        yield ChainProblem(path, 0, "the head is damaged", "number and sha256", str(exc))
        return
    if head is None:
        # The second line is only written after the first one's head was: a crash cannot do more.
        if link.number > 0:
            yield ChainProblem(path, 0, "the head is missing", f"number {link.number}", "no file")
        return
    number, expected = head
    if number > link.number:
        yield ChainProblem(
            path,
            0,
            "the newest lines or days were removed",
            f"lines up to number {number}",
            f"up to number {link.number}" if hashes else "none",
        )
    elif number < link.number - 1:
        yield ChainProblem(
            path, 0, "the head is older than the chain", f"number {link.number}", f"number {number}"
        )
    elif hashes.get(number) not in {expected, None}:
        yield ChainProblem(path, 0, f"line number {number} was altered", expected, hashes[number])
