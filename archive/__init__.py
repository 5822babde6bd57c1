"""Evidence: exact bytes in WARC files, found again by record, by URL and time.

The public names are those below; nothing else is promised. No Scrapy, no MongoDB in here.

Commit order is the promise of :class:`Archive`: bytes durable in the WARC file, then the journal
line, then the dedupe index. Whoever holds a :class:`RecordRef` can read the record again.
"""

from __future__ import annotations

from archive.errors import (
    ArchiveError,
    ArchiveLockedError,
    ContentDecodingError,
    InvalidRecordError,
    JournalError,
    NoSpaceError,
    RecordNotFoundError,
    RecordTooLargeError,
    UnresolvedRevisitError,
    WarcWriteError,
)
from archive.home.archive import Archive
from archive.home.group_writer import GroupWriter
from archive.home.lookup import IndexEntry, captures, find
from archive.home.model import ArchiveStats, RecordRef, SalvageReport
from archive.home.reader import ArchivedRecord, iter_records, read_record
from archive.home.salvage import abandoned_files, salvage
from archive.home.space import FreeSpace
from archive.warc.http import HttpHead
from archive.warc.model import CaptureEvent, Original
from archive.warc.spool import Body, Spool

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchiveLockedError",
    "ArchiveStats",
    "ArchivedRecord",
    "Body",
    "CaptureEvent",
    "ContentDecodingError",
    "FreeSpace",
    "GroupWriter",
    "HttpHead",
    "IndexEntry",
    "InvalidRecordError",
    "JournalError",
    "NoSpaceError",
    "Original",
    "RecordNotFoundError",
    "RecordRef",
    "RecordTooLargeError",
    "SalvageReport",
    "Spool",
    "UnresolvedRevisitError",
    "WarcWriteError",
    "abandoned_files",
    "captures",
    "find",
    "iter_records",
    "read_record",
    "salvage",
]
