"""Packages, taken apart and put together again: by zipfile and hashlib alone."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.package import PackageReport, check_packages

Files = dict[str, bytes]


@dataclass(frozen=True)
class Packages:
    wacz: Path
    bag: Path
    warc: Path


def check(path: Path) -> PackageReport:
    (report,) = check_packages([path])
    return report


def failures(path: Path) -> set[tuple[str, str]]:
    """Kind and file of all findings that are faults; the file without its folders."""
    report = check(path)
    assert all(each.expected and each.found and each.advice for each in report.findings)
    assert all(each.line().isprintable() for each in report.findings)
    return {
        (each.kind, each.path.rpartition("/")[2]) for each in report.findings if not each.is_note
    }


def unzip(path: Path) -> Files:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rezip(path: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """As an export writes it: everything but WARC files and index deflated."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o644 << 16
            is_packed = name.endswith(".gz")
            info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return path


def described_anew(files: Files) -> Files:
    """With datapackage.json and its digest as they must be for what is there now."""
    rest = {name: data for name, data in files.items() if not name.startswith("datapackage")}
    described = json.loads(files["datapackage.json"])
    described["resources"] = [
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for name, data in rest.items()
    ]
    return with_description(rest, described)


def with_description(rest: Files, described: object) -> Files:
    data = json.dumps(described).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return {
        **rest,
        "datapackage.json": data,
        "datapackage-digest.json": json.dumps(digest).encode(),
    }


def altered(path: Path, change: Callable[[Files], Files | None], *, anew: bool = True) -> Path:
    """The WACZ file with its files changed, and, if *anew*, described as it is now."""
    files = unzip(path)
    files = change(files) or files
    return rezip(path, (described_anew(files) if anew else files).items())


def zip_of_bag(bag: Path) -> Path:
    return Path(shutil.make_archive(str(bag), "zip", bag.parent, bag.name))
