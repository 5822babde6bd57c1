"""Pages of a WACZ file against its index: whoever chooses one must be shown something."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.verify.finding import shorten

if TYPE_CHECKING:
    from archive.package.records import PackageRecords
    from archive.package.report import PackageReport

_FORMAT = "json-pages-1.0"
_MAX_LINE_BYTES = 64 << 20
"""Of a page with its whole text."""

_NOT_DIGIT = re.compile(r"\D")


def check_pages(report: PackageReport, records: PackageRecords, path: Path, name: str) -> None:
    """:param path: where the bytes lie. :param name: of the file in the package."""
    lines = _lines(path)
    position, first = next(lines, (0, b""))
    header = _parsed(first)
    if header is None or header.get("format") != _FORMAT:
        expected = f"a first line that names the format {_FORMAT}"
        report.add("package-description", name, expected, shorten(first[:60]), offset=0)
    for position, line in lines:
        page = _parsed(line)
        if page is None or not isinstance(page.get("url"), str):
            expected = "one page in each line, with its url"
            report.add("package-page", name, expected, shorten(line[:60]), offset=position)
        elif not _is_shown(page, records, is_ours=report.is_ours):
            when = f" of {page.get('ts')}" if report.is_ours else ""
            expected = f"a capture{when} in the index"
            report.add(
                "package-page", name, expected, f"none of {shorten(page['url'])}", offset=position
            )


def _is_failed(page: dict[str, Any]) -> bool:
    """Browsertrix lists what did not load as well, and says so."""
    return str(page.get("loadState")) == "0" or str(page.get("status")) == "0"


def _is_shown(page: dict[str, Any], records: PackageRecords, *, is_ours: bool) -> bool:
    url = page["url"]
    if is_ours:
        return records.is_captured(url, _NOT_DIGIT.sub("", str(page.get("ts"))[:19]))
    if _is_failed(page):
        return True
    # Others write when the page was opened in their browser, and the address in its bar.
    bare = url.partition("#")[0]
    return any(records.is_captured(each) for each in (url, bare, bare.rstrip("/"), bare + "/"))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    position = 0
    with path.open("rb") as file:
        while line := file.readline(_MAX_LINE_BYTES):
            if line.strip():
                yield position, line
            position += len(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
