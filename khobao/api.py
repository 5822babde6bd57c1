"""Public API: an archive's records, a page's article, a home's database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive import (
    ArchivedRecord,
    IndexEntry,
    RecordNotFoundError,
    captures,
    find,
    iter_records,
    read_record,
)
from archive.home.find_record import bare_id, find_by_record_id
from archive.home.layout import Layout
from crawler.errors import UsageError
from crawler.pages import PageReading
from crawler.pages import read_page as read_page_of
from crawler.sites import profile_for
from pipelines.mongodb.connection import open_database

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pymongo.database import Database

    from pipelines.mongodb.schema import Document


__all__ = ["ArchiveReader", "connect", "open_archive", "read_page"]


class ArchiveReader:
    """The records of one data home, read while a crawl may go on writing."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def captures(self, url: str) -> list[IndexEntry]:
        """Every capture of an address, the oldest first."""
        return captures(self.home, url)

    def record(self, record_id: str) -> ArchivedRecord:
        """The record of a ``provenance.warcRecordId``.

        :raises archive.RecordNotFoundError: the archive holds none of this id.
        """
        bare = bare_id(record_id)
        for name, entry in find_by_record_id(self.home, bare) if bare else ():
            return read_record(self.home, name, entry.offset)
        raise RecordNotFoundError(f"no record {record_id} in {self.home}")

    def newest(self, url: str, at: dt.datetime | None = None) -> ArchivedRecord:
        """The capture of an address that is nearest to *at*, or the last one.

        :raises archive.RecordNotFoundError: the address was never captured.
        """
        entry = find(self.home, url, at)
        if entry is None:
            raise RecordNotFoundError(f"no capture of {url} in {self.home}")
        return read_record(self.home, entry.warc_filename, entry.offset)

    def __iter__(self) -> Iterator[ArchivedRecord]:
        """Every record of every file, in the order of the files."""
        layout = Layout(self.home)
        for name, _ in layout.journals():
            for _, record in iter_records(layout.find_warc(name), home=self.home):
                yield record


def open_archive(home: str | Path = "data") -> ArchiveReader:
    """:raises crawler.errors.UsageError: there is no archive in *home*."""
    path = Path(home).absolute()
    if not (path / "warc").is_dir():
        raise UsageError(f"there is no archive at {path}; name a data home, such as ./data")
    return ArchiveReader(path)


def read_page(
    url: str,
    body: bytes,
    *,
    captured_at: dt.datetime | None = None,
    declared_encoding: str | None = None,
) -> PageReading:
    """The article of a page and what stands around it, or why it cannot be read.

    :param captured_at: when the bytes came; it chooses the page class of its day. Default: now.
    :raises crawler.errors.UsageError: the address is none of a newspaper that khobao knows.
    """
    profile = profile_for(url)
    if profile is None:
        raise UsageError(f"{url} is no address of a newspaper that khobao knows")
    return read_page_of(
        url,
        body,
        declared_encoding=declared_encoding,
        captured_at=captured_at or dt.datetime.now(dt.UTC),
        profile=profile,
    )


def connect(
    home: str | Path = "data", uri: str | None = None
) -> AbstractContextManager[Database[Document]]:
    """The database of a home, up to date, its embedded server started if need be.

    :param uri: of a server of your own, instead of the embedded one.
    :raises pipelines.mongodb.errors.DatabaseError: when it is entered: the server does not start
        or does not answer, or a newer khobao wrote the database.
    """
    return open_database(Path(home).absolute(), uri)
