"""Bags (BagIt 0.93 to 1.0), as bagit reads them, and the WARC files in them."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import bagit

from archive.package.index import PLAIN_ENDINGS, IndexCheck
from archive.package.kind import WARC_ENDINGS
from archive.package.records import PackageRecords
from archive.verify.finding import shorten

if TYPE_CHECKING:
    from archive.package.report import PackageReport

_READ_BYTES = 1 << 20
_OURS = (
    "bag-info.txt",
    *(
        f"{kind}-{name}.txt"
        for kind in ("manifest", "tagmanifest")
        for name in ("sha256", "sha512")
    ),
)
_BAG_ERRORS = (bagit.BagError, ValueError, OSError, LookupError)


def check_bag(directory: Path, report: PackageReport) -> None:
    """:param directory: where the bag lies; of a zipped one, where it was unpacked."""
    names, others = _files(directory)
    report.files += len(names)
    for name in others:
        advice = "look what it is, remove it, then check again"
        report.add("package-unsafe", name, "a file", "a link, a pipe or a device", advice)
    if not others:  # to read a pipe would never come to an end
        _check_manifests(directory, report)
    with PackageRecords(report) as records:
        for name in names:
            if name.startswith("data/") and name.endswith(WARC_ENDINGS):
                records.add_file(directory / name, name)
        records.check_relations()
        index = IndexCheck(report, records)
        for name in names:
            if name.startswith("data/") and name.endswith(PLAIN_ENDINGS):
                index.add(directory / name, name, None)
        index.finish()


def _files(directory: Path) -> tuple[list[str], list[str]]:
    """Paths in the bag, sorted: files, and what is neither file nor directory."""
    regular: list[str] = []
    others: list[str] = []
    for root, folders, files in os.walk(directory):
        for name in (*files, *folders):
            path = Path(root) / name
            mode = path.lstat().st_mode
            if not stat.S_ISDIR(mode):
                kind = regular if stat.S_ISREG(mode) else others
                kind.append(path.relative_to(directory).as_posix())
    return sorted(regular), sorted(others)


def _check_manifests(directory: Path, report: PackageReport) -> None:
    with _complaints() as complaints:
        try:
            bag = bagit.Bag(str(directory))
        except _BAG_ERRORS as exc:
            report.add("package-description", None, "a bag", shorten(exc))
            return
        agent = bag.info.get("Bag-Software-Agent")
        report.is_ours = isinstance(agent, str) and agent.startswith("khobao")
        for line in complaints:
            report.add("package-description", None, "manifests as BagIt has them", shorten(line))
    for name in _OURS if report.is_ours else ():
        if not (directory / name).is_file():
            report.add("package-missing", None, f"{name} in the bag", "none")
    _compare(directory, bag, report)


def _compare(directory: Path, bag: bagit.Bag, report: PackageReport) -> None:
    """The manifests with the files."""
    if not any(bag.manifest_files()):
        report.add("package-missing", None, "a payload manifest", "none that bagit knows")
    missing, unlisted = bag.compare_manifests_with_fs()
    for name in sorted(missing):
        report.add("package-missing", None, f"{name}, which the manifests list", "no such file")
    for name in sorted(unlisted):
        report.add("package-unlisted", name, "only what the manifests list", "a file that is not")
    _check_structure(bag, report)
    for name, digests in sorted(bag.entries.items()):
        if name not in missing:
            _check_digests(directory, name, digests, report)


def _check_structure(bag: bagit.Bag, report: PackageReport) -> None:
    """Directories, bagit.txt, fetch.txt, and how many files and bytes it says it has."""
    try:
        with _complaints():
            bag.validate(fast=bag.has_oxum(), completeness_only=True)
    except bagit.BagValidationError as exc:
        if not exc.details:  # those are told one by one
            report.add("package-description", None, "a valid bag", shorten(exc))
    except _BAG_ERRORS as exc:
        report.add("package-description", None, "a valid bag", shorten(exc))


def _check_digests(
    directory: Path, name: str, digests: dict[str, str], report: PackageReport
) -> None:
    path = directory / name
    hashers: dict[str, hashlib._Hash] = {}
    for algorithm in digests:
        try:
            hashers[algorithm] = hashlib.new(algorithm, usedforsecurity=False)
        except ValueError:
            advice = "another tool may know the algorithm"
            report.add("not-checked", name, "a digest", algorithm, advice)
    try:
        with path.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                for hasher in hashers.values():
                    hasher.update(piece)
    except FileNotFoundError:
        report.add("package-missing", None, f"{name}, which the manifests list", "no such file")
        return
    except OSError as exc:
        report.add("unreadable", name, "a file that can be read", exc.strerror or str(exc))
        return
    for algorithm, hasher in hashers.items():
        if digests[algorithm].lower() != hasher.hexdigest():
            expected = f"{algorithm} {shorten(digests[algorithm])}"
            report.add("package-altered", name, expected, hasher.hexdigest())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What bagit logs while the block runs, instead of on the terminal."""
    lines: list[str] = []

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                lines.append(record.getMessage())

    logger, handler = logging.getLogger("bagit"), Collecting()
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
