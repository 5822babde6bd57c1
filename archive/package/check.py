"""Checking packages of any kind, one after the other."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.package.bag import check_bag
from archive.package.datapackage import NAME
from archive.package.kind import PackageKind, PackageKindError, kind_of
from archive.package.report import PackageReport
from archive.package.wacz import check_wacz
from archive.package.zip_file import EntryError, ZipPackage, require_space
from archive.verify import Catalog, check_together, plan_files, verify_targets

_BAG_DEPTH = 2
"""``bagit.txt`` lies at the top of a zipped bag, or in its only folder."""


def check_packages(paths: Iterable[Path]) -> Iterator[PackageReport]:
    """A report for each package as soon as it is checked; WARC files together, as the last.

    :raises PackageKindError: one of them is nothing that can be checked; raised before anything is
        read, but for a multi-WACZ, which has to be opened.
    """
    kinds = {path: kind_of(path) for path in dict.fromkeys(paths)}
    for path, kind in kinds.items():
        if kind is not PackageKind.WARC:
            yield _check(path, kind)
    warcs = [path for path, kind in kinds.items() if kind is PackageKind.WARC]
    if warcs:
        yield from _check_warcs(warcs)


def _check(path: Path, kind: PackageKind) -> PackageReport:
    report = PackageReport(path, kind)
    if kind is PackageKind.BAG:
        check_bag(path, report)
        report.bytes = sum(each.lstat().st_size for each in path.rglob("*") if each.is_file())
    else:
        report.bytes = path.stat().st_size
        _check_zip(path, report)
    report.finish()
    return report


def _check_zip(path: Path, report: PackageReport) -> None:
    with ZipPackage(path, report) as package:
        top = _bag_in(package)
        is_wacz = NAME in package.entries or path.name.lower().endswith(".wacz")
        report.kind = PackageKind.BAG if top is not None and not is_wacz else PackageKind.WACZ
        if not package.can_be_read:
            return
        if top is not None and not is_wacz:
            _check_zipped_bag(package, report, top)
        elif is_wacz:
            check_wacz(package, report)
        elif not report.findings:
            raise PackageKindError(
                f"{path} is a ZIP file with neither datapackage.json (a WACZ) nor bagit.txt (a bag)"
                " in it; name another"
            )


def _bag_in(package: ZipPackage) -> str | None:
    """The folder in which a bag lies, with its slash; None if there is none."""
    for name in package.entries:
        folder, _, last = name.rpartition("/")
        if last == "bagit.txt" and name.count("/") < _BAG_DEPTH:
            return f"{folder}/" if folder else ""
    return None


def _check_zipped_bag(package: ZipPackage, report: PackageReport, top: str) -> None:
    """Unpacked as a whole, for the manifests speak of all files."""
    needed = sum(info.file_size for info in package.entries.values())
    with tempfile.TemporaryDirectory(prefix="khobao-bag-") as directory:
        bag = Path(directory)
        require_space(bag, needed)
        for name in package.entries:
            if not name.startswith(top):
                found = "a file beside the bag"
                report.add("package-unlisted", name, f"only files in {top}", found)
                continue
            path = bag / name.removeprefix(top)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    file.writelines(package.pieces(name))
            except EntryError as exc:
                report.add("package-damaged", name, "a file that can be unpacked", str(exc))
            except OSError as exc:
                if exc.errno == errno.ENOSPC:
                    raise
                found = exc.strerror or str(exc)
                report.add("package-unsafe", name, "a name that a disk can hold", found)
        check_bag(bag, report)


def _check_warcs(paths: list[Path]) -> Iterator[PackageReport]:
    """As ``archive verify FILES`` does: revisits may refer from one to another."""
    plan = plan_files(paths)
    report = PackageReport(paths[0] if len(paths) == 1 else paths[0].parent, PackageKind.WARC)
    for finding in plan.findings:
        report.take(finding)
    with Catalog() as catalog:
        for each in verify_targets(plan, catalog):
            report.files += 1
            report.records += each.records
            report.bytes += each.size
            report.raw_bytes += each.raw_bytes
            for finding in each.findings:
                report.take(finding)
        for finding in check_together(plan, catalog):
            report.take(finding)
    report.finish()
    yield report
