"""What listings announced, and the one state each address is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import UpdateOne

if TYPE_CHECKING:
    import datetime as dt

    from crawler.items import Announcement
    from pipelines.mongodb.schema import Document

__all__ = ["SETTLED_STATES", "announce", "set_state"]

SETTLED_STATES = ("new", "updated", "unchanged", "duplicate", "known")
"""States of an address that a later run need not fetch again."""


def announce(item: Announcement, document: Document, *, run_id: str, now: dt.datetime) -> UpdateOne:
    """Whatever became of it in an earlier run stays as it is: ``stateRunId`` tells which run it
    was, so that an address without a state of this run counts as pending in this run.
    """
    change = {
        "$setOnInsert": {"state": "pending", "firstSeen": now, "firstRunId": run_id},
        "$set": {**{k: v for k, v in document.items() if k != "_id"}, "runId": run_id},
        "$max": {"lastSeen": now},
        "$addToSet": {"sections": item.section},
    }
    return UpdateOne({"_id": document["_id"]}, change, upsert=True)


def set_state(
    url: str, state: str, reason: str | None, *, run_id: str, now: dt.datetime
) -> UpdateOne:
    """Also for an address that nobody announced, such as one given on the command line."""
    fields = {"state": state, "stateRunId": run_id, "stateAt": now}
    first = {"firstSeen": now, "lastSeen": now, "firstRunId": run_id, "runId": run_id}
    change: dict[str, Any] = {"$setOnInsert": {**first, "sections": []}}
    if reason is None:
        change |= {"$set": fields, "$unset": {"reason": ""}}
    else:
        change["$set"] = {**fields, "reason": reason}
    return UpdateOne({"_id": url}, change, upsert=True)
