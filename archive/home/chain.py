"""The chain of manifests followed: how far it holds, and what was altered, removed or reordered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.manifest import (
    CHAIN_START,
    ManifestEntry,
    line_hash,
    manifest_days,
    read_head,
)

if TYPE_CHECKING:
    from archive.home.layout import Layout


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


@dataclass(slots=True)
class Chain:
    """All manifests as they lie there."""

    problems: list[ChainProblem] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    """Number → SHA-256 of the line."""

    sums: dict[str, tuple[str, str]] = field(default_factory=dict)
    """WARC file → SHA-256 of it and of its journal, as first listed."""

    last: int = -1
    """Number of the last line; -1: there is none."""

    day: Path | None = None
    """The newest manifest."""

    is_readable: bool = True
    """Every line is one of ours."""


def read_chain(layout: Layout) -> Chain:
    """Follow the lines of all days; nothing is wrong with a home that has none."""
    chain, link = Chain(), _Link()
    days = manifest_days(layout)
    for path in days:
        chain.day = path
        lines = path.read_bytes().splitlines(keepends=True)
        if not lines:
            what = "the day's manifest is empty"
            chain.problems.append(ChainProblem(path, 0, what, "at least one line", "none"))
        for at, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                if path != days[-1]:  # a crash can only tear the very last line
                    torn = ChainProblem(path, at, "the line is torn", "a line end", "none")
                    chain.problems.append(torn)
                break
            link = _follow(chain, path, at, line, link)
    chain.last = link.number
    chain.problems += check_head(layout, chain.hashes, chain.last)
    return chain


def _follow(chain: Chain, path: Path, at: int, line: bytes, link: _Link) -> _Link:
    try:
        entry = ManifestEntry.from_line(line)
    except ValueError as exc:
        altered = ChainProblem(path, at, "the line was altered", "a manifest line", str(exc))
        chain.problems.append(altered)
        chain.is_readable = False
        return _Link(link.number + 1, line_hash(line), is_readable=False)
    chain.problems += _check_link(path, at, entry, link)
    chain.problems += _check_day(path, at, entry)
    chain.problems += _check_sums(path, at, entry, chain.sums)
    chain.hashes[entry.number] = line_hash(line)
    return _Link(entry.number, chain.hashes[entry.number], entry.warc_filename)


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


def check_head(layout: Layout, hashes: Mapping[int, str], last: int) -> Iterator[ChainProblem]:
    """What ``head.json`` says against the chain.

    :param hashes: of the last two lines at least.
    :param last: number of the last line.
    """
    path = layout.fixity / "head.json"
    try:
        head = read_head(layout)
    except ValueError as exc:
        yield ChainProblem(path, 0, "the head is damaged", "number and sha256", str(exc))
        return
    if head is None:
        # The second line is only written after the first one's head was: a crash cannot do more.
        if last > 0:
            yield ChainProblem(path, 0, "the head is missing", f"number {last}", "no file")
        return
    number, expected = head
    if number > last:
        yield ChainProblem(
            path,
            0,
            "the newest lines or days were removed",
            f"lines up to number {number}",
            f"up to number {last}" if hashes else "none",
        )
    elif number < last - 1:
        yield ChainProblem(
            path, 0, "the head is older than the chain", f"number {last}", f"number {number}"
        )
    elif hashes.get(number) not in {expected, None}:
        yield ChainProblem(path, 0, f"line number {number} was altered", expected, hashes[number])
