"""Files to verify, and what else lies about in a home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.imports import is_imported_journal
from archive.home.layout import (
    IMPORTING_SUFFIX,
    OPEN_SUFFIX,
    Layout,
    warc_of_cdxj,
    warc_part,
)
from archive.home.lock import writer_of
from archive.home.manifest import known_files
from archive.verify.finding import Finding
from archive.verify.manifest import check_manifests
from archive.verify.target import Target

if TYPE_CHECKING:
    from archive.home.manifest import ClosedFile

_SUFFIXES = ("", OPEN_SUFFIX)
_HISTORY = ".salvage.json"
_QUARANTINED = re.compile(
    r"(\.\d+)?\.tail|\.journal(\.\d+)?\.bad(-\d+)?|\.salvage\.json\.bad|(\.journal)?\.rotten-.*"
)


@dataclass(slots=True)
class Plan:
    """What is to be done; *findings* are those that need no reading."""

    targets: list[Target] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    homes: list[Path] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)
    """Files that are not looked at, because nobody asked for them (:mod:`.selection`)."""

    order: list[int] | None = None
    """Numbers of the targets in the order in which they are looked at; None: as they stand."""

    is_whole_home: bool = False
    is_being_written: bool = False


def plan_home(home: Path) -> Plan:
    """Everything in the archive of a home."""
    layout = Layout(home)
    # In this order: a file that is closed meanwhile is then met twice, and not never.
    left_open = {path.name.removesuffix(OPEN_SUFFIX): path for path in layout.open_files()}
    closed = {path.name for path in layout.closed_files()}
    names = sorted(closed | left_open.keys())
    is_being_written = writer_of(layout.lock) is not None
    plan = Plan(homes=[home], is_whole_home=True, is_being_written=is_being_written)
    listed = known_files(layout)
    for name in names:
        plan.targets.append(_target(layout, name, listed, is_being_written=is_being_written))
    # Those that were closed before the manifests were read, not those that are by now.
    plan.findings += check_manifests(layout, closed, listed, is_being_written=is_being_written)
    plan.findings += _not_closed(plan.targets)
    # What is read as a file finds a directory by itself.
    irregular = [path for path in layout.irregular_files() if not path.is_dir()]
    plan.findings += map(_irregular, irregular)
    plan.findings += _unexpected(layout, set(names), is_being_written=is_being_written)
    return plan


def plan_files(paths: Iterable[Path]) -> Plan:
    """Only these files, whether they lie in a home or not."""
    plan = Plan()
    listed: dict[Path, dict[str, ClosedFile]] = {}
    for path in dict.fromkeys(path.absolute() for path in paths):
        home = home_of(path)
        if home is None:
            plan.targets.append(_bare(path))
            continue
        layout = Layout(home)
        is_being_written = writer_of(layout.lock) is not None
        name = path.name.removesuffix(OPEN_SUFFIX)
        if home not in listed:
            listed[home] = known_files(layout)
        target = _target(layout, name, listed[home], is_being_written=is_being_written)
        plan.targets.append(target)
        if home not in plan.homes:
            plan.homes.append(home)
    # In the order in which files of one writer were written, whatever the order of the words.
    plan.targets.sort(key=lambda target: (target.name, target.path))
    plan.findings += _not_closed(plan.targets)
    return plan


def home_of(path: Path) -> Path | None:
    """The home that *path* is an archive file of."""
    home = path.parent.parent
    is_archive = path.parent.name == "warc" and any(
        (home / name).is_dir() for name in ("index", "state")
    )
    return home if is_archive and warc_part(path.name)[1] in _SUFFIXES else None


def _target(
    layout: Layout, name: str, listed: Mapping[str, ClosedFile], *, is_being_written: bool
) -> Target:
    closed, left_open = layout.warc / name, layout.warc / (name + OPEN_SUFFIX)
    journal = layout.journal(name)
    entry = listed.get(name)
    sums = entry.sums if entry else None
    if closed.exists() or not left_open.exists():
        imported = entry.imported if entry else None
        if imported is None and is_imported_journal(journal):
            imported = {}
        return Target(closed, "closed", journal, layout.cdxj(name), sums, imported=imported)
    if is_being_written:
        return Target(left_open, "growing", journal)
    # Listed already, if its writer died between listing and naming it.
    return Target(left_open, "open", journal, None, sums)


def _bare(path: Path) -> Target:
    journal = path.with_name(path.name + ".journal")
    if not journal.exists():
        return Target(path)
    return Target(path, journal=journal, imported={} if is_imported_journal(journal) else None)


def _not_closed(targets: Iterable[Target]) -> Iterable[Finding]:
    for target in targets:
        if target.state == "open":
            yield Finding(
                "not-closed",
                str(target.path),
                None,
                "a file that its writer has closed",
                "one that a killed crawl left open",
                "run `khobao archive salvage`, or crawl: either closes it and loses nothing",
            )


def _unexpected(layout: Layout, names: set[str], *, is_being_written: bool) -> Iterable[Finding]:
    """What lies in the directories beside the files, explained or not."""
    yield from _unexpected_in_warc(layout, names, is_being_written=is_being_written)
    for path in _in(layout.index):
        warc = warc_of_cdxj(path.name)
        if path.suffix == ".cdxj":
            if warc not in names and not _exists(layout, warc):
                yield _orphan(path, warc, "its index")
        elif not is_being_written:
            yield _leftover(path)


def _unexpected_in_warc(
    layout: Layout, names: set[str], *, is_being_written: bool
) -> Iterable[Finding]:
    for path in _in(layout.warc):
        name = path.name
        warc, rest = warc_part(name)
        if name in names or rest == OPEN_SUFFIX or name == warc:
            continue
        if rest == ".journal":
            if warc not in names and not _exists(layout, warc):
                yield _orphan(path, warc, "its journal")
        elif rest == _HISTORY:
            continue
        elif rest == IMPORTING_SUFFIX and warc not in names:
            if not is_being_written:
                yield _half_imported(path)
        elif _QUARANTINED.fullmatch(rest):
            yield _quarantined(path, warc, rest)
        elif not is_being_written:
            yield _leftover(path)


def _in(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _exists(layout: Layout, name: str) -> bool:
    names = (name, name + OPEN_SUFFIX, name + IMPORTING_SUFFIX, name)
    return any((layout.warc / each).exists() for each in names)


def _half_imported(path: Path) -> Finding:
    advice = "import the file again, or run `khobao archive salvage`: either finishes it or removes"
    return Finding(
        "not-closed",
        str(path),
        None,
        "a file that was imported whole",
        "one whose import was killed",
        f"{advice} what was made",
    )


def _orphan(path: Path, warc: str, what: str) -> Finding:
    advice = "restore the WARC file from a copy (`khobao archive fixity run` does, if there is one)"
    return Finding("warc-missing", str(path), None, f"{warc} to {what}", "no such file", advice)


def _quarantined(path: Path, warc: str, suffix: str) -> Finding:
    size = path.stat().st_size
    if suffix.endswith(".tail"):
        found = f"{size} torn bytes behind the last whole record of {warc}"
        advice = "nothing: a killed crawl left them and salvage keeps them"
    elif ".rotten-" in suffix:
        found = f"the damaged bytes that a repair of {warc} has replaced"
        advice = "nothing: `khobao archive fixity run` repaired the file and keeps what was wrong"
    else:
        found = f"a journal that named records which {warc} did not hold"
        advice = "compare it with the journal: what it names beyond that was lost by the disk"
    return Finding("set-aside", str(path), None, "nothing more", found, advice)


def _irregular(path: Path) -> Finding:
    is_link = path.is_symlink()
    found = f"a link to {path.readlink()}" if is_link else "a pipe, a socket or a device"
    advice = "put the file itself here, or take this away; ask who put it there"
    return Finding("not-a-file", str(path), None, "a regular file", found, advice)


def _leftover(path: Path) -> Finding:
    found = "a directory" if path.is_dir() else f"a file of {path.lstat().st_size} bytes"
    advice = "nothing of khobao's reads it: move it elsewhere, or delete it if you know it"
    return Finding("leftover", str(path), None, "only files of the archive", found, advice)
