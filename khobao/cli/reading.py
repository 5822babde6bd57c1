"""What the reading commands ask the database."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bson.json_util import RELAXED_JSON_OPTIONS, dumps
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from crawler.errors import KhobaoError, UsageError
from crawler.sites import profile_for
from pipelines.mongodb.errors import DatabaseUnreachableError
from pipelines.mongodb.migrations import LEDGER, migrate
from pipelines.mongodb.retry_policy import without_password
from pipelines.mongodb.server import EmbeddedServer, ensure_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pymongo.database import Database

    from khobao.cli.context import Context

__all__ = [
    "MIN_PREFIX",
    "Document",
    "accept",
    "connect",
    "counts",
    "failures",
    "find_by_id",
    "find_by_url",
    "find_run",
    "first_words",
    "frontier_url_of",
    "last_runs",
    "open_database",
    "quarantined",
    "shown_uri",
    "to_json",
]

Document = dict[str, Any]

MIN_PREFIX = 7
MAX_CANDIDATES = 20
DATABASE_NAME = "khobao"
SHOWN_COLLECTIONS = ("articles", "videos")
UNSUCCESSFUL = ("failed", "quarantined", "gone", "blocked", "robots", "excluded", "pending")


class NothingToAcceptError(KhobaoError):
    """The run has no coverage of its pages."""


def connect(uri: str) -> MongoClient[Document]:
    """:raises UsageError: this is no address of a MongoDB server."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # PyMongo goes on without an option it does not like
            return MongoClient(uri, serverSelectionTimeoutMS=5000, tz_aware=True)
    except (PyMongoError, ValueError, UserWarning) as exc:
        raise UsageError(
            f"--mongodb-uri {without_password(uri)} is no address of a MongoDB server ({exc});"
            " write mongodb://HOST:PORT/"
        ) from exc


@contextmanager
def open_database(context: Context) -> Iterator[Database[Document]]:
    """The database, its server started if need be.

    :raises DatabaseError: it does not start, does not answer, or a newer khobao wrote it.
    """
    uri = ensure_server(context.home, context.mongodb_uri)
    try:
        with connect(uri) as client:
            database = client[DATABASE_NAME]
            if database[LEDGER].find_one():  # ours; whatever else this may be stays as it is
                migrate(database)
            yield database
    except PyMongoError as exc:
        advice = (
            "start that server, or leave --mongodb-uri out to use the embedded one"
            if context.mongodb_uri
            else "try `khobao db stop` and the command again, or see `khobao doctor`"
        )
        raise DatabaseUnreachableError(
            f"{without_password(uri)} does not answer ({first_words(exc)}); {advice}"
        ) from exc


def first_words(exc: Exception) -> str:
    """PyMongo tells its whole topology; the first clause says what happened."""
    return str(exc).partition(" (configured timeouts")[0].partition(", Timeout:")[0][:200]


def shown_uri(context: Context) -> str:
    """Where the database is, without its password."""
    return without_password(context.mongodb_uri or EmbeddedServer(context.home).uri)


def to_json(document: object) -> str:
    """Extended JSON, as mongosh and mongoexport write it, dates readable."""
    return dumps(document, json_options=RELAXED_JSON_OPTIONS, ensure_ascii=False)


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
    profile = profile_for(url.partition("://")[2].partition("/")[0])
    address = profile.canonicalize(url) if profile else url
    spellings = list(dict.fromkeys([address, url]))
    for name, field in (("articles", "canonicalUrl"), ("articles", "urls"), ("videos", "urls")):
        found = list(database[name].find({field: {"$in": spellings}}).limit(MAX_CANDIDATES))
        if found:
            return [(name, document) for document in found]
    return []


def frontier_url_of(database: Database[Document], url: str) -> Document | None:
    """What became of an announced address."""
    profile = profile_for(url.partition("://")[2].partition("/")[0])
    return database["frontier"].find_one({"_id": profile.canonicalize(url) if profile else url})


def last_runs(database: Database[Document], limit: int) -> list[Document]:
    return list(database["runs"].find().sort("startedAt", -1).limit(limit))


def find_run(database: Database[Document], run_id: str | None) -> Document | None:
    """The run of that id, or the last one."""
    if run_id is not None:
        return database["runs"].find_one({"_id": run_id})
    return next(iter(last_runs(database, 1)), None)


def accept(database: Database[Document], run: Document) -> Document:
    """Make the pages of a run what those of later runs are compared with. Returns what is new in
    its document.

    :raises NothingToAcceptError: it did not come to its end.
    """
    if "fieldCoverage" not in run:
        raise NothingToAcceptError(f"{run['_id']} did not come to its end: it counted no pages")
    accepted = {"acceptedAt": run.get("acceptedAt") or dt.datetime.now(dt.UTC)}
    database["runs"].update_one({"_id": run["_id"]}, {"$set": accepted})
    return accepted


def failures(database: Database[Document], run_id: str) -> list[Document]:
    """Addresses the run announced that became no article, by state and reason, with an example."""
    # What an earlier run made of an address is no news of this run, which has not come to it.
    in_this_run = {"$cond": [{"$eq": ["$stateRunId", run_id]}, "$state", "pending"]}
    return list(
        database["frontier"].aggregate(
            [
                {"$match": {"$or": [{"runId": run_id}, {"stateRunId": run_id}]}},
                {"$set": {"state": in_this_run}},
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
