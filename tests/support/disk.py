"""What a directory takes of the disk, and directories that give it back."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


def disk_usage(directory: Path) -> int:
    """Bytes in real blocks, as ``du`` counts them: a preallocated file costs all of itself."""
    total = 0
    for path in directory.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a server removes its old files meanwhile
            total += path.lstat().st_blocks * 512
    return total


@contextlib.contextmanager
def own_directory(request: pytest.FixtureRequest, name: str) -> Iterator[Path]:
    """For a fixture of any scope: gone as soon as what used it has passed, left for a look if a
    test failed meanwhile, as ``tmp_path`` is. Its path is shorter, which sockets need.
    """
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    failed_before = request.session.testsfailed
    directory = factory.mktemp(name)
    yield directory
    if request.session.testsfailed == failed_before:
        shutil.rmtree(directory, ignore_errors=True)
