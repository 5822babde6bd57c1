"""Fixity manifests: what every closed file hashed to, one hash chain over all days.

``fixity/YYYY-MM-DD.jsonl`` has a line for each WARC file closed on that day (UTC). Each line holds
the SHA-256 of the line before, across days, and its number in the whole chain; the last line's hash
stands in ``fixity/head.json`` as well. So whoever alters, removes, doubles or reorders a line or a
day has to make every later line anew, and the head, and what copies and timestamps say of them.

Here they are read; ``manifest_writer`` appends to them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from archive.home.sums import FileSums

if TYPE_CHECKING:
    from archive.home.layout import Layout

CHAIN_START = "0" * 64
"""``previous`` of the very first line."""

_File = TypeVar("_File", bound="ClosedFile")

UNCHAINED = "unchained.jsonl"
"""In ``fixity/``: what was closed while the chain was broken, in the order of closing."""

_FILE_NAMES = {
    "file": "warc_filename",
    "size": "size",
    "sha256": "sha256",
    "journalSize": "journal_size",
    "journalSha256": "journal_sha256",
    "closedAt": "closed_at",
}
# In the order of the line: that is part of what is hashed.
_ENTRY_NAMES = {"number": "number", **_FILE_NAMES, "previous": "previous"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFile:
    """One closed WARC file with its journal. In the file the names are camelCase."""

    warc_filename: str
    size: int
    sha256: str
    journal_size: int
    journal_sha256: str
    closed_at: str
    """ISO 8601, UTC."""

    registered: bool = False
    """Listed later than closed: nobody knows whether its bytes were still the first ones."""

    imported: dict[str, Any] | None = None
    """Of another program's file: what it came from (:class:`archive.home.imports.Provenance`)."""

    @property
    def sums(self) -> FileSums:
        """What file and journal must hash to."""
        return FileSums(self.size, self.sha256, self.journal_size, self.journal_sha256)

    def to_line(self) -> bytes:
        return _line(_values(self, _FILE_NAMES))

    @classmethod
    def of(
        cls,
        warc_filename: str,
        sums: FileSums,
        closed_at: dt.datetime,
        *,
        registered: bool = False,
        imported: dict[str, Any] | None = None,
    ) -> ClosedFile:
        return ClosedFile(
            warc_filename=warc_filename,
            size=sums.size,
            sha256=sums.sha256,
            journal_size=sums.journal_size,
            journal_sha256=sums.journal_sha256,
            closed_at=closed_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            registered=registered,
            imported=imported,
        )

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """:raises ValueError: this is no such line, or not as khobao writes it."""
        names = _ENTRY_NAMES | {"adopted": "registered", "imported": "imported"}
        try:
            values: dict[str, Any] = json.loads(line)
            entry = cls(**{names[name]: value for name, value in values.items()})
            dt.datetime.fromisoformat(entry.closed_at)
        except (TypeError, KeyError, AttributeError, ValueError) as exc:
            raise ValueError(f"this is no manifest line ({exc})") from exc
        if entry.to_line().rstrip(b"\n") != line.rstrip(b"\n"):
            raise ValueError("this is no manifest line as khobao writes it")
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry(ClosedFile):
    """A closed file at its place in the chain."""

    number: int
    """0, 1, 2 … over all days."""

    previous: str
    """SHA-256 of the line before, without its line end."""

    def to_line(self) -> bytes:
        return _line(_values(self, _ENTRY_NAMES))


def line_hash(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def manifest_days(layout: Layout) -> list[Path]:
    """The manifests, oldest day first."""
    return sorted(layout.fixity.glob("????-??-??.jsonl"))


def read_manifests(layout: Layout) -> Iterator[ManifestEntry]:
    """All entries that can be read, in order; a last line without line end acknowledges nothing.

    What is wrong with the others, ``fixity.chain.check_chain`` says.
    """
    for path in manifest_days(layout):
        yield from _readable(path, ManifestEntry)


def read_unchained(layout: Layout) -> Iterator[ClosedFile]:
    """What was closed while the chain was broken, and no line of the chain lists yet."""
    yield from _readable(layout.fixity / UNCHAINED, ClosedFile)


def listed_entries(layout: Layout) -> dict[str, ManifestEntry]:
    """What is listed, by name. Should one be listed twice, the first entry counts."""
    entries: dict[str, ManifestEntry] = {}
    for entry in read_manifests(layout):
        entries.setdefault(entry.warc_filename, entry)
    return entries


def known_files(layout: Layout) -> dict[str, ClosedFile]:
    """What is listed in the chain, or beside it."""
    files: dict[str, ClosedFile] = dict(listed_entries(layout))
    for entry in read_unchained(layout):
        files.setdefault(entry.warc_filename, entry)
    return files


def read_head(layout: Layout) -> tuple[int, str] | None:
    """Number and hash of the last line as ``head.json`` has them; None: there is none.

    :raises ValueError: it is damaged.
    """
    try:
        values = json.loads((layout.fixity / "head.json").read_bytes())
        return int(values["number"]), str(values["sha256"])
    except FileNotFoundError:
        return None
    except (TypeError, KeyError, ValueError) as exc:
        raise ValueError(f"this is no head of a chain ({exc})") from exc


def _readable(path: Path, kind: type[_File]) -> Iterator[_File]:
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return
    for line in lines:
        if not line.endswith(b"\n"):
            return
        try:
            entry = kind.from_line(line)
        except ValueError:
            continue
        yield entry


def _values(entry: ClosedFile, names: dict[str, str]) -> dict[str, Any]:
    values = {json_name: getattr(entry, name) for json_name, name in names.items()}
    if entry.registered:
        values["adopted"] = True
    if entry.imported is not None:
        values["imported"] = entry.imported
    return values


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
