"""The chain of manifests checked: against itself, its head, and the log of earlier readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from archive.fixity.history import History
from archive.home.chain import ChainProblem, read_chain
from archive.home.manifest import read_unchained

if TYPE_CHECKING:
    from archive.home.layout import Layout

_GOOD_ACTIONS = frozenset({"verified", "repaired", "copied"})
"""Actions of the log whose hash was the manifest's at that time."""


def check_chain(layout: Layout) -> Iterator[ChainProblem]:
    """Everything that is wrong with the manifests; nothing for a home that never had any."""
    chain = read_chain(layout)
    yield from chain.problems
    if chain.is_readable:
        for file in read_unchained(layout):
            chain.sums.setdefault(file.warc_filename, (file.sha256, file.journal_sha256))
        yield from _check_log(layout, chain.sums)


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
