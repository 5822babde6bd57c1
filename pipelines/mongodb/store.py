"""Everything that is written to MongoDB while a crawl runs goes through here."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import pymongo
from pymongo import AsyncMongoClient, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import ConfigurationError, InvalidName, InvalidURI, PyMongoError

from pipelines.fingerprint import fingerprint
from pipelines.mongodb.announcements import announce, count_by_state, known, pending, set_state
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
from pipelines.mongodb.writer import CommentsJob, Job, PlainJob, Queued, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pymongo.asynchronous.collection import AsyncCollection

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

__all__ = ["Store", "prepare", "prepare_database"]

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
        try:
            await self._patience.call(lambda: client.admin.command("ping"), wait_seconds=wait)
            applied = await asyncio.to_thread(prepare_database, self.uri, self.database_name)
        except BaseException:
            await self.close()
            raise
        self._writer = Writer(database, self._patience)
        self._batches = Batches(self._write)
        return applied

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

    @property
    def is_reachable(self) -> bool:
        """Open, and MongoDB has not stayed away for longer than one waits."""
        return self._batches is not None and not self._batches.has_failed

    async def flush(self) -> None:
        """Return once everything queued so far is on the server's disk."""
        await self._open_batches().flush()

    async def upsert_article(
        self, item: NewsArticle, prepared: tuple[Document, Fingerprint] | None = None
    ) -> Verdict:
        """Store *item*, which must be clean, and set the state of its announcement.

        :param prepared: its document and its fingerprint, if they have been made already.
        :raises DocumentRejectedError: it breaks the collection's validator.
        """
        provenance = _provenance(item.provenance, item.url)
        document, known_fingerprint = prepared or prepare(item)
        job = ArticleJob(
            document,
            known_fingerprint,
            seen=parse_date(provenance.capturedAt),
            run_id=provenance.runId,
        )
        await self._put(job)
        assert job.verdict is not None
        return job.verdict

    async def upsert_video(self, item: VideoTeaser) -> str:
        """Returns ``new``, ``updated`` or ``unchanged``."""
        provenance = _provenance(item.provenance, item.url)
        seen = parse_date(provenance.capturedAt)
        job = VideoJob(to_document(item), seen=seen, run_id=provenance.runId)
        await self._put(job)
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
        await self._put(job)
        return job.outcome

    async def quarantine(self, item: QuarantinedPage) -> None:
        """Keep the reason why a page is no article, and set the state of its announcement."""
        now = self._clock()
        document = to_document(item) | {"quarantinedAt": now, "runId": self.run_id}
        replace = ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        fields = {
            "state": "quarantined",
            "reason": item.reason,
            "stateRunId": self.run_id,
            "stateAt": now,
        }
        # Queued together: whoever sets another state after this call must come after both.
        state = UpdateOne({"_id": item.url}, {"$set": fields})
        page_stored = await self._queue(PlainJob("quarantine", replace))
        state_set = await self._queue(PlainJob("announcements", state))
        await asyncio.gather(page_stored, state_set)

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

    async def add_capture(self, document: Mapping[str, Any]) -> None:
        """Queue one fetch, ``_id`` being its record's id; waits only while the queue is full."""
        operation = InsertOne(_without_none(document))
        await self._open_batches().put(Queued(PlainJob("captures", operation), None))

    async def save_run(self, document: Mapping[str, Any]) -> None:
        """Store the whole document of a run, with its ``_id``, in place of what was there."""
        replace = ReplaceOne({"_id": document["_id"]}, _without_none(document), upsert=True)
        await self._put(PlainJob("runs", replace))

    async def sheets(self, site: str, limit: int) -> list[Document]:
        """The last *limit* runs of a site that kept a sheet of its pages, the last one first."""
        condition = {"_id": {"$ne": self.run_id}, "site": site, "sheet": {"$exists": True}}
        wanted = ["startedAt", "sheet", "breakages.key", "acceptedAt"]

        async def find() -> list[Document]:
            found = self._collection("runs").find(condition, wanted).sort("startedAt", -1)
            return [document async for document in found.limit(limit)]

        return await self._patience.call(find)

    async def known_urls(self, urls: Collection[str], *, run_id: str | None = None) -> set[str]:
        """Those of *urls* that need not be fetched again, because some run settled them; with
        *run_id*, because that run did.
        """
        return set(await self._announced(known(urls, run_id)))

    async def has_walked(self, spider: str, section: str) -> bool:
        """Whether an earlier run of *spider* went through *section* to its very end. Only then does
        a page of which everything is stored mean that everything behind it is stored as well.
        """
        condition = {
            "_id": {"$ne": self.run_id},
            "spider": spider,
            "closeReason": "finished",
            "counts.listings_failed": 0,
            "stats.khobao/listings_fallback": {"$exists": False},
            **{f"arguments.{name}": {"$exists": False} for name in ("limit", "since", "until")},
            "$or": [{"arguments.sections": {"$exists": False}}, {"arguments.sections": section}],
        }
        runs = self._collection("runs")
        found = await self._patience.call(lambda: runs.find_one(condition, {"_id": 1}))
        return found is not None

    async def pending_urls(self, run_id: str) -> list[str]:
        """What that run announced and did not get."""
        return await self._announced(pending(run_id))

    async def run_state_counts(self, run_id: str) -> dict[str, int]:
        """How many of the addresses that a run met are in which state, as far as the run is
        concerned: what an earlier run made of them is pending in this one.
        """
        await self.flush()

        async def count() -> dict[str, int]:
            cursor = await self._collection("announcements").aggregate(count_by_state(run_id))
            return {group["_id"]: group["count"] async for group in cursor}

        return await self._patience.call(count)

    async def _announced(self, condition: Document) -> list[str]:
        async def find() -> list[str]:
            found = self._collection("announcements").find(condition, {"_id": 1}).sort("_id", 1)
            return [document["_id"] async for document in found]

        return await self._patience.call(find)

    def _collection(self, name: str) -> AsyncCollection[Document]:
        if self._client is None:
            raise self._not_open()
        return self._client[self.database_name][name]

    async def _put(self, job: Job) -> None:
        await (await self._queue(job))

    async def _queue(self, job: Job) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._open_batches().put(Queued(job, done))
        return done

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
            raise self._not_open()
        return self._batches

    def _not_open(self) -> DatabaseError:
        return DatabaseError(f"not connected to MongoDB at {self._patience.where}")


def prepare(item: NewsArticle) -> tuple[Document, Fingerprint]:
    """An article's document and its fingerprint: the work of storing that needs no MongoDB."""
    document = to_document(item)
    document.setdefault("canonicalUrl", item.url)
    return document, fingerprint(document)


def prepare_database(uri: str, name: str) -> list[str]:
    """Bring the database up to date. Returns the names of the applied migrations.

    :raises DatabaseTooNewError: a newer khobao wrote it.
    """
    with pymongo.MongoClient[Document](uri, **_options()) as client:
        return migrate(client[name])


def _without_none(document: Mapping[str, Any]) -> Document:
    return {name: value for name, value in document.items() if value is not None}


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
