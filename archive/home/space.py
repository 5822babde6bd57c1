"""Free disk space: looked at before a group of records and while big bodies are written."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from archive.errors import NoSpaceError

_LOOK_EVERY_BYTES = 8 << 20
"""So much may be written between two looks; the floor has to be wider than this."""


def _free_bytes(directory: Path) -> int:
    return shutil.disk_usage(directory).free


class FreeSpace:
    """Refuses to write when less than *floor* bytes are free where *directory* lies.

    What is left below the floor is for closing: journal lines, index, run report and log.
    Thread-safe: the crawl's thread spools bodies while the writer's thread writes records.
    """

    def __init__(
        self,
        directory: Path,
        floor: int,
        *,
        every: int = _LOOK_EVERY_BYTES,
        free_bytes: Callable[[Path], int] = _free_bytes,
    ) -> None:
        self._directory = directory
        self.floor = floor
        self._every = every
        self._free_bytes = free_bytes
        self._unseen = 0
        self._lock = threading.Lock()

    def check(self, size: int = 0) -> None:
        """:param size: bytes that are to be written.
        :raises NoSpaceError: less is free than the floor, or would be.
        """
        free = self._free_bytes(self._directory)
        if free - size < self.floor:
            needed = f" and the {size} that are to be written" if size else ""
            raise NoSpaceError(
                self._directory,
                f"{free} bytes are free, fewer than the floor of {self.floor}{needed}",
            )

    def spend(self, size: int) -> None:
        """*size* bytes are about to be written: :meth:`check` now and then.

        :raises NoSpaceError: less is free than the floor.
        """
        with self._lock:
            self._unseen += size
            if self._unseen < self._every:
                return
            self._unseen = 0
        self.check()
