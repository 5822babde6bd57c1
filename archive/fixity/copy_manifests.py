"""Manifests, log and timestamps of the second copy: compared with the home's, then brought up to
date.

All of them only ever grow. Whatever there is no beginning of what is here was altered on one side
or lost on the other, and nobody but a person can say on which.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import CopyContradictionError
from archive.fixity.chain import check_chain
from archive.fixity.copy import one_at_a_time
from archive.home.manifest import line_hash, manifest_days

if TYPE_CHECKING:
    from archive.fixity.copy import SecondCopy
    from archive.home.layout import Layout

_DAY = re.compile(r"\d{4}-\d\d-\d\d\.jsonl")
_TOKEN = re.compile(r"\d{4}-\d\d-\d\d\.tsr")
_LOG = "log.jsonl"
_HEAD = "head.json"


def contradictions(layout: Layout, copy: SecondCopy) -> list[str]:
    """What the copy says otherwise than the home, for a person; empty: it is the home's past.

    :raises CopyError: the target does not work.
    """
    with one_at_a_time(layout):
        return list(_contradictions(layout, _read_all(copy)))


def put_manifests(layout: Layout, copy: SecondCopy) -> None:
    """Bring the manifests, the log and the timestamps there up to date.

    :raises CopyContradictionError: they are not the home's past, or its own chain is broken;
        nothing was written over.
    :raises CopyError: the target does not work.
    """
    with one_at_a_time(layout):
        if problem := next(check_chain(layout), None):
            raise CopyContradictionError(copy.name, f"the chain here is broken: {problem}")
        there = _read_all(copy)
        if found := list(_contradictions(layout, there)):
            raise CopyContradictionError(copy.name, "; ".join(found[:2]))
        paths = [*manifest_days(layout), layout.fixity / _LOG]
        paths += [*sorted(layout.fixity.glob("????-??-??.tsr")), layout.fixity / _HEAD]
        for path in paths:
            if path.exists() and there.get(path.name) != path.read_bytes():
                copy.put_small(path)


def _read_all(copy: SecondCopy) -> dict[str, bytes]:
    """First there, then here: a crawl may be adding lines to both."""
    found = {name: copy.read(f"fixity/{name}") for name in copy.fixity_names()}
    return {name: data for name, data in found.items() if data is not None}


def _contradictions(layout: Layout, there: dict[str, bytes]) -> Iterator[str]:
    for name, data in there.items():
        here = _read(layout.fixity / name)
        if name == _HEAD:
            yield from _compare_head(layout, data)
        elif _DAY.fullmatch(name) or name == _LOG:
            yield from _compare_lines(name, here, data)
        elif _TOKEN.fullmatch(name) and here != data:
            what = "is another one here" if here is not None else "is gone here"
            yield f"fixity/{name}, the timestamp, {what}"


def _compare_lines(name: str, here: bytes | None, there: bytes) -> Iterator[str]:
    if here is None:
        yield f"fixity/{name} is gone here; there it has {len(there.splitlines())} lines"
        return
    # A line that a crash tore there was never finished; here it is whole by now.
    if here.startswith(there):
        return
    ours, theirs = here.splitlines(), there.splitlines()
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if mine != other:
            yield f"fixity/{name}, line {number}: {_differ(mine, other)}"
            return
    yield f"fixity/{name} has {len(ours)} lines here and {len(theirs)} there"


def _differ(here: bytes, there: bytes) -> str:
    """The first value in which two lines differ."""
    try:
        mine, other = json.loads(here), json.loads(there)
        key = next(key for key in other if mine.get(key) != other[key])
        file = other.get("file", "")
    except (ValueError, AttributeError, StopIteration):
        return "it is another one there"
    if key == "file":
        return f"here it is about {mine.get(key)}, there about {other[key]}"
    return f"of {file} the home says {key} {mine.get(key)}, the copy {other[key]}"


def _compare_head(layout: Layout, there: bytes) -> Iterator[str]:
    """The head that was copied must be a line of the chain as it is here."""
    try:
        values = json.loads(there)
        number, expected = int(values["number"]), str(values["sha256"])
    except (ValueError, TypeError, KeyError):
        yield f"fixity/{_HEAD} there is damaged"
        return
    days = [path.read_bytes() for path in manifest_days(layout)]
    lines = [line for day in days for line in day.splitlines(keepends=True)]
    if number >= len(lines):
        yield f"the chain has {len(lines)} lines here and {number + 1} there"
    elif line_hash(lines[number]) != expected:
        yield f"line number {number} of the chain is another one here than there"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
