"""Fixity manifests: what every closed file hashed to, one hash chain over all days.

``fixity/YYYY-MM-DD.jsonl`` has a line for each WARC file closed on that day (UTC). Each line holds
the SHA-256 of the line before, across days, and its number in the whole chain; the last line's hash
stands in ``fixity/head.json`` as well. So whoever alters, removes, doubles or reorders a line or a
day has to make every later line anew, and the head, and what copies and timestamps say of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import ManifestError
from archive.home.layout import Layout, fsync_directory
from archive.home.sums import FileSums
from archive.warc.dates import utc_now

CHAIN_START = "0" * 64
"""``previous`` of the very first line."""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One closed WARC file with its journal. In the file the names are camelCase."""

    number: int
    """0, 1, 2 … over all days."""

    warc_filename: str
    size: int
    sha256: str
    journal_size: int
    journal_sha256: str
    closed_at: str
    """ISO 8601, UTC."""

    previous: str
    """SHA-256 of the line before, without its line end."""

    registered: bool = False
    """Listed later than closed: nobody knows whether its bytes were still the first ones."""

    def to_line(self) -> bytes:
        values: dict[str, Any] = {
            json_name: getattr(self, name) for json_name, name in _NAMES.items()
        }
        if not self.registered:
            del values["adopted"]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @property
    def sums(self) -> FileSums:
        """What file and journal must hash to."""
        return FileSums(self.size, self.sha256, self.journal_size, self.journal_sha256)


_NAMES = {
    "number": "number",
    "file": "warc_filename",
    "size": "size",
    "sha256": "sha256",
    "journalSize": "journal_size",
    "journalSha256": "journal_sha256",
    "closedAt": "closed_at",
    "previous": "previous",
    "adopted": "registered",
}


def line_hash(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def entry_from_line(line: bytes) -> ManifestEntry:
    """:raises ValueError: this is no manifest line."""
    try:
        values: dict[str, Any] = json.loads(line)
        entry = ManifestEntry(**{_NAMES[name]: value for name, value in values.items()})
        dt.datetime.fromisoformat(entry.closed_at)
    except (TypeError, KeyError, AttributeError, ValueError) as exc:
        raise ValueError(f"this is no manifest line ({exc})") from exc
    if entry.to_line().rstrip(b"\n") != line.rstrip(b"\n"):
        raise ValueError("this is no manifest line as khobao writes it")
    return entry


def manifest_days(layout: Layout) -> list[Path]:
    """The manifests, oldest day first."""
    return sorted(layout.fixity.glob("????-??-??.jsonl"))


def read_manifests(layout: Layout) -> Iterator[ManifestEntry]:
    """All entries, in order; a last line without line end acknowledges nothing.

    :raises ManifestError: a line is no manifest line. ``chain.check_chain`` says all that is wrong.
    """
    for path in manifest_days(layout):
        for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
            if not line.endswith(b"\n"):
                break
            try:
                yield entry_from_line(line)
            except ValueError as exc:
                raise ManifestError(path, number, str(exc)) from exc


def listed_entry(layout: Layout, warc_filename: str) -> ManifestEntry | None:
    """The line of a file; None: it has not been closed."""
    return next((e for e in read_manifests(layout) if e.warc_filename == warc_filename), None)


def read_head(layout: Layout) -> tuple[int, str] | None:
    """Number and hash of the last line as ``head.json`` has them.

    :raises ManifestError: it is damaged.
    """
    path = layout.fixity / "head.json"
    try:
        values = json.loads(path.read_bytes())
        return int(values["number"]), str(values["sha256"])
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as exc:
        raise ManifestError(path, 1, f"this is no head of a chain ({exc})") from exc


def append_entry(
    layout: Layout,
    warc_filename: str,
    sums: FileSums,
    *,
    registered: bool = False,
    after: ManifestEntry | None = None,
    closed_at: dt.datetime | None = None,
    fsync: Callable[[int], None] = os.fsync,
) -> ManifestEntry:
    """List a file, durably. One that is listed already stays as it was listed, whatever it hashes
    to now: the first word counts.

    Only whoever holds the archive's lock may call this.

    :param after: what was appended last, from a caller that lists many files of which none is
        listed: the manifests are not read again for each.

    :raises ManifestError: the last line is damaged: nothing can be chained to it.
    """
    _heal(layout)
    last, listed = (after, None) if after else _last_and_listed(layout, warc_filename)
    if listed is not None:
        _renew_head(layout, last, fsync)
        return listed
    closed_at = (closed_at or utc_now()).astimezone(dt.UTC)
    entry = ManifestEntry(
        last.number + 1 if last else 0,
        warc_filename,
        sums.size,
        sums.sha256,
        sums.journal_size,
        sums.journal_sha256,
        closed_at.isoformat(timespec="seconds"),
        line_hash(last.to_line()) if last else CHAIN_START,
        registered,
    )
    _append(_day_file(layout, closed_at), entry.to_line(), fsync)
    _write_head(layout, entry, fsync)
    return entry


def _renew_head(layout: Layout, last: ManifestEntry | None, fsync: Callable[[int], None]) -> None:
    """A crash may have come between line and head."""
    if last is not None and read_head(layout) != (last.number, line_hash(last.to_line())):
        _write_head(layout, last, fsync)


def _heal(layout: Layout) -> None:
    """Take away what a crash left of a line: it acknowledged nothing."""
    days = manifest_days(layout)
    if not days:
        return
    data = days[-1].read_bytes()
    whole = data.rfind(b"\n") + 1
    if not whole:
        days[-1].unlink()
    elif whole < len(data):
        os.truncate(days[-1], whole)


def _last_and_listed(
    layout: Layout, warc_filename: str
) -> tuple[ManifestEntry | None, ManifestEntry | None]:
    last = listed = None
    for entry in read_manifests(layout):
        last = entry
        if listed is None and entry.warc_filename == warc_filename:
            listed = entry
    return last, listed


def listed_entries(layout: Layout) -> dict[str, ManifestEntry]:
    """What is listed, by name. Should one be listed twice, the first entry counts."""
    entries: dict[str, ManifestEntry] = {}
    for entry in read_manifests(layout):
        entries.setdefault(entry.warc_filename, entry)
    return entries


def _day_file(layout: Layout, closed_at: dt.datetime) -> Path:
    """Today's; or the last there is, should the clock have gone back."""
    today = layout.fixity / f"{closed_at:%Y-%m-%d}.jsonl"
    days = manifest_days(layout)
    return max(today, days[-1]) if days else today


def _append(path: Path, line: bytes, fsync: Callable[[int], None]) -> None:
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(path, flags, 0o644)
    try:
        view = memoryview(line)
        while view:
            view = view[os.write(fd, view) :]
        fsync(fd)
    finally:
        os.close(fd)
    if is_new:
        fsync_directory(path.parent, fsync)
        fsync_directory(path.parent.parent, fsync)


def _write_head(layout: Layout, entry: ManifestEntry, fsync: Callable[[int], None]) -> None:
    path = layout.fixity / "head.json"
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        head = {"number": entry.number, "sha256": line_hash(entry.to_line())}
        file.write(json.dumps(head).encode() + b"\n")
        file.flush()
        fsync(file.fileno())
    partial.rename(path)
    fsync_directory(path.parent, fsync)
