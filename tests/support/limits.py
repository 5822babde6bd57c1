"""What tests of limits share: crawls against the torrent, journals, small disks."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from practice.client import PracticeProcess
from support.home import KHOBAO, Home
from support.streaming_server import StreamingServer


def crawl_page(
    home: Home, server: StreamingServer, *paths: str, env: dict[str, str] | None = None
) -> tuple[dict[str, Any], int]:
    """The result, and the most memory the crawling process ever had."""
    process = subprocess.Popen(
        [
            *(str(KHOBAO), "--home", str(home.path), "--json", "crawl", "page"),
            *(f"http://baodaklak.vn{path}" for path in paths),
            *("--delay", "0", *server.options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
    )
    peak = 0
    status = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, status.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)  # noqa: TID251  between two looks
    stdout, stderr = process.communicate()
    assert stdout.strip(), stderr
    return json.loads(stdout) | {"returncode": process.returncode, "stderr": stderr}, peak


def journal(home: Home) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name.removesuffix(".journal"), json.loads(line))
        for path in sorted((home.path / "warc").glob("*.journal"))
        for line in path.read_bytes().splitlines()
    ]


def responses(home: Home, url: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, entry)
        for name, entry in journal(home)
        if entry["type"] == "response" and entry["targetUri"].endswith(url)
    ]


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def crawl_words(site: PracticeProcess) -> list[str]:
    words = ["sections", "--full", "--media", "none", "--ca-file", str(site.ca_file)]
    for rule in site.resolve:
        words += ["--resolve", rule]
    return [*words, "--delay", "0"]


def journal_lines(home: Home) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((home.path / "warc").glob("*.journal")):
        for line in path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield path.name.removesuffix(".journal"), json.loads(line)


def listing(parent: Path) -> set[str]:
    return {
        str((Path(top) / name).relative_to(parent))
        for top, directories, files in os.walk(parent)
        for name in (*directories, *files)
    }
