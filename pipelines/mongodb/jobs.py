"""The jobs that items and documents become, for whoever writes them: a crawl, or a rebuild."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import attrs
from pymongo import InsertOne, ReplaceOne, UpdateMany, UpdateOne

from pipelines.mongodb.schema import Document, comment_documents, to_document
from pipelines.mongodb.writer import CommentsJob, PlainJob

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crawler.items import CommentThread, Provenance, QuarantinedPage

__all__ = [
    "capture_job",
    "comments_job",
    "gone_job",
    "quarantine_jobs",
    "run_job",
    "without_none",
]


def capture_job(document: Mapping[str, Any]) -> PlainJob:
    """One fetch; inserted, so that doing it twice does nothing."""
    return PlainJob("captures", InsertOne(without_none(document)))


def comments_job(thread: CommentThread, provenance: Provenance) -> CommentsJob:
    """The comments of an article that is stored already."""
    comments = comment_documents(thread)
    digest = hashlib.sha256(repr(comments).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    fields = {
        "comments": comments,
        "commentsHash": digest,
        "commentsProvenance": attrs.asdict(provenance),
    }
    return CommentsJob(thread.articleId, fields)


def quarantine_jobs(
    item: QuarantinedPage, *, run_id: str, now: dt.datetime
) -> tuple[PlainJob, PlainJob]:
    """The page's own document, and the state of its announcement."""
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


def gone_job(url: str) -> PlainJob:
    """The article of an address that answered 404 or 410."""
    article = UpdateMany({"urls": url, "canonicalUrl": url}, {"$set": {"state": "gone"}})
    return PlainJob("articles", article)


def run_job(document: Mapping[str, Any]) -> PlainJob:
    """The whole document of a run, in place of what was there."""
    replace = ReplaceOne({"_id": document["_id"]}, without_none(document), upsert=True)
    return PlainJob("runs", replace)


def without_none(document: Mapping[str, Any]) -> Document:
    return {name: value for name, value in document.items() if value is not None}
