"""``khobao doctor``: it sees what is there, and what is not."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from khobao.cli import checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Khobao = Callable[..., Any]

ROOT = Path(__file__).parents[3]
LOADER_SAYS = (
    "node: error while loading shared libraries: libatomic.so.1:"
    " cannot open shared object file: No such file or directory"
)
SOME_TESTS = """
import pytest
from support import reader

@pytest.fixture(scope="module")
def browser():
    with reader.chromium() as running:
        yield running

def test_one(browser): ...
def test_two(browser): ...
async def test_that_has_an_event_loop(): ...
"""
REQUIRED = {
    "Python",
    "Dependencies",
    "Clock",
    "Open files",
    "Data home",
    "Free disk",
    "MongoDB",
    "Wire self-test",
}


@pytest.mark.mongo
@pytest.mark.slow
def test_this_machine_is_ready(khobao: Khobao, tmp_path: Path) -> None:
    ended = khobao("doctor", "--json")

    assert ended.code == 0
    assert ended.json["ok"]
    found = {check["name"]: check for check in ended.json["checks"]}
    assert {name for name, check in found.items() if check["required"]} == REQUIRED
    assert all(check["ok"] for check in found.values() if check["required"])
    assert "mongod 6." in found["MongoDB"]["detail"]
    assert "scrapy 2.19" in found["Dependencies"]["detail"]
    assert not list(tmp_path.iterdir()), "looking must not make a home"


@pytest.mark.mongo
@pytest.mark.slow
def test_what_is_missing_gets_a_cross_and_an_advice(khobao: Khobao) -> None:
    ended = khobao("doctor", "--home", "/dev/null", "--mongodb-uri", "mongodb://127.0.0.1:9/")

    assert ended.code == 1
    assert not ended.err
    assert "✓ Python: 3." in ended.out
    assert "✗ Data home: /dev/null\n  → choose another with --home DIR" in ended.out
    assert "✗ MongoDB: mongodb://127.0.0.1:9/ does not answer" in ended.out
    assert ended.out.endswith("Not ready: Data home, MongoDB.\n")


def test_too_few_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    try:
        check = checks.check_open_files()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert not check.ok
    assert check.detail == "512 at once"
    assert "ulimit -n 1024" in check.advice


def test_a_home_below_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()

    assert not checks.check_home(path / "home").ok
    assert checks.check_home(tmp_path / "new" / "home").detail.endswith("(will be made)")
    assert checks.check_home(tmp_path).detail == str(tmp_path)


def test_a_browser_of_playwright_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chrome = tmp_path / "browsers" / "chromium-1" / "chrome-linux" / "chrome"
    chrome.parent.mkdir(parents=True)
    chrome.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    assert not checks.check_chromium().ok

    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    assert checks.check_chromium().detail == str(chrome)


@pytest.mark.slow
def test_a_browser_driver_that_does_not_start_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(r"playwright \d+\.\d+\S*", checks.check_browser_driver().detail)

    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(broken_node(tmp_path)))
    check = checks.check_browser_driver()

    assert not check.ok
    assert not check.required
    assert check.detail == LOADER_SAYS
    assert "libatomic1" in check.advice


@pytest.mark.slow
def test_a_missing_browser_driver_fails_browser_tests_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(SOME_TESTS)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "1", "--reruns", "1", "-q", "-rA"),
            *("-c", "pyproject.toml", "--rootdir", ".", str(tmp_path / "test_some.py")),
        ],
        env={**os.environ, "PLAYWRIGHT_NODEJS_PATH": str(broken_node(tmp_path))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in ended.stdout, ended.stdout
    assert "2 error" in ended.stdout
    assert 2 == len(re.findall(f"^(?!ERROR).*{re.escape(LOADER_SAYS)}", ended.stdout, re.MULTILINE))
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "INTERNALERROR" not in ended.stdout + ended.stderr


def broken_node(place: Path) -> Path:
    """A node as on a bare system: the loader ends it before it has begun."""
    node = place / "node"
    node.write_text(f"#!/bin/sh\necho '{LOADER_SAYS}' >&2\nexit 127\n")
    node.chmod(0o755)
    return node
