"""The fault table, a file a family: every module registers its cases when it is imported."""

from __future__ import annotations

from support.verify_faults import contents, exchanges, fields, indexes, manifests
from support.verify_faults.base import ANY, FAULTS, LISTED, Expected, flip, not_modified

__all__ = [
    "ANY",
    "FAULTS",
    "LISTED",
    "Expected",
    "contents",
    "exchanges",
    "fields",
    "flip",
    "indexes",
    "manifests",
    "not_modified",
]
