"""Look-up by record id, in the journals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from archive.home.journal import JournalEntry, read_journal_from
from archive.home.layout import Layout

MIN_ID_DIGITS = 8
_WHOLE_ID = 36
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")


def bare_id(text: str) -> str | None:
    """The hexadecimal digits of a record id or of its beginning; None if it is none."""
    bare = text.strip().strip("<>").lower().removeprefix("urn:uuid:")
    return bare if _ID.fullmatch(bare) else None


def is_whole_id(bare: str) -> bool:
    """Whether it is a whole id, which at most one record has: whoever finds it may stop looking."""
    return len(bare) == _WHOLE_ID


def find_by_record_id(home: Path, bare: str) -> Iterator[tuple[str, JournalEntry]]:
    """(WARC file, entry) of all records whose ids begin with *bare*, see :func:`bare_id`; those of
    the newest files first.
    """
    begin = f"<urn:uuid:{bare}"
    for name, path in reversed([*Layout(home).journals()]):
        for entry, _ in read_journal_from(path, 0, having=f'"{begin}'.encode()):
            if entry.record_id.startswith(begin):  # not refersTo
                yield name, entry
