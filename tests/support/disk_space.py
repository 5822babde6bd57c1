"""A disk too small for the tests is one line: before the first test, or where the disk fills.

Without it a full disk fails all tests that are left, each with an error of its own.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

GB = 1000**3
FLOOR_BYTES = int(0.65 * GB)  # below 512 MiB (KHOBAO_MIN_FREE_BYTES) no crawl goes on
ADVICE = "set TMPDIR to a directory with more room"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--free-disk",
        type=float,
        default=0.0,
        metavar="GB",
        help="begin only if the temporary directory has as much room",
    )


def pytest_configure(config: pytest.Config) -> None:
    needed = config.getoption("--free-disk")
    place = tempfile.gettempdir()
    free = shutil.disk_usage(place).free / GB
    if free < needed and not hasattr(config, "workerinput"):
        raise pytest.UsageError(
            f"the tests need {needed:g} GB of free disk in {place},"
            f" {free:.1f} GB are there: {ADVICE}"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:  # of a report, says pytest
    report: Any = yield
    if report.failed and (shortage := find_shortage()):
        item.session.shouldstop = shortage
    return report


def find_shortage() -> str | None:
    """What to tell of the temporary directory's disk, if it is full."""
    place = tempfile.gettempdir()
    free = shutil.disk_usage(place).free
    if free >= FLOOR_BYTES and _can_write(place):
        return None
    return f"the disk is full: {free / GB:.2f} GB are free in {place}; {ADVICE}"


def _can_write(place: str) -> bool:
    """A quota, or a lack of inodes, shows only here."""
    try:
        with tempfile.TemporaryFile(dir=place, buffering=0) as file:
            return file.write(bytes(1 << 20)) == 1 << 20
    except OSError as error:
        return error.errno not in {errno.ENOSPC, errno.EDQUOT}
