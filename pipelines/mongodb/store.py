"""Everything that is written to MongoDB while a crawl runs goes through here."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import pymongo
from pymongo import AsyncMongoClient, InsertOne, ReplaceOne, UpdateMany
from pymongo.errors import ConfigurationError, InvalidName, InvalidURI, PyMongoError

from pipelines.fingerprint import fingerprint
from pipelines.mongodb.announcements import SETTLED_STATES, announce, set_state
from pipelines.mongodb.articles import ArticleJob
from pipelines.mongodb.batches import Batches
from pipelines.mongodb.errors import DatabaseError
from pipelines.mongodb.migrations import migrate
from pipelines.mongodb.patience import Patience, without_password
from pipelines.mongodb.schema import (
    Document,
    comment_documents,
    parse_date,
    to_document,
)
from pipelines.mongodb.videos import VideoJob
from pipelines.mongodb.writer import CommentsJob, PlainJob, Queued, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from crawler.items import (
        Announcement,
        CommentThread,
        NewsArticle,
        Provenance,
        QuarantinedPage,
        VideoTeaser,
    )
    from pipelines.fingerprint import Fingerprint
    from pipelines.mongodb.articles import Verdict

__all__ = ["SETTLED_STATES", "Store", "save_run"]

T = TypeVar("T")

SELECTION_TIMEOUT_MS = 2_000
SOCKET_TIMEOUT_MS = 30_000
# A wrong address should be told at once, not after the patience that a running crawl deserves.
OPEN_WAIT_SECONDS = 10.0


class Store:
    """The write side of the database, for one run.

    Calls may be made concurrently, and should be: what arrives within a moment is written in one
    batch. A call returns when its batch is on the server's disk (in its journal). While MongoDB is
    away, calls wait; after *wait_seconds* they all raise :exc:`DatabaseUnreachableError`.

    :param run_id: of the run that announcements, states and quarantined pages are booked to;
        articles and videos are booked to the run in their provenance.
    """

    def __init__(
        self,
        uri: str,
        database: str = "khobao",
        *,
        run_id: str = "",
        wait_seconds: float = 120.0,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.uri, self.database_name, self.run_id = uri, database, run_id
        self._patience = Patience(uri, wait_seconds)
        self._clock = clock
        self._client: AsyncMongoClient[Document] | None = None
        self._writer: Writer | None = None
        self._batches: Batches[Queued] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """``reprints``, ``orphaned_comments``, ``retries``, ``batches``, so far."""
        counts = dict(self._writer.counts) if self._writer else {}
        batches = self._batches.written if self._batches else 0
        return counts | {"retries": self._patience.retries, "batches": batches}

    async def open(self) -> list[str]:
        """Connect and bring the database up to date. Returns the names of applied migrations.

        :raises DatabaseUnreachableError: nobody answers.
        :raises DatabaseTooNewError: a newer khobao wrote this database.
        """
        try:
            self._client = AsyncMongoClient(self.uri, **_options())
            database = self._client[self.database_name]
        except (InvalidURI, ConfigurationError, InvalidName, ValueError) as exc:
            where = without_password(self.uri)
            raise DatabaseError(
                f"{where!r} with database {self.database_name!r} is no MongoDB address: {exc}"
            ) from exc
        client = self._client
        wait = min(self._patience.wait_seconds, OPEN_WAIT_SECONDS)
        await self._patience.call(lambda: client.admin.command("ping"), wait_seconds=wait)
        applied = await asyncio.to_thread(self._migrate)
        self._writer = Writer(database, self._patience)
        self._batches = Batches(self._write)
        return applied

    def _migrate(self) -> list[str]:
        with pymongo.MongoClient[Document](self.uri, **_options()) as client:
            return migrate(client[self.database_name])

    async def close(self) -> None:
        """Write what is queued and disconnect. Safe to call twice."""
        batches, self._batches = self._batches, None
        try:
            if batches is not None:
                await batches.flush()
        finally:
            if batches is not None:
                await batches.close()
            if self._client is not None:
                await self._client.close()
                self._client = None

    async def flush(self) -> None:
        """Return once everything queued so far is on the server's disk."""
        await self._open_batches().flush()

    async def upsert_article(
        self, item: NewsArticle, known_fingerprint: Fingerprint | None = None
    ) -> Verdict:
        """Store *item*, which must be clean, and set the state of its announcement.

        :raises DocumentRejectedError: it breaks the collection's validator.
        """
        provenance = _provenance(item.provenance, item.url)
        document = to_document(item)
        document.setdefault("canonicalUrl", item.url)
        job = ArticleJob(
            document,
            known_fingerprint or fingerprint(document),
            seen=parse_date(provenance.capturedAt),
            run_id=provenance.runId,
        )
        await self._put(job, wait=True)
        assert job.verdict is not None
        return job.verdict

    async def upsert_video(self, item: VideoTeaser) -> str:
        """Returns ``new``, ``updated`` or ``unchanged``."""
        provenance = _provenance(item.provenance, item.url)
        seen = parse_date(provenance.capturedAt)
        job = VideoJob(to_document(item), seen=seen, run_id=provenance.runId)
        await self._put(job, wait=True)
        assert job.verdict is not None
        return job.verdict

    async def upsert_comments(self, thread: CommentThread) -> str:
        """Returns ``stored``, ``unchanged``, or ``orphaned`` if there is no such article."""
        provenance = _provenance(thread.provenance, thread.url)
        comments = comment_documents(thread)
        digest = hashlib.sha256(repr(comments).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        fields = {
            "comments": comments,
            "commentsHash": digest,
            "commentsProvenance": attrs.asdict(provenance),
        }
        job = CommentsJob(thread.articleId, fields)
        await self._put(job, wait=True)
        return job.outcome

    async def quarantine(self, item: QuarantinedPage) -> None:
        now = self._clock()
        document = to_document(item) | {"quarantinedAt": now, "runId": self.run_id}
        replace = ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        await self._put(PlainJob("quarantine", replace))
        await self.set_state(item.url, "quarantined", item.reason)

    async def announce(self, item: Announcement) -> None:
        """Remember that a listing names an address. What became of it earlier stays as it is."""
        operation = announce(item, to_document(item), run_id=self.run_id, now=self._clock())
        await self._put(PlainJob("announcements", operation))

    async def set_state(self, url: str, state: str, reason: str | None = None) -> None:
        """Say what became of an announced address; also of one that nobody announced."""
        operation = set_state(url, state, reason, run_id=self.run_id, now=self._clock())
        await self._put(PlainJob("announcements", operation))
        if state == "gone":
            article = UpdateMany({"urls": url, "canonicalUrl": url}, {"$set": {"state": "gone"}})
            await self._put(PlainJob("articles", article))

    async def add_capture(self, document: Document) -> None:
        """Queue a document of :func:`pipelines.mongodb.schema.capture_document`; waits only while
        the queue is full.
        """
        await self._put(PlainJob("captures", InsertOne(document)), wait=False)

    async def save_run(self, document: Mapping[str, Any]) -> None:
        """Store the whole document of a run, with its ``_id``, in place of what was there."""
        replace = ReplaceOne({"_id": document["_id"]}, dict(document), upsert=True)
        await self._put(PlainJob("runs", replace))

    async def known_urls(self, urls: Collection[str]) -> set[str]:
        """Those of *urls* that some run has settled, so that they need not be fetched again."""
        if self._client is None:
            raise RuntimeError("the store is not open")
        announcements = self._client[self.database_name]["announcements"]
        condition = {"_id": {"$in": list(urls)}, "state": {"$in": list(SETTLED_STATES)}}

        async def find() -> set[str]:
            return {entry["_id"] async for entry in announcements.find(condition, {"_id": 1})}

        return await self._patience.call(find)

    async def _put(
        self, job: ArticleJob | VideoJob | CommentsJob | PlainJob, *, wait: bool = True
    ) -> None:
        done = asyncio.get_running_loop().create_future() if wait else None
        await self._open_batches().put(Queued(job, done))
        if done is not None:
            await done

    async def _write(self, batch: list[Queued]) -> None:
        assert self._writer is not None
        try:
            await self._writer.write(batch)
        except Exception as exc:
            error = exc
            if isinstance(exc, PyMongoError):
                error = DatabaseError(f"MongoDB at {self._patience.where} refuses to work: {exc}")
            # What waits for a batch that will never be written must not wait for ever.
            queued = self._batches.take_queued() if self._batches else []
            for waiting in (*batch, *queued):
                waiting.settle(error)
            raise error from exc

    def _open_batches(self) -> Batches[Queued]:
        if self._batches is None:
            raise RuntimeError("the store is not open")
        return self._batches


def save_run(uri: str, database: str, document: Mapping[str, Any]) -> None:
    """:meth:`Store.save_run` without a store, for when the crawl and its event loop have ended."""
    with pymongo.MongoClient[Document](uri, **_options()) as client:
        client[database]["runs"].replace_one({"_id": document["_id"]}, document, upsert=True)


def _provenance(provenance: Provenance | None, url: str) -> Provenance:
    if provenance is None:
        raise ValueError(f"{url}: an item without provenance is not stored")
    return provenance


def _options() -> dict[str, Any]:
    return {
        "tz_aware": True,
        "w": 1,
        "journal": True,  # acknowledged means: on the disk of the server
        "retryWrites": False,  # we repeat whole batches ourselves, for longer
        "retryReads": False,
        "serverSelectionTimeoutMS": SELECTION_TIMEOUT_MS,
        "connectTimeoutMS": SELECTION_TIMEOUT_MS,
        "socketTimeoutMS": SOCKET_TIMEOUT_MS,
        "appname": "khobao",
    }
