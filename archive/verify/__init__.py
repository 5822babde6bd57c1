"""Verifying the archive: every byte of it, and whether its parts agree.

Nothing here writes, repairs or trusts what it checks.
"""

from __future__ import annotations

from archive.verify.catalog import Catalog, Place
from archive.verify.file import verify_file
from archive.verify.finding import KINDS, MAX_FINDINGS, NOTES, Finding, capped
from archive.verify.plan import Plan, home_of, plan_files, plan_home
from archive.verify.report import FileReport
from archive.verify.selection import VerifyLog, longest_unverified_first, only_since
from archive.verify.target import Target
from archive.verify.work import check_together, size_of, verify_targets

__all__ = [
    "KINDS",
    "MAX_FINDINGS",
    "NOTES",
    "Catalog",
    "FileReport",
    "Finding",
    "Place",
    "Plan",
    "Target",
    "VerifyLog",
    "capped",
    "check_together",
    "home_of",
    "longest_unverified_first",
    "only_since",
    "plan_files",
    "plan_home",
    "size_of",
    "verify_file",
    "verify_targets",
]
