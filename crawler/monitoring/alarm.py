"""An alarm: what was expected of the newspaper's pages, what was seen, and where to look."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.monitoring.field_coverage import Example

__all__ = ["Alarm", "Example", "alarm_as_document", "alarm_as_text", "fixture_command"]


@dataclass(frozen=True, slots=True)
class Alarm:
    key: str
    """What it is about, the same in every run: an accepted change is known by it."""

    what: str
    """``selector``, ``field``, ``length``, ``layout``, ``wall`` or ``refused``."""

    page: str
    """Name of the page class, or of the template's classes that were tried."""

    field: str
    selector: str
    expected: str
    seen: str
    examples: tuple[Example, ...]
    pages: int
    """How many pages show it."""


def alarm_as_document(alarm: Alarm, home: Path) -> dict[str, Any]:
    """For MongoDB and JSON."""
    document = asdict(alarm)
    document["examples"] = [asdict(example) for example in alarm.examples]
    return document | {"fixtureCommand": fixture_command(alarm, home)}


def alarm_as_text(alarm: Alarm, home: Path) -> str:
    """For a person: some lines, the command that makes a fixture last."""
    lines = [
        f"{alarm.field}: {alarm.seen}; {alarm.expected}",
        f"  selector {alarm.selector!r} ({alarm.page})",
        *(f"  {example.url}\n    record {example.record}" for example in alarm.examples),
    ]
    command = fixture_command(alarm, home)
    if command:
        lines.append(f"  make a fixture of it: {command}")
    return "\n".join(lines)


def fixture_command(alarm: Alarm, home: Path) -> str | None:
    """None when no page can be named."""
    if not alarm.examples:
        return None
    record = alarm.examples[0].record.strip("<>")
    return shlex.join(["khobao", "fixture", record, "--home", str(home)])
