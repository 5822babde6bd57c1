"""Export formats: the kinds of packages."""

from __future__ import annotations

from enum import StrEnum


class ExportFormat(StrEnum):
    WACZ = "wacz"
    BAG = "bag"
    WARC = "warc"
