"""Quarantine: pages that should have been articles, and why they are none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pymongo import ReplaceOne, UpdateOne

from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.schema import to_document

if TYPE_CHECKING:
    from crawler.frontier import QuarantinedPage


def quarantine_jobs(
    item: QuarantinedPage, *, run_id: str, now: dt.datetime
) -> tuple[PlainJob, PlainJob]:
    """The page's own document, and the state of its address in the frontier."""
    document = to_document(item) | {"quarantinedAt": now, "runId": run_id}
    replace = ReplaceOne({"_id": document["_id"]}, document, upsert=True)
    fields = {
        "state": "quarantined",
        "reason": item.reason,
        "stateRunId": run_id,
        "stateAt": now,
    }
    state = UpdateOne({"_id": item.url}, {"$set": fields})
    return PlainJob("quarantine", replace), PlainJob("frontier", state)
