"""The floor of free space: below it nothing is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archive.errors import NoSpaceError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_free_space"]


def check_free_space(directory: Path, min_free_bytes: int) -> None:
    """:raises NoSpaceError: less than *min_free_bytes* are free where *directory* lies."""
    if min_free_bytes <= 0:
        return
    disk = os.statvfs(directory)
    free = disk.f_bavail * disk.f_frsize
    if free < min_free_bytes:
        raise NoSpaceError(
            directory, f"{free} bytes are free, fewer than the floor of {min_free_bytes}"
        )
