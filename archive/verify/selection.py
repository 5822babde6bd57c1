"""Part of a home: the files closed since a day, or those that were longest not looked at."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING

from archive.home.layout import Layout, create_file
from archive.home.manifest import known_files
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.verify.plan import Plan


def only_since(plan: Plan, since: dt.datetime) -> None:
    """Leave out what the manifests say was closed before *since*.

    A file that is not closed, or that nobody knows the day of, is looked at.
    """
    old = {
        name
        for home in plan.homes
        for name, file in known_files(Layout(home)).items()
        if dt.datetime.fromisoformat(file.closed_at) < since
    }
    plan.left_out += [t.path for t in plan.targets if t.state == "closed" and t.name in old]
    left_out = set(plan.left_out)
    plan.targets = [target for target in plan.targets if target.path not in left_out]


def longest_unverified_first(plan: Plan, log: VerifyLog) -> None:
    """Set the order in which the files are looked at; they keep the numbers they have."""
    targets = plan.targets
    plan.order = sorted(range(len(targets)), key=lambda number: log.last(targets[number].name))


class VerifyLog:
    """When each file of a home was last looked at: ``state/verified.jsonl``.

    Only verifying with a budget asks and writes it. It is a convenience: without it the oldest
    files are looked at first.
    """

    def __init__(self, home: Path, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._path = Layout(home).state / "verified.jsonl"
        self._clock = clock
        self._last: dict[str, str] = {}
        lines = 0
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            for line in file:
                lines += 1
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    values = json.loads(line)
                    self._last[str(values["file"])] = str(values["at"])
        if lines > 2 * len(self._last):
            self._shorten()

    def last(self, name: str) -> str:
        """ISO 8601; empty: never."""
        return self._last.get(name, "")

    def note(self, name: str) -> None:
        """:raises OSError: it cannot be kept."""
        self._last[name] = self._clock().isoformat(timespec="seconds")
        with self._path.open("ab") as file:
            file.write(self._line(name))

    def _shorten(self) -> None:
        partial = self._path.with_name(self._path.name + ".partial")
        with contextlib.suppress(OSError):
            with create_file(partial) as file:
                file.writelines(map(self._line, self._last))
            partial.rename(self._path)

    def _line(self, name: str) -> bytes:
        return json.dumps({"at": self._last[name], "file": name}).encode() + b"\n"
