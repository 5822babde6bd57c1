"""Changes that wait on disk until they have been shown, and how they are written then."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import bson
from bson.codec_options import CodecOptions
from pymongo import DeleteOne, ReplaceOne, UpdateOne

from pipelines.fingerprint import Fingerprint
from pipelines.mongodb.articles import ArticleJob, version_document
from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.videos import VideoJob
from pipelines.text.dates import parse_date

if TYPE_CHECKING:
    from pipelines.mongodb.schema import Document
    from pipelines.mongodb.store import Store
    from pipelines.mongodb.writer import Job

BATCH = 200
_CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=dt.UTC)


class Spool:
    """Documents in the order they were added; gone when it is closed, or its process dies."""

    def __init__(self, directory: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115  closed by close
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, document: Document) -> None:
        self._file.write(bson.encode(document))
        self.count += 1

    def __iter__(self) -> Iterator[Document]:
        self._file.flush()
        self._file.seek(0)
        yield from bson.decode_file_iter(self._file, _CODEC)


async def write_changes(
    store: Store, changes: Spool, *, now: dt.datetime, advance: Callable[[int], None]
) -> int:
    """Make all changes, in order. Each may be made twice, so that what was cut off is run again.

    :returns: how many MongoDB refused; the log says why.
    :raises pipelines.mongodb.errors.DatabaseError: those so far are made.
    """
    refused = 0
    for op, group in itertools.groupby(changes, key=lambda change: change["op"]):
        while batch := list(itertools.islice(group, BATCH)):
            if op == "version":
                jobs = await _version_jobs(store, batch)
            else:
                jobs = [job for change in batch for job in _JOBS[op](change, now)]
            refused += len(await store.write_batch(jobs, now))
            advance(len(batch))
    return refused


def _repair(change: Document, _: dt.datetime) -> list[Job]:
    # The record in the filter: never over what a later capture has said meanwhile.
    condition = {"_id": change["id"], "provenance.warcRecordId": change["record"]}
    return [PlainJob("articles", UpdateOne(condition, _update(change)))]


def _repair_video(change: Document, _: dt.datetime) -> list[Job]:
    return [PlainJob("videos", UpdateOne({"_id": change["id"]}, _update(change)))]


def _link_video(change: Document, _: dt.datetime) -> list[Job]:
    """In the order that the store keeps them in."""
    condition = {"_id": change["id"], "isPartOf": {"$ne": change["link"]}}
    push = {"$push": {"isPartOf": {"$each": [change["link"]], "$sort": 1}}}
    return [PlainJob("videos", UpdateOne(condition, push))]


def _repair_quarantine(change: Document, _: dt.datetime) -> list[Job]:
    return [PlainJob("quarantine", UpdateOne({"_id": change["id"]}, {"$set": change["set"]}))]


def _upsert(change: Document, _: dt.datetime) -> list[Job]:
    document = change["document"]
    job = ArticleJob(
        document,
        Fingerprint(*change["fingerprint"]),
        seen=parse_date(document["provenance"]["capturedAt"]),
        run_id=document["provenance"]["runId"],
        sets_state=change["setsState"],
    )
    return [job]


def _upsert_video(change: Document, _: dt.datetime) -> list[Job]:
    document = change["document"]
    seen = parse_date(document["provenance"]["capturedAt"])
    return [VideoJob(document, seen=seen, run_id=document["provenance"]["runId"])]


def _release(change: Document, _: dt.datetime) -> list[Job]:
    return [PlainJob("quarantine", DeleteOne({"_id": change["record"]}))]


def _quarantine(change: Document, now: dt.datetime) -> list[Job]:
    """A page that MongoDB never heard of. Its address keeps what a later capture made of it."""
    document = change["document"]
    run_id = document["provenance"]["runId"]
    seen = parse_date(document["provenance"]["capturedAt"])
    page = document | {"quarantinedAt": seen, "runId": run_id}
    state = {"state": change["state"], "reason": document["reason"]}
    state |= {"stateRunId": run_id, "stateAt": now}
    waiting = {"_id": document["url"], "state": "pending"}
    return [
        PlainJob("quarantine", ReplaceOne({"_id": page["_id"]}, page, upsert=True)),
        PlainJob("frontier", UpdateOne(waiting, {"$set": state})),
    ]


_JOBS: dict[str, Callable[[Document, dt.datetime], list[Job]]] = {
    "repair": _repair,
    "repair-video": _repair_video,
    "link-video": _link_video,
    "repair-quarantine": _repair_quarantine,
    "upsert": _upsert,
    "upsert-video": _upsert_video,
    "release": _release,
    "quarantine": _quarantine,
}


async def _version_jobs(store: Store, batch: Sequence[Document]) -> list[Job]:
    """The two sides of a version come from two records; what differs follows from both."""
    ids = {"$in": [change["id"] for change in batch]}
    versions = {each["_id"]: each for each in await store.find("versions", {"_id": ids})}
    for change in batch:
        if (version := versions.get(change["id"])) is not None:
            version[change["side"]] = change["fields"]
    return [
        PlainJob("versions", ReplaceOne({"_id": version["_id"]}, _again(version)))
        for version in versions.values()
    ]


def _again(version: Document) -> Document:
    return version_document(
        version["articleId"],
        version["version"],
        version["older"],
        version["newer"],
        recorded_at=version["recordedAt"],
        run_id=version["runId"],
    )


def _update(change: Document) -> dict[str, Any]:
    update: dict[str, Any] = {}
    if change["set"]:
        update["$set"] = change["set"]
    if change["unset"]:
        update["$unset"] = dict.fromkeys(change["unset"], "")
    return update
