"""``khobao survey`` on a data home, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice.client import PracticeProcess
from support.background import Background
from support.home import KHOBAO, Home, address_options


@dataclass
class Surveyed:
    home: Home
    site: PracticeProcess
    result: dict[str, Any]
    """What ``--json`` printed."""

    code: int
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = self.result["survey"]
        return found

    @property
    def page(self) -> Path:
        return Path(self.result["page"])

    @property
    def changes(self) -> list[str]:
        return [change["line"] for change in self.report["changes"]]

    def _finding(self, topic: str) -> dict[str, Any]:
        found: dict[str, Any] = next(f for f in self.report["findings"] if f["topic"] == topic)
        return found

    def verdict(self, topic: str) -> str:
        return str(self._finding(topic)["verdict"])

    def answer(self, topic: str) -> str:
        return str(self._finding(topic)["answer"])

    def facts(self, topic: str) -> dict[str, str]:
        return dict(self._finding(topic)["facts"])


def survey(home: Home, site: PracticeProcess) -> Surveyed:
    done = home.khobao("--json", "survey", *address_options(site))
    assert done.stdout.strip(), done.stderr
    assert "Traceback" not in done.stderr
    return Surveyed(home, site, json.loads(done.stdout), done.returncode, done.stderr)


@contextmanager
def surveying(home: Home, site: PracticeProcess, *, speed: bool) -> Iterator[Background]:
    """A survey under way; without *speed* at the pace that it has for the live newspaper."""
    options = address_options(site)
    if not speed:
        at = options.index("--delay")
        options = options[:at] + options[at + 2 :]
    process = subprocess.Popen(
        [str(KHOBAO), "--home", str(home.path), "--json", "survey", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        yield Background(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
