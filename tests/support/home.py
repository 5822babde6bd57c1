"""One data home and the khobao command on it, as a person would use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.database import Database

KHOBAO = Path(sys.executable).parent / "khobao"


class Site(Protocol):
    """A newspaper to crawl: the practice server itself, or a server before it."""

    resolve: list[str]
    ca_file: Path


@dataclass
class Home:
    """One data home, and the command that works on it."""

    path: Path

    def khobao(
        self, *arguments: str, timeout: float = 240, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(KHOBAO), "--home", str(self.path), *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
        )

    def crawl(
        self, site: Site, *arguments: str, speed: bool = True, **kwargs: Any
    ) -> dict[str, Any]:
        """Crawl the practice newspaper, at full speed unless told otherwise; its ``--json``."""
        options = address_options(site)
        if not speed:
            options = options[: options.index("--delay")] + options[options.index("--delay") + 2 :]
        done = self.khobao("--json", "crawl", *arguments, *options, **kwargs)
        assert done.stdout.strip(), done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        result["returncode"], result["stderr"] = done.returncode, done.stderr
        return result

    def crawl_fails(self, site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A crawl that must not start."""
        return self.khobao("crawl", *arguments, *address_options(site))

    @property
    def uri(self) -> str:
        return self.khobao("db", "uri").stdout.strip()

    @contextmanager
    def database(self) -> Iterator[Database[dict[str, Any]]]:
        self.khobao("db", "start")
        with MongoClient[dict[str, Any]](self.uri, tz_aware=True) as client:
            yield client["khobao"]

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.path / "warc").glob("*.warc.gz"))


def address_options(site: Site) -> list[str]:
    options = ["--ca-file", str(site.ca_file), "--delay", "0"]
    for rule in site.resolve:
        options += ["--resolve", rule]
    return options
