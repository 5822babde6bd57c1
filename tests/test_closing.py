"""The end of a test run names what was run again, and what is slow without saying so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import closing

ROOT = Path(__file__).parents[1]

CONFTEST = """
from support import closing
from support.closing import pytest_addoption, pytest_configure
closing.SLOW_SECONDS = 0.2
closing.slowdown = lambda: {slowdown}
"""
TESTS = """
import pathlib, time
import pytest

PLACE = pathlib.Path(__file__).parent

@pytest.fixture(scope="module")
def slow_to_start():
    time.sleep(0.5)

def test_unmarked(slow_to_start): ...

@pytest.mark.slow
def test_marked(): time.sleep(0.5)

def test_that_is_not_always_right():
    mark = PLACE / "was here"
    seen = mark.exists()
    mark.touch()
    assert seen, "the first time"

def test_that_is_wrong(): assert not "ever"
"""

pytestmark = pytest.mark.slow


def closes(place: Path, *options: str, slowdown: float = 1) -> tuple[int, str]:
    (place / "conftest.py").write_text(CONFTEST.format(slowdown=slowdown))
    (place / "test_some.py").write_text(TESTS)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", place),
            *("-q", *options, place / "test_some.py"),
        ],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_was_run_again_and_what_is_slow_without_the_mark(tmp_path: Path, workers: str) -> None:
    code, said = closes(tmp_path, "-n", workers, "--reruns", "1")

    assert 1 == code, said
    assert re.search(r"^=+ reruns: 2 =+$", said, re.MULTILINE), said
    lines = [line for line in said.splitlines() if line.startswith("test_some.py::")]
    assert lines == [
        "test_some.py::test_that_is_not_always_right (passed then): AssertionError: the first time",
        "test_some.py::test_that_is_wrong (failed again): AssertionError: assert not 'ever'",
    ]
    assert "= slower than 0.2 s without the mark: 1 =" in said
    assert re.search(r"^ +\d+\.\d s  test_some.py::test_unmarked$", said, re.MULTILINE)


def test_the_check_fails_for_it(tmp_path: Path) -> None:
    code, said = closes(tmp_path, "--check-slow", "--reruns", "1", "-k", "marked")

    assert 1 == code
    assert "2 passed" in said
    assert "= reruns: 0 =" in said, "no news is told as well"


def test_a_loaded_machine_is_no_slow_test(tmp_path: Path) -> None:
    code, said = closes(tmp_path, "--check-slow", "-k", "marked", slowdown=1000)

    assert 0 == code, said
    assert "without the mark" not in said
    assert "reruns" not in said
    assert closing.slowdown() >= 1
