from __future__ import annotations

import datetime as dt

import pytest

from archive import RecordRef
from crawler.items import Provenance
from crawler.provenance import provenance_of


@pytest.mark.parametrize(
    ("microsecond", "captured_at"),
    [(0, "2026-11-23T09:05:06.000000+00:00"), (70, "2026-11-23T09:05:06.000070+00:00")],
)
def test_of_a_durable_record(microsecond: int, captured_at: str) -> None:
    date = dt.datetime(2026, 11, 23, 9, 5, 6, microsecond, tzinfo=dt.UTC)
    ref = RecordRef("a.warc.gz", 512, 99, "<urn:uuid:1>", date, None, "response")

    assert provenance_of(ref, "crawler.pages.read_teasers", "run") == Provenance(
        warcRecordId="<urn:uuid:1>",
        warcFilename="a.warc.gz",
        warcOffset=512,
        capturedAt=captured_at,
        pageClass="crawler.pages.read_teasers",
        runId="run",
    )
