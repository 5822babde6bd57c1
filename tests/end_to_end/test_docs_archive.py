"""Every command of docs/archive.md is run, in its order, on a home with two crawls in it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import Home

from crawler.options import ZONE
from practice.client import PracticeProcess

DOC = Path(__file__).parents[2] / "docs" / "archive.md"
TEXT = DOC.read_text("utf-8")

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """One a line; a block that is one command over several lines is run as it stands."""
    found = []
    for block in blocks():
        if block.startswith("cd "):
            found.append(block)
        else:
            found += [line for line in block.splitlines() if line]
    return found


def test_every_command_does_what_the_page_says(
    practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "40")
    first = home.crawl(site, "sections")
    assert 0 == first["returncode"], first["stderr"]
    article = site.truth("articles")[0]
    name = first["files"][0]
    journal = (home.path / "warc" / f"{name}.journal").read_text().splitlines()
    page = next(e for e in map(json.loads, journal) if e.get("targetUri") == article["url"])
    captured_at = dt.datetime.fromisoformat(page["date"])
    shutil.copy(home.path / "warc" / name, tmp_path)
    words = {
        r"\bURL\b": article["url"],
        r"\bRUN\b": first["run_id"],
        r"(?<=fixity/)DAY\b": f"{captured_at:%Y-%m-%d}",
        r"\bDAY\b": f"{captured_at.astimezone(ZONE):%Y-%m-%d}",
        r"\bID\b": page["recordId"].strip("<>").removeprefix("urn:uuid:"),
        r"\bOFFSET\b": str(page["offset"]),
        r"\bFILE\.warc\.gz\b": name,
    }
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KHOBAO_HOME": str(home.path),
        "NO_COLOR": "1",
    }
    ran = 0
    for line in commands():
        command = line
        for word, value in words.items():
            command = re.sub(word, value, command)
        done = subprocess.run(
            ["bash", "-c", command],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        ran += 1
    assert ran >= 20
    assert (tmp_path / "block.bin").read_bytes().startswith(b"HTTP/1.1 200")
    assert json.loads((tmp_path / "found.json").read_text())


def test_every_archive_command_is_on_the_page(home: Home) -> None:
    listed = home.khobao("archive", "--help").stdout.partition("Commands:")[2]
    names = re.findall(r"^  ([a-z-]+) ", listed, re.MULTILINE)
    words = "verify salvage index show import export check-package replay fixity"
    assert set(words.split()) == set(names)
    assert not [name for name in names if f"khobao archive {name}" not in TEXT]
