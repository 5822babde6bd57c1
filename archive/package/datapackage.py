"""datapackage.json of a WACZ file, and the digest of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.package.zip_file import EntryError, ZipPackage
from archive.verify.finding import shorten

if TYPE_CHECKING:
    from archive.package.report import PackageReport

NAME = "datapackage.json"
DIGEST_NAME = "datapackage-digest.json"
_MAX_BYTES = 64 << 20
_PROFILES = ("data-package", "wacz-package")
"""Of WACZ 1.x, and of the drafts after it."""


@dataclass(slots=True)
class Resource:
    """What the description says of one file."""

    hash: str | None
    bytes: int | None

    def hasher(self) -> hashlib._Hash | None:
        """None: no digest, or one by an algorithm that is not known here."""
        if self.hash is None:
            return None
        try:
            found = hashlib.new(self.hash.partition(":")[0], usedforsecurity=False)
        except ValueError:
            return None
        return found if found.digest_size else None


@dataclass(slots=True)
class Description:
    values: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)


def read_description(package: ZipPackage, report: PackageReport) -> Description | None:
    """None: there is nothing that could be read; it is told."""
    data = _read(package, report, NAME)
    if data is None:
        return None
    values = _object(data)
    if values is None:
        report.add("package-description", NAME, "a JSON object", shorten(data[:60]))
        return None
    software = values.get("software")
    report.is_ours = isinstance(software, str) and software.startswith("khobao")
    description = Description(values)
    version = values.get("wacz_version")
    if not isinstance(version, str) or not version.startswith("1."):
        report.add("package-description", NAME, "wacz_version 1.x", shorten(repr(version)))
    if values.get("profile") not in _PROFILES:
        found = shorten(repr(values.get("profile")))
        report.add("package-description", NAME, "profile data-package", found)
    listed = values.get("resources")
    if not isinstance(listed, list) or not listed:
        report.add("package-description", NAME, "a list of resources", shorten(repr(listed)))
        listed = []
    for each in listed:
        _take_resource(each, description, report)
    _check_digest(package, report, data)
    return description


def _take_resource(each: object, description: Description, report: PackageReport) -> None:
    path = each.get("path") if isinstance(each, dict) else None
    if not isinstance(each, dict) or not isinstance(path, str):
        report.add("package-description", NAME, "resources with a path", shorten(repr(each)))
        return
    if path in description.resources:
        report.add("package-description", NAME, f"{shorten(path)} once", "twice")
    stats = each.get("stats")  # where WACZ 1.0 has them
    said = {**stats, **each} if isinstance(stats, dict) else each
    digest, size = said.get("hash"), said.get("bytes")
    if not isinstance(digest, str) or ":" not in digest:
        found = shorten(repr(digest))
        report.add("package-description", NAME, f"hash ALGORITHM:DIGEST of {shorten(path)}", found)
        digest = None
    if not isinstance(size, int) or size < 0:
        found = shorten(repr(size))
        report.add("package-description", NAME, f"bytes of {shorten(path)}", found)
        size = None
    description.resources[path] = Resource(digest, size)


def _check_digest(package: ZipPackage, report: PackageReport, described: bytes) -> None:
    if DIGEST_NAME not in package.entries:
        kind, advice = "not-checked", "nobody can tell whether the description was changed"
        if report.is_ours:
            kind, advice = "package-missing", "export it again"
        report.add(kind, None, f"{DIGEST_NAME}, the digest of {NAME}", "none", advice)
        return
    data = _read(package, report, DIGEST_NAME)
    if data is None:
        return
    values = _object(data) or {}
    if values.get("path") != NAME:
        found = shorten(repr(values.get("path")))
        report.add("package-description", DIGEST_NAME, f"path {NAME}", found)
    said = values.get("hash")
    hasher = Resource(said, None).hasher() if isinstance(said, str) else None
    if hasher is None:
        report.add("package-description", DIGEST_NAME, "a digest", shorten(repr(said)))
        return
    hasher.update(described)
    compare_hash(report, NAME, str(said), hasher)
    if "signedData" in values:
        report.add(
            "not-checked",
            DIGEST_NAME,
            "a signature",
            "one",
            "`wacz validate --verify-auth` knows signatures",
        )


def compare_hash(report: PackageReport, name: str, said: str, hasher: hashlib._Hash) -> None:
    algorithm, _, digest = said.partition(":")
    if digest.lower() != hasher.hexdigest():
        report.add("package-altered", name, shorten(said), f"{algorithm}:{hasher.hexdigest()}")


def _read(package: ZipPackage, report: PackageReport, name: str) -> bytes | None:
    info = package.entries.get(name)
    if info is None:
        report.add("package-missing", None, f"{name} in the package", "none")
        return None
    if info.file_size > _MAX_BYTES:
        found = f"{info.file_size} bytes"
        report.add("package-description", name, f"at most {_MAX_BYTES} bytes", found)
        return None
    try:
        return b"".join(package.pieces(name))
    except EntryError as exc:
        report.add("package-damaged", name, "a file that can be unpacked", str(exc))
        return None


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
