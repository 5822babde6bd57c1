"""Fixity log ``fixity/log.jsonl``, append-only: what was verified, copied, repaired, and when."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.home.layout import Layout

Side = Literal["master", "copy"]
Action = Literal["verified", "damaged", "missing", "repaired", "copied", "trusted"]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log."""

    at: dt.datetime
    file: str
    """Name of the WARC file; the same holds for its journal, too. Empty of ``trusted``, which is
    about all of them: a person has said which side holds, and what was read before counts no more.
    """

    side: Side
    action: Action
    sha256: str
    """Of the WARC file as found: of ``damaged`` the wrong one; empty if there is none."""

    detail: str = ""

    def to_line(self) -> bytes:
        values = {
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "file": self.file,
            "side": self.side,
            "action": self.action,
            "sha256": self.sha256,
        }
        if self.detail:
            values["detail"] = self.detail
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class History:
    """Reads the log once; adds to it line by line, so that nothing done is forgotten.

    Several processes may add at once: a line is one write.
    """

    def __init__(self, layout: Layout, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._path = layout.fixity / "log.jsonl"
        self._clock = clock
        self._good: dict[tuple[str, Side], dt.datetime] = {}
        self._last: dict[tuple[str, Side], Event] = {}
        for event in self.events():
            self._learn(event)

    def events(self) -> Iterator[Event]:
        """All events, oldest first; a line that is none (a crash tore it) is passed over."""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            for line in file:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    values = json.loads(line)
                    values["at"] = dt.datetime.fromisoformat(values["at"])
                    yield Event(**values)

    def add(
        self, file: str, side: Side, action: Action, sha256: str = "", detail: str = ""
    ) -> Event:
        """Note something, durably."""
        event = Event(self._clock(), file, side, action, sha256, detail)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(self._path, flags, 0o644)
        try:
            size = os.fstat(fd).st_size
            torn = size and os.pread(fd, 1, size - 1) != b"\n"
            os.write(fd, (b"\n" if torn else b"") + event.to_line())
            os.fsync(fd)
        finally:
            os.close(fd)
        self._learn(event)
        return event

    def last_good(self, file: str, side: Side) -> dt.datetime | None:
        """When that side was last read and found right; None: never, or damaged since."""
        return self._good.get((file, side))

    def knows(self, file: str, side: Side) -> bool:
        """Whether anything was ever noted of it: a copy that went bad was made all the same."""
        return (file, side) in self._last

    def unresolved(self) -> list[Event]:
        """Damaged or missing, and not repaired since."""
        return [event for event in self._last.values() if event.action in {"damaged", "missing"}]

    def _learn(self, event: Event) -> None:
        if event.action == "trusted":
            self._good.clear()
            self._last.clear()
            return
        key = (event.file, event.side)
        self._last[key] = event
        if event.action in {"damaged", "missing"}:
            self._good.pop(key, None)
        else:
            self._good[key] = event.at
