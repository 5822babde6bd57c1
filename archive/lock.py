"""One process writes to the archive of a home."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from archive.errors import ArchiveLockedError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ArchiveLock"]


class ArchiveLock:
    """An exclusive lock that the operating system drops when its holder dies."""

    def __init__(self, path: Path) -> None:
        """:raises ArchiveLockedError: it is held, by another process or by this one."""
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(self._fd, 100, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            raise ArchiveLockedError(path, holder) from exc
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"process {os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Call it once."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)
