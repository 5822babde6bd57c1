"""Checking packages: WACZ files, bags and WARC files that were handed over, by whomever.

Nothing is unpacked where a name in the package says, and nothing of it is believed: WARC files are
read by the rules of ``archive verify``, indexes and pages are held against them.
"""

from __future__ import annotations

from archive.package.check import check_packages
from archive.package.kind import PackageKind, PackageKindError, kind_of
from archive.package.report import PackageReport

__all__ = ["PackageKind", "PackageKindError", "PackageReport", "check_packages", "kind_of"]
