"""Start page of replay: the newest pages, by their titles."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html

from archive.errors import ArchiveError
from archive.home.layout import Layout
from archive.home.reader import read_record

_MAX_LINES = 100_000
_TITLE_BYTES = 256 << 10
_TITLES = (".//meta[@property='og:title']", ".//title")
_PAGE_MARKS = (b'"text/html"', b'"warc/revisit"')


@dataclass(frozen=True, slots=True)
class Page:
    """A capture to offer."""

    kind: str
    url: str
    timestamp: str
    """UTC, 14 digits."""

    title: str

    @property
    def captured_at(self) -> dt.datetime:
        return dt.datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class _Capture:
    timestamp: str
    url: str
    warc_filename: str
    offset: int


def newest_pages(
    home: Path, kind_of: Callable[[str], str | None], wanted: Mapping[str, int]
) -> list[Page]:
    """The newest capture of each page, newest first within a kind.

    Looks at the newest index files, as many as it needs, and at no further one after 100 000
    captures: the start of replay does not grow with the archive.

    :param kind_of: what an address stands for; None for what nobody would want to open.
    :param wanted: how many of a kind, in the order of the result.
    """
    found: dict[str, dict[str, _Capture]] = {kind: {} for kind in wanted}
    lines = 0
    for path in sorted(Layout(home).index.glob("*.cdxj"), reverse=True):
        for line in _lines(path):
            lines += 1
            capture = _page_capture(line)
            if capture is None or (kind := kind_of(capture.url)) not in found:
                continue
            known = found[kind].get(capture.url)
            if known is None or known.timestamp < capture.timestamp:
                found[kind][capture.url] = capture
        if lines > _MAX_LINES or all(len(found[kind]) >= n for kind, n in wanted.items()):
            break
    return [
        Page(kind, capture.url, capture.timestamp, _title(home, capture))
        for kind, number in wanted.items()
        for capture in _newest(found[kind], number)
    ]


def _newest(captures: dict[str, _Capture], number: int) -> list[_Capture]:
    return sorted(captures.values(), key=lambda c: (c.timestamp, c.offset), reverse=True)[:number]


def _lines(path: Path) -> Iterator[bytes]:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        yield from file


def _page_capture(line: bytes) -> _Capture | None:
    """The line of an HTML page that was found; None for everything else, rubbish included."""
    if b'"200"' not in line or not any(mark in line for mark in _PAGE_MARKS):
        return None
    try:
        _, timestamp, values = line.decode().split(" ", 2)
        dt.datetime.strptime(timestamp, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether it is one
        fields = json.loads(values)
        return _Capture(
            timestamp, str(fields["url"]), str(fields["filename"]), int(fields["offset"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def _title(home: Path, capture: _Capture) -> str:
    """Its own title, or its address if it has none or cannot be read."""
    with contextlib.suppress(ArchiveError, OSError, etree.LxmlError, ValueError):
        body = read_record(home, capture.warc_filename, capture.offset).body[:_TITLE_BYTES]
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
        for path in _TITLES:
            for element in root.iterfind(path):
                text = element.get("content") or element.text or ""
                if title := " ".join(text.split()):
                    return title
    return capture.url
