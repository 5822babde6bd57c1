"""Choice of a person between two sides that contradict each other; the other one is kept aside."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import CopyError
from archive.fixity.chain import check_chain
from archive.fixity.copy_manifests import contradictions
from archive.fixity.history import History, Side
from archive.home.layout import Layout, create_file, fsync_directory
from archive.home.manifest import UNCHAINED, ClosedFile, known_files, listed_entries, read_head
from archive.home.manifest_writer import ManifestWriter
from archive.home.register import register_unlisted
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.fixity.copy import SecondCopy

_LOG = "log.jsonl"


@dataclass(slots=True)
class Settled:
    """What was done, and to which files."""

    words: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    """Listed as they are now; what they were when they were closed, nobody can say."""


def trust(
    layout: Layout,
    side: Side,
    copy: SecondCopy | None,
    clock: Callable[[], dt.datetime] = utc_now,
) -> Settled:
    """Let the manifests of one side hold.

    *master*: the files of this home are listed as they are, those that nothing lists included; the
    copy's manifests get another name there. *copy*: its manifests replace those of this home, which
    get another name here; files that differ are then repaired by an audit, which keeps those, too.

    :raises ArchiveLockedError: a crawl is writing to this home.
    :raises CopyError: the target does not work, or its own chain is broken.
    """
    with layout.hold():
        return _trust(layout, side, copy, clock)


def _trust(
    layout: Layout, side: Side, copy: SecondCopy | None, clock: Callable[[], dt.datetime]
) -> Settled:
    stamp = f"set-aside-{clock().astimezone(dt.UTC):%Y%m%d%H%M%S}"
    was_broken = any(check_chain(layout))
    if side == "copy":
        assert copy is not None
        done = _trust_copy(layout, copy, stamp)
    else:
        done = _trust_master(layout, copy, stamp)
    if not done.words and not was_broken:
        return Settled(["nothing contradicted anything: there was nothing to trust"])
    head, detail = read_head(layout), "; ".join(done.words)
    History(layout, clock).add("", side, "trusted", head[1] if head else "", detail)
    return done


def _trust_copy(layout: Layout, copy: SecondCopy, stamp: str) -> Settled:
    with tempfile.TemporaryDirectory(dir=layout.state, prefix="fixity-of-the-copy-") as scratch:
        return _take_over(layout, copy, Layout(Path(scratch)), stamp)


def _take_over(layout: Layout, copy: SecondCopy, fetched: Layout, stamp: str) -> Settled:
    _fetch(copy, fetched)
    if problem := next(check_chain(fetched), None):
        raise CopyError(copy.name, f"its own chain of manifests is broken: {problem}")
    if not any(fetched.fixity.glob("*.jsonl")):
        raise CopyError(copy.name, "it has no manifests that could be trusted")
    listed = listed_entries(fetched)
    newer = [file for file in known_files(layout).values() if file.warc_filename not in listed]
    _write_unchained(fetched, newer)
    former = _move_aside(layout, stamp)
    fetched.fixity.rename(layout.fixity)
    fsync_directory(layout.home)
    words = [f"the manifests of {copy.name} hold; those of this home are in {former.name}/"]
    return Settled(words + _chain(ManifestWriter(layout)))


def _trust_master(layout: Layout, copy: SecondCopy | None, stamp: str) -> Settled:
    done = Settled()
    if ManifestWriter(layout, may_begin=True).problem is not None or _is_broken(layout):
        former = _move_aside(layout, stamp)
        layout.fixity.mkdir()
        for name in (_LOG, UNCHAINED):
            if (former / name).exists():
                _write(layout.fixity / name, (former / name).read_bytes())
        done.words.append(f"the former manifests are in {former.name}/")
    manifests = ManifestWriter(layout, may_begin=True)
    done.words += _chain(manifests)
    if registered := register_unlisted(layout, manifests):
        done.registered = registered
        done.words.append(f"{len(registered)} files are listed as they are now")
    if copy is not None and contradictions(layout, copy):
        for name in copy.fixity_names():  # an object store has no directories to rename
            copy.set_aside(f"fixity/{name}", f"fixity.{stamp}/{name}")
        done.words.append(f"the manifests of {copy.name} are in fixity.{stamp}/ there")
    return done


def _is_broken(layout: Layout) -> bool:
    """Whether the chain itself is: what only the log remembers needs no new lines."""
    return any(problem.path.name != _LOG for problem in check_chain(layout))


def _chain(manifests: ManifestWriter) -> list[str]:
    chained = manifests.chain_the_unchained()
    return [f"{len(chained)} files are listed as they were closed"] if chained else []


def _move_aside(layout: Layout, stamp: str) -> Path:
    """Another name for ``fixity/``, beside it."""
    names = (f"fixity.{stamp}-{number}" if number else f"fixity.{stamp}" for number in count())
    former = next(layout.home / name for name in names if not (layout.home / name).exists())
    layout.fixity.rename(former)
    fsync_directory(layout.home)
    return former


def _fetch(copy: SecondCopy, target: Layout) -> None:
    target.fixity.mkdir()
    for name in copy.fixity_names():
        data = copy.read(f"fixity/{name}")
        if data is not None:
            _write(target.fixity / Path(name).name, data)


def _write_unchained(layout: Layout, files: list[ClosedFile]) -> None:
    """What was closed since the last copying: nobody but this home knows what it was."""
    lines = [
        ClosedFile.of(
            file.warc_filename,
            file.sums,
            dt.datetime.fromisoformat(file.closed_at),
            registered=True,
        ).to_line()
        for file in files
    ]
    if lines:
        _write(layout.fixity / UNCHAINED, b"".join(lines))


def _write(path: Path, data: bytes) -> None:
    with create_file(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
