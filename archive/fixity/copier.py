"""Background copier of closed files while the crawl goes on; nobody has to wait for it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, CopyContradictionError
from archive.fixity.audit import copy_missing
from archive.fixity.copy import SecondCopy, without_password
from archive.fixity.history import History

if TYPE_CHECKING:
    from archive.home.layout import Layout

_log = logging.getLogger(__name__)


class Copier:
    """Brings the second copy up to date whenever a file was closed.

    Whatever is wrong with the target is a warning: the masters are safe, and what is missing there
    is copied after the next file, by the next run or by ``khobao archive fixity run``.
    """

    def __init__(self, layout: Layout, url: str) -> None:
        self._layout = layout
        self._url = url
        self._changed = threading.Condition()
        self._has_work = False
        self._is_closing = False
        self._error: str | None = None
        self.contradiction: str | None = None
        """What the copy says otherwise than this home, once that was seen."""
        # A daemon: a target that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="second-copy", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A file was closed."""
        with self._changed:
            self._has_work = True
            self._changed.notify()

    def finish(self, seconds: float) -> str | None:
        """Copy what is missing and end, within *seconds*. What a person must know, if anything."""
        with self._changed:
            self._has_work = self._is_closing = True
            self._changed.notify()
        self._thread.join(seconds)
        if self._thread.is_alive():
            return (
                f"the second copy at {without_password(self._url)} was not complete after"
                f" {seconds:g} s; `khobao archive fixity run` copies what is missing"
            )
        return self._error

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._has_work)
                self._has_work = False
                is_last = self._is_closing
            self._error = self._copy()
            if is_last:
                return

    def _copy(self) -> str | None:
        try:
            with SecondCopy(self._url) as copy:
                count = copy_missing(self._layout, copy, History(self._layout))
        except CopyContradictionError as exc:
            self.contradiction = str(exc)
            return None
        except (ArchiveError, OSError) as exc:
            _log.warning("%s", exc)
            return str(exc)
        _log.info("%d closed files copied to %s", count, copy.name)
        return None
