"""``khobao archive replay`` under way."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.home import KHOBAO, Home

Lines = list[tuple[str, dict[str, str]]]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def decoded(self) -> bytes:
        coding = self.headers.get("content-encoding")
        assert coding in {None, "gzip"}, coding
        return gzip.decompress(self.body) if coding else self.body


class Replaying:
    def __init__(self, process: subprocess.Popen[str], told: dict[str, Any]) -> None:
        self.process = process
        self.told = told
        self.address: str = told["address"]
        self.port = urlsplit(self.address).port or 0
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, method: str = "GET") -> Answer:
        """*path* as it is, dots and all."""
        self._connection.request(method, path, headers={"Accept-Encoding": "gzip"})
        response = self._connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())

    def capture(self, timestamp: str, url: str) -> Answer:
        """The payload as it was captured."""
        return self.get(f"/khobao/{timestamp}id_/{url}")

    @property
    def child(self) -> int:
        """Process id of pywb."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        (child,) = map(int, children.split())
        return child


@contextmanager
def replaying(home: Home, cache: Path, *options: str) -> Iterator[Replaying]:
    process = subprocess.Popen(
        [
            *(str(KHOBAO), "--home", str(home.path), "--json"),
            *("archive", "replay", "--port", "0"),
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", "KHOBAO_CACHE": str(cache)},
    )
    try:
        assert process.stdout
        assert process.stderr
        line = process.stdout.readline()
        assert line, process.stderr.read()
        replay = Replaying(process, json.loads(line))
        try:
            yield replay
        finally:
            replay._connection.close()
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def index_lines(home: Home) -> Lines:
    lines = []
    for path in home.path.glob("index/*.cdxj"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _, timestamp, values = line.split(" ", 2)
            fields = json.loads(values)
            if fields["url"].startswith("http"):
                lines.append((timestamp, fields))
    return lines
