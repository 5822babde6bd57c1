"""What commands and tools ask the database: the read side, without a crawl."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.sites import canonical_url

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.schema import Document

MIN_PREFIX = 7
"""Letters of an id that are enough to look for it."""

MAX_CANDIDATES = 20
SHOWN_COLLECTIONS = ("articles", "videos")
UNSUCCESSFUL = ("failed", "quarantined", "gone", "blocked", "robots", "excluded", "pending")


def find_by_id(database: Database[Document], text: str) -> list[tuple[str, Document]]:
    """(collection, document) of an id; of all ids that begin so, if there is no such id."""
    for name in SHOWN_COLLECTIONS:
        if document := database[name].find_one({"_id": text}):
            return [(name, document)]
    if len(text) < MIN_PREFIX:
        return []
    # The newspaper's ids come in both letter cases. An index serves only patterns that ignore none.
    patterns = {text, text.lower(), text.upper()}
    begins = {"$or": [{"_id": {"$regex": f"^{re.escape(each)}"}} for each in sorted(patterns)]}
    return [
        (name, document)
        for name in SHOWN_COLLECTIONS
        for document in database[name].find(begins).sort("_id").limit(MAX_CANDIDATES)
    ]


def find_by_url(database: Database[Document], url: str) -> list[tuple[str, Document]]:
    """The article of an address, or else the videos that are shown there."""
    spellings = list(dict.fromkeys([canonical_url(url), url]))
    for name, field in (("articles", "canonicalUrl"), ("articles", "urls"), ("videos", "urls")):
        found = list(database[name].find({field: {"$in": spellings}}).limit(MAX_CANDIDATES))
        if found:
            return [(name, document) for document in found]
    return []


def frontier_url_of(database: Database[Document], url: str) -> Document | None:
    """What became of an announced address."""
    return database["frontier"].find_one({"_id": canonical_url(url)})


def urls_of_section(database: Database[Document], slug: str) -> list[str]:
    """Addresses that listings of a section announced."""
    found = database["frontier"].find({"sections": slug}, {"_id": 1})
    return [document["_id"] for document in found]


def capture_of_record(database: Database[Document], record_id: str) -> Document | None:
    """The capture of a record, with or without the angle brackets of its id."""
    bare = record_id.strip("<>")
    return database["captures"].find_one({"_id": {"$in": [f"<{bare}>", bare]}})


def last_runs(database: Database[Document], limit: int) -> list[Document]:
    return list(database["runs"].find().sort("startedAt", -1).limit(limit))


def find_run(database: Database[Document], run_id: str | None) -> Document | None:
    """The run of that id, or the last one."""
    if run_id is not None:
        return database["runs"].find_one({"_id": run_id})
    return next(iter(last_runs(database, 1)), None)


def states_in(run_id: str) -> list[Document]:
    """Stages: the addresses that a run met, each with its state as far as this run is concerned.
    What an earlier run made of an address is no news of a run that has not come to it.
    """
    return [
        {"$match": {"$or": [{"runId": run_id}, {"stateRunId": run_id}]}},
        {"$set": {"state": {"$cond": [{"$eq": ["$stateRunId", run_id]}, "$state", "pending"]}}},
    ]


def failures(database: Database[Document], run_id: str) -> list[Document]:
    """Addresses the run announced that became no article, by state and reason, with an example."""
    return list(
        database["frontier"].aggregate(
            [
                *states_in(run_id),
                {"$match": {"state": {"$in": list(UNSUCCESSFUL)}}},
                {
                    "$group": {
                        "_id": {"state": "$state", "reason": "$reason"},
                        "count": {"$sum": 1},
                        "example": {"$min": "$_id"},
                    }
                },
                {"$sort": {"count": -1, "_id": 1}},
                {
                    "$project": {
                        "_id": 0,
                        "state": "$_id.state",
                        "reason": "$_id.reason",
                        "count": 1,
                        "example": 1,
                    }
                },
            ]
        )
    )


def quarantined(database: Database[Document], run_id: str, limit: int) -> list[Document]:
    """Pages of the run that could not be read, with the record that holds them."""
    return list(database["quarantine"].find({"runId": run_id}).sort("url").limit(limit))


def counts(database: Database[Document], names: Sequence[str]) -> dict[str, int]:
    return {name: database[name].estimated_document_count() for name in names}
