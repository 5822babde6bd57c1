"""Group commit: many waiting exchanges, one flush to disk."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Self

from archive.errors import ArchiveError

if TYPE_CHECKING:
    from archive.home.archive import Archive
    from archive.home.model import RecordRef
    from archive.warc.model import CaptureEvent

_GROUP_EVENTS = 256
_GROUP_BYTES = 32 << 20


class GroupWriter:
    """A thread that writes exchanges as they come and makes all that wait durable together.

    A write error is final: everything waiting and everything that comes later fails with it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._waiting: deque[tuple[CaptureEvent, Future[RecordRef]]] = deque()
        self._changed = threading.Condition()
        self._error: ArchiveError | None = None
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, event: CaptureEvent) -> Future[RecordRef]:
        """Queue an exchange. The future ends when its records are durable, or fails.

        It cannot be cancelled: what crossed the wire is written. Its callbacks run in the writer's
        thread. Bodies in a :class:`~archive.spool.Spool` may be closed once it has ended.
        """
        future: Future[RecordRef] = Future()
        future.set_running_or_notify_cancel()
        with self._changed:
            if self._error is None and self._is_closing:
                self._error = ArchiveError("The archive's writer has been closed.")
            if self._error is not None:
                future.set_exception(self._error)
                return future
            self._waiting.append((event, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Write what waits and end the thread. The archive itself stays open."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            try:
                refs = self._archive.append_batch([event for event, _ in group])
            except ArchiveError as exc:
                self._fail(group, exc)
                return
            for (_, future), ref in zip(group, refs, strict=True):
                future.set_result(ref)

    def _next_group(self) -> list[tuple[CaptureEvent, Future[RecordRef]]]:
        """Everything that waits, within bounds; empty when the writer closes."""
        group: list[tuple[CaptureEvent, Future[RecordRef]]] = []
        group_bytes = 0
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            while self._waiting and len(group) < _GROUP_EVENTS and group_bytes < _GROUP_BYTES:
                item = self._waiting.popleft()
                group.append(item)
                group_bytes += len(item[0].response)
        return group

    def _fail(
        self, group: list[tuple[CaptureEvent, Future[RecordRef]]], error: ArchiveError
    ) -> None:
        with self._changed:
            self._error = error
            group.extend(self._waiting)
            self._waiting.clear()
        for _, future in group:
            future.set_exception(error)
