"""A disk that is too small ends a test run with one line: at its start, or where the disk fills."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.disk_space import find_shortage
from support.limits import small_disk

ROOT = Path(__file__).parents[1]

CONFTEST = """
pytest_plugins = ["support.disk_space"]

def pytest_configure():
    from support import disk_space
    disk_space.FLOOR_BYTES = {floor}
"""
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(30))
def test_write(number, tmp_path_factory):
    (tmp_path_factory.mktemp("d") / "file").write_bytes(bytes(1_000_000))

def test_that_is_wrong():
    assert not "ever"
"""

pytestmark = pytest.mark.slow


def run_tests(
    tmp_path: Path, *options: str, temporary: Path | None = None, floor: int = 0
) -> subprocess.CompletedProcess[str]:
    """Those of TESTS, with *temporary* as the directory for temporary files."""
    place = tmp_path / "project"
    place.mkdir()
    (place / "conftest.py").write_text(CONFTEST.format(floor=floor))
    (place / "test_some.py").write_text(TESTS)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", place),
            *("-q", "-p", "no:cacheprovider", *options, place / "test_some.py"),
        ],
        cwd=place,
        env={**os.environ, "TMPDIR": str(temporary or tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_disk_too_small_is_told_before_the_first_test(tmp_path: Path) -> None:
    ended = run_tests(tmp_path, "--free-disk", "1000000")

    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert ended.stdout == ""
    (line,) = ended.stderr.strip().splitlines()
    assert f"the tests need 1e+06 GB of free disk in {tmp_path}, " in line
    assert line.endswith(" GB are there: set TMPDIR to a directory with more room")


@pytest.mark.parametrize("workers", [0, 2])
def test_a_disk_that_fills_ends_the_run_and_is_named(tmp_path: Path, workers: int) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        ended = run_tests(tmp_path, "-n", str(workers), temporary=disk)

    assert ended.returncode == pytest.ExitCode.INTERRUPTED, ended.stdout
    (line,) = [line for line in ended.stdout.splitlines() if "the disk is full" in line]
    assert f"the disk is full: 0.00 GB are free in {disk}; set TMPDIR to a directory" in line
    failed = [line for line in ended.stdout.splitlines() if line.startswith("FAILED")]
    assert 1 <= len(failed) <= max(1, workers), ended.stdout
    assert "No space left on device" in ended.stdout


def test_where_crawls_would_not_go_on_any_failure_ends_the_run(tmp_path: Path) -> None:
    ended = run_tests(tmp_path, floor=1 << 60)
    assert ended.returncode == pytest.ExitCode.INTERRUPTED
    assert "1 failed, 30 passed" in ended.stdout
    assert f"GB are free in {tmp_path}" in ended.stdout


def test_a_failure_on_a_roomy_disk_is_only_a_failure(tmp_path: Path) -> None:
    if find_shortage():
        pytest.skip("this disk is full")
    ended = run_tests(tmp_path)
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 failed, 30 passed" in ended.stdout
    assert "the disk is full" not in ended.stdout
