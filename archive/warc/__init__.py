"""The WARC format and nothing else: records to and from any stream. Knows no home.

::

    with open("a.warc.gz", "wb") as file:
        writer = WarcWriter(file)
        writer.write(warcinfo_record("a.warc.gz", {"operator": "luutru@example.vn"}))
        for record in build_records(event).records:
            writer.write(record)
    with open("a.warc.gz", "rb") as file:
        for record in read_records(file):
            print(record.type, record.target_uri, len(record.body))
"""

from __future__ import annotations

from archive.warc.exchange import ExchangeRecords, build_records
from archive.warc.model import CaptureEvent, Original
from archive.warc.reader import WarcRecord, read_records
from archive.warc.record import NewRecord
from archive.warc.record_types import resource_record, warcinfo_record
from archive.warc.writer import WarcWriter, Written

__all__ = [
    "CaptureEvent",
    "ExchangeRecords",
    "NewRecord",
    "Original",
    "WarcRecord",
    "WarcWriter",
    "Written",
    "build_records",
    "read_records",
    "resource_record",
    "warcinfo_record",
]
