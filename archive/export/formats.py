"""Export formats: the kinds of packages."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ExportFormat"]


class ExportFormat(StrEnum):
    WACZ = "wacz"
    BAG = "bag"
    WARC = "warc"
