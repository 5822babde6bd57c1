"""The record that an item was read from: the one rule for crawl, re-extraction and rebuild."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from crawler.items import Provenance


class RecordPlace(Protocol):
    """What :class:`archive.RecordRef` and :class:`archive.ArchivedRecord` both tell."""

    @property
    def warc_record_id(self) -> str: ...
    @property
    def warc_filename(self) -> str: ...
    @property
    def offset(self) -> int: ...
    @property
    def warc_date(self) -> dt.datetime: ...


def provenance_of(record: RecordPlace, page_class: str, run_id: str) -> Provenance:
    """:param page_class: what read the record: its dotted name, or that of the error.
    :param run_id: of the run that wrote the record.
    """
    return Provenance(
        warcRecordId=record.warc_record_id,
        warcFilename=record.warc_filename,
        warcOffset=record.offset,
        capturedAt=record.warc_date.isoformat(timespec="microseconds"),
        pageClass=page_class,
        runId=run_id,
    )
