"""Kinds of packages, and how each is known."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from archive.errors import ArchiveError
from archive.verify.foreign import first_bytes

_FIRST_BYTES = 4096
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_ENDINGS = (".wacz", ".zip")
WARC_ENDINGS = (".warc.gz", ".warc", ".arc.gz", ".arc")
_MULTI_WACZ = "multi-wacz-package"
_KNOWN = "a WACZ file, a bag (a directory or a ZIP file) or a WARC file"


class PackageKind(StrEnum):
    WACZ = "wacz"
    BAG = "bag"
    WARC = "warc"
    ZIP = "zip"
    """A WACZ file or a bag: what is in it will say."""


class PackageKindError(ArchiveError):
    """There is no package of that name, or of a kind that is not known."""


def kind_of(path: Path) -> PackageKind:
    """:raises PackageKindError: there is none, or it is nothing that can be checked."""
    if path.is_dir():
        return _kind_of_directory(path)
    if not path.exists():
        raise PackageKindError(f"{path}: no such file or directory; name {_KNOWN}")
    if not path.is_file():
        raise PackageKindError(f"{path} is a device or a pipe; name {_KNOWN}")
    try:
        with path.open("rb") as file:
            raw = file.read(_FIRST_BYTES)
    except OSError as exc:
        raise PackageKindError(f"{path} cannot be read: {exc.strerror}; correct its mode") from exc
    name = path.name.lower()
    if raw.startswith(_ZIP) or name.endswith(_ZIP_ENDINGS):
        return PackageKind.ZIP
    if name.endswith(WARC_ENDINGS) or first_bytes(raw).startswith((b"WARC/", b"filedesc:")):
        return PackageKind.WARC
    if _is_multi_wacz(path, raw):
        raise multi_wacz(path)
    raise PackageKindError(f"{path} is of a kind that is not known here; name {_KNOWN}")


def _kind_of_directory(path: Path) -> PackageKind:
    if (path / "bagit.txt").exists() or any(path.glob("manifest-*.txt")):
        return PackageKind.BAG
    if (path / "warc").is_dir():
        raise PackageKindError(
            f"{path} is a data home and no package; check it with"
            f" `khobao --home {path} archive verify`"
        )
    raise PackageKindError(f"{path} is a directory without bagit.txt; name {_KNOWN}")


def multi_wacz(path: Path) -> PackageKindError:
    return PackageKindError(
        f"{path} is a multi-WACZ, which only names other packages: that is not supported; check"
        " the WACZ files that it names, one by one"
    )


def says_multi_wacz(described: object) -> bool:
    return isinstance(described, dict) and described.get("profile") == _MULTI_WACZ


def _is_multi_wacz(path: Path, raw: bytes) -> bool:
    if not raw.lstrip().startswith(b"{"):
        return False
    try:
        with path.open("rb") as file:
            return says_multi_wacz(json.loads(file.read(1 << 20)))
    except (ValueError, RecursionError):
        return False
