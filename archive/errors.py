"""Errors of the archive, and what a person can do about each.

::

    ArchiveError
    ├── ArchiveLockedError        another process writes to this home
    ├── WarcWriteError            bytes may not be on disk: stop, extract nothing from them
    │   └── NoSpaceError          the same, because the disk is full or nearly so
    ├── JournalError              a journal says what no journal of ours says
    ├── CopyError                 the second copy cannot be written or read
    │   └── CopyContradictionError  it says something else than the home: a person has to choose
    ├── TimestampError            the timestamp service is away, refuses, or is not to be trusted
    ├── InvalidRecordError        the bytes at this place are no whole record
    ├── RecordNotFoundError       no such file, or nothing begins there
    │   └── UnresolvedRevisitError  a revisit whose original is gone
    ├── RecordTooLargeError       it would not fit into the memory that was granted
    └── ContentDecodingError      Content-Encoding and payload do not go together
        └── CutContentError       the payload ends before the coding does

None of them is an :class:`OSError`: Scrapy retries those by default, and a full disk must not
become a second request to the newspaper.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ArchiveError(Exception):
    """Base of everything the archive raises on purpose."""


class ArchiveLockedError(ArchiveError):
    """Another process holds the archive of this home."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path, self.holder = path, holder
        super().__init__(
            f"{path.parent.parent}: the archive is in use by {holder or 'another process'}."
            " Wait until that run has ended, or use another --home."
        )


class WarcWriteError(ArchiveError):
    """The records may not be on disk. Do not extract from them; stop the crawl."""

    def __init__(self, path: Path, reason: str, advice: str = "") -> None:
        self.path, self.reason = path, reason
        advice = advice or (
            "What was acknowledged before is safe; the file stays .open and is salvaged when the"
            " archive is opened again."
        )
        super().__init__(f"{path}: cannot write to the archive: {reason}. {advice}")


class NoSpaceError(WarcWriteError):
    """The disk is full, or the free space fell below the floor."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path,
            reason,
            "Free some space or lower the floor, then start again (a crawl with --resume).",
        )


class JournalError(ArchiveError):
    """A journal line cannot be read."""

    def __init__(self, path: Path, position: int, reason: str) -> None:
        self.path, self.position, self.reason = path, position, reason
        super().__init__(
            f"{path} at byte {position}: {reason}. The WARC file beside it is the evidence: run"
            " `khobao archive verify` on it and make the journal again from it."
        )


class CopyError(ArchiveError):
    """The second copy is away, refuses, or does not hold what was put there."""

    def __init__(self, where: str, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(
            f"the second copy at {where}: {reason}. The masters are safe; repair the target (or"
            " KHOBAO_COPY), then run `khobao archive fixity run`, which does what is missing."
        )


class CopyContradictionError(CopyError):
    """Home and second copy contradict each other: neither may be written over."""

    def __init__(self, where: str, reason: str) -> None:
        ArchiveError.__init__(
            self,
            f"the second copy at {where} contradicts this home: {reason}. Neither was written over;"
            " `khobao archive fixity run` says more.",
        )
        self.where, self.reason = where, reason


class TimestampError(ArchiveError):
    """No timestamp could be had, or the certificates to check one with cannot be read."""

    def __init__(self, where: str, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(
            f"timestamp service {where}: {reason}. Nothing is lost: `khobao archive fixity run`"
            " asks again; look at KHOBAO_TIMESTAMP_URL and KHOBAO_TIMESTAMP_CA."
        )


class InvalidRecordError(ArchiveError):
    """What stands at this place of the file is no whole WARC record."""

    def __init__(self, path: Path | str, offset: int, reason: str) -> None:
        self.path, self.offset, self.reason = path, offset, reason
        super().__init__(
            f"{path} at byte {offset}: {reason}. Run `khobao archive verify {path}`, then restore"
            " the file from a copy or salvage it."
        )


class RecordNotFoundError(ArchiveError):
    """No such WARC file, or no record begins at that offset."""


class UnresolvedRevisitError(RecordNotFoundError):
    """The record is a revisit and the original it refers to cannot be found."""


class RecordTooLargeError(ArchiveError):
    """The block or the decoded body is larger than the caller allows to be held in memory."""


class ContentDecodingError(ArchiveError):
    """The payload cannot be decoded as its Content-Encoding says."""

    partial: bytes = b""
    """What could be decoded."""


class CutContentError(ContentDecodingError):
    """The payload ends before the coding does."""


def index_error(path: Path, exc: sqlite3.Error) -> WarcWriteError:
    """SQLite's refusal in the archive's own words; a full disk is one here, too."""
    if exc.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return NoSpaceError(path, str(exc))
    return WarcWriteError(path, str(exc))


def write_error(path: Path, exc: OSError) -> WarcWriteError:
    """Name an operating system's refusal in the archive's own words."""
    reason = exc.strerror or str(exc) or type(exc).__name__
    if exc.errno in _FULL:
        return NoSpaceError(path, reason)
    return WarcWriteError(path, reason)
