"""The pages of a package: what a reader chooses from and searches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.home.reader import ArchivedRecord, read_record

if TYPE_CHECKING:
    from archive.export.selection import Selection
    from archive.home.journal import JournalEntry

_MAYBE_PAGES = frozenset({"text/html", "application/xhtml+xml", "warc/revisit"})
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says of itself."""

    title: str | None
    text: str | None
    is_main: bool
    """True: what the archive is for, an article; False: a page beside it, a listing."""


Describe = Callable[[ArchivedRecord], PageText | None]


def pages_header(page_id: str, title: str, *, has_text: bool) -> bytes:
    """First line of a pages file (WACZ 1.1, "pages")."""
    return _line({"format": "json-pages-1.0", "id": page_id, "title": title, "hasText": has_text})


def page_lines(selection: Selection, describe: Describe) -> Iterator[tuple[bool, bytes]]:
    """(is main, line) of each page that was captured, one page at a time in memory."""
    for name in selection.offsets:
        for entry in selection.entries(name):
            if not _may_be_page(entry):
                continue
            page = describe(read_record(selection.layout.home, name, entry.offset))
            if page is not None:
                yield page.is_main, _page_line(entry, page)


def _may_be_page(entry: JournalEntry) -> bool:
    return entry.urlkey is not None and entry.status == "200" and entry.mime in _MAYBE_PAGES


def _page_line(entry: JournalEntry, page: PageText) -> bytes:
    values: dict[str, object] = {
        "id": entry.record_id.strip("<>").removeprefix("urn:uuid:"),
        "url": entry.target_uri,
        # To the second, as in the index: readers look the capture up by both.
        "ts": entry.date[:19] + "Z",
    }
    if page.title:
        values["title"] = page.title
    if page.text:
        values["text"] = page.text
    return _line(values)


def _line(values: dict[str, object]) -> bytes:
    return (_JSON.encode(values) + "\n").encode("utf-8", "replace")
