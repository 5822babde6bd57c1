"""A real scrapyd, in an environment of its own, deploys our wheel and runs a spider."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.home import Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
# scrapyd 1.6 reads eggs with pkg_resources, which later versions of setuptools have no more.
TOOLS = ("scrapyd==1.6.0", "setuptools<81")


@dataclasses.dataclass(frozen=True)
class Scrapyd:
    port: int

    def call(self, service: str, **fields: str) -> dict[str, Any]:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        return self._answer(service, data, "application/x-www-form-urlencoded")

    def deploy(self, wheel: Path) -> dict[str, Any]:
        fields = {"project": b"khobao", "version": b"r1", "egg": wheel.read_bytes()}
        head = '--part\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
        parts = [head.format(name).encode() + value for name, value in fields.items()]
        body = b"\r\n".join([*parts, b"--part--\r\n"])
        kind = "multipart/form-data; boundary=part"
        return self._answer("addversion", body, kind)

    def _answer(self, service: str, data: bytes | None, kind: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/{service}.json"
        request = urllib.request.Request(url, data, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=120) as response:
            answer: dict[str, Any] = json.load(response)
        assert "ok" == answer["status"], answer
        return answer


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of the environment: what the lock file says, and scrapyd; khobao itself is not in it."""
    venv = tmp_path_factory.mktemp("scrapyd") / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, venv)
    into = ("--quiet", "--python", venv / "bin" / "python")
    run(UV, "pip", "sync", *into, "--require-hashes", ROOT / "requirements.lock")
    run(UV, "pip", "install", *into, *TOOLS)
    yield venv / "bin" / "python"
    shutil.rmtree(venv)  # half a gigabyte


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-build-isolation", "--python", sys.executable)
    run(UV, "build", "--wheel", *options, "--out-dir", directory, ROOT)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture
def scrapyd(
    python: Path, practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path
) -> Iterator[Scrapyd]:
    site = practice("--articles", "200")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.5\n")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "KHOBAO_HOME": str(home.path),
        "KHOBAO_RESOLVE": " ".join(site.resolve),
        "KHOBAO_CA_FILE": str(site.ca_file),
        "KHOBAO_DELAY": "0",
    }
    with (tmp_path / "scrapyd.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-m", "scrapyd"], cwd=tmp_path, env=env, stdout=log, stderr=log
        )
        try:
            wait_for(lambda: is_listening(port))
            yield Scrapyd(port)
        finally:
            process.terminate()
            process.wait(60)


def test_a_deployed_spider_runs_to_its_end(
    scrapyd: Scrapyd, wheel: Path, practice: Callable[..., PracticeProcess], home: Home
) -> None:
    articles = practice("--articles", "200").truth("articles")
    wanted = {a["articleId"] for a in articles if "thoi-su" in a["sections"]}
    assert 4 == scrapyd.deploy(wheel)["spiders"]
    arguments = {"section": "thoi-su", "media": "none"}
    job = scrapyd.call("schedule", project="khobao", spider="sections", **arguments)["jobid"]

    def finished() -> bool:
        jobs = scrapyd.call("listjobs")["finished"]
        return job in {each["id"] for each in jobs}

    wait_for(finished)
    with home.database() as database:
        (run_,) = database.runs.find()
        assert (0, "complete") == (run_["exitCode"], run_["reason"])
        assert wanted == {document["_id"] for document in database.articles.find({}, {"_id": 1})}
    assert [] == list((home.path / "warc").glob("*.open"))
    assert 0 == home.khobao("archive", "verify", "--no-database").returncode


def run(*command: Any) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=300, check=False
    )
    assert 0 == done.returncode, done.stderr


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], bool], seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        threading.Event().wait(0.2)
