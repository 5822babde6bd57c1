"""What listings announced, and the one state each address is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from pymongo import UpdateOne

from pipelines.mongodb.queries import states_in

if TYPE_CHECKING:
    from crawler.frontier import FrontierUrl
    from pipelines.mongodb.articles import ArticleJob
    from pipelines.mongodb.schema import Document

SETTLED_STATES = ("new", "updated", "unchanged", "duplicate", "known")
"""States of an address that a later run need not fetch again."""

OPEN_STATES = ("pending", "failed", "blocked")
"""States of an address that the same run, resumed, should try again."""

WEAK_STATES = ("known", "pending", "excluded")
"""Reasons not to fetch an address; no news once the run has fetched it."""


def announce(item: FrontierUrl, document: Document, *, run_id: str, now: dt.datetime) -> UpdateOne:
    """Whatever became of it in an earlier run stays as it is: ``stateRunId`` tells which run it
    was, so that an address without a state of this run counts as pending in this run.
    """
    change = {
        "$setOnInsert": {"state": "pending", "firstSeen": now, "firstRunId": run_id},
        "$set": {**{k: v for k, v in document.items() if k != "_id"}, "runId": run_id},
        "$max": {"lastSeen": now},
        # An address may be announced outside of any section: by a teaser, on the command line.
        "$addToSet": {"sections": {"$each": [item.section] if item.section else []}},
    }
    return UpdateOne({"_id": document["_id"]}, change, upsert=True)


def set_state(
    url: str, state: str, reason: str | None, *, run_id: str, now: dt.datetime
) -> UpdateOne:
    """Also for an address that nobody announced. :data:`WEAK_STATES` give way to what the run has
    already done with the address.
    """
    fields = {"state": state, "stateRunId": run_id, "stateAt": now}
    first = {"firstSeen": now, "lastSeen": now, "firstRunId": run_id, "runId": run_id}
    change: dict[str, Any] = {"$setOnInsert": {**first, "sections": []}}
    if reason is None:
        change |= {"$set": fields, "$unset": {"reason": ""}}
    else:
        change["$set"] = {**fields, "reason": reason}
    condition: dict[str, Any] = {"_id": url}
    if state in WEAK_STATES:
        # If there is such a state, the upsert tries to insert the key once more, and is refused:
        # write_bulk takes that for done.
        condition["stateRunId"] = {"$ne": run_id}
    return UpdateOne(condition, change, upsert=True)


def settle(state: str, *, run_id: str, now: dt.datetime) -> Document:
    """The change of addresses that became an article, or were one already."""
    fields = {"state": state, "stateRunId": run_id, "stateAt": now}
    return {"$set": fields, "$unset": {"reason": ""}}


def by_state(jobs: Iterable[ArticleJob]) -> dict[tuple[str, str], dict[str, ArticleJob]]:
    """State and run → addresses that get them, each from the last of its jobs."""
    last = {job.canonical_url: job for job in jobs if job.announced_as and job.sets_state}
    alike: dict[tuple[str, str], dict[str, ArticleJob]] = {}
    for url, job in last.items():
        alike.setdefault((str(job.announced_as), job.run_id), {})[url] = job
    return alike


def known(urls: Collection[str], run_ids: Collection[str] = ()) -> Document:
    """Those of *urls* that need not be fetched again; with runs: that one of them settled."""
    condition: Document = {"_id": {"$in": list(urls)}, "state": {"$in": list(SETTLED_STATES)}}
    return condition | {"stateRunId": {"$in": list(run_ids)}} if run_ids else condition


def pending(run_id: str) -> Document:
    """Announced in that run, and not settled by it: what a resumed run has to try."""
    return {
        "runId": run_id,
        "$or": [{"stateRunId": {"$ne": run_id}}, {"state": {"$in": list(OPEN_STATES)}}],
    }


def count_by_state(run_id: str) -> list[Document]:
    """An aggregation whose counts sum to the number of addresses that the run met."""
    return [*states_in(run_id), {"$group": {"_id": "$state", "count": {"$sum": 1}}}]
