"""The lock of a home: one process writes to its archive."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path
from typing import Self

from archive.errors import ArchiveLockedError

LOCKS = Path("/proc/locks")


class ArchiveLock:
    """An exclusive lock that the operating system drops when its holder dies."""

    def __init__(self, path: Path) -> None:
        """:raises ArchiveLockedError: it is held, by another process or by this one."""
        # Not through a symbolic link: what it leads to would be cut to nothing.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(path, flags, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(self._fd, 100, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            raise ArchiveLockedError(path, holder) from exc
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"process {os.getpid()}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Call it once."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)


def writer_of(path: Path) -> int | None:
    """Process id of the writer that holds this lock, without getting in its way: trying the lock
    would, for a moment, keep a crawl from starting.
    """
    try:
        words = path.read_text("ascii", "replace").split()
        inode = path.stat().st_ino
    except OSError:
        return None
    if not words or not words[-1].isdigit():
        return None
    pid = int(words[-1])
    try:
        locks = LOCKS.read_text()
    except OSError:
        return pid if _is_alive(pid) else None
    # A line says pid and inode: "1: FLOCK  ADVISORY  WRITE 4711 fe:01:123456 0 EOF".
    is_held = re.search(rf" FLOCK .* {pid} [0-9a-f]+:[0-9a-f]+:{inode} ", locks)
    return pid if is_held else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
