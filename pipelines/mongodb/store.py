"""Everything that is written to MongoDB while a crawl runs goes through here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidName, InvalidURI, PyMongoError

from pipelines.fingerprint import Fingerprint, fingerprint
from pipelines.mongodb.articles import ArticleJob, WriteResult, gone_job
from pipelines.mongodb.batches import Batches
from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.captures import capture_job
from pipelines.mongodb.comments import comments_job
from pipelines.mongodb.connection import client_options, prepare_database
from pipelines.mongodb.errors import DatabaseError, DocumentRejectedError, without_password
from pipelines.mongodb.frontier import announce, set_state
from pipelines.mongodb.ledger_entries import Entry, entry, of_record
from pipelines.mongodb.quarantine import quarantine_jobs
from pipelines.mongodb.retry_policy import RetryPolicy
from pipelines.mongodb.runs import run_job
from pipelines.mongodb.schema import Document, to_document, without_none
from pipelines.mongodb.videos import VideoJob
from pipelines.mongodb.writer import Job, Queued, Writer
from pipelines.text.dates import parse_date

if TYPE_CHECKING:
    from pymongo.asynchronous.collection import AsyncCollection

    from crawler.frontier import FrontierUrl, QuarantinedPage
    from crawler.items import CommentThread, NewsArticle, Provenance, VideoTeaser

T = TypeVar("T")

# A wrong address is reported at once: only a running crawl deserves all the retries.
OPEN_WAIT_SECONDS = 10.0


class Store:
    """The write side of the database, for one run.

    Calls may be made concurrently, and should be: what arrives within a moment is written in one
    batch. A call returns when its batch is on the server's disk (in its journal). While MongoDB is
    away, calls wait; after *wait_seconds* they all raise :exc:`DatabaseUnreachableError`.

    :param run_id: of the run that addresses, their states and quarantined pages are booked to;
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
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.uri, self.database_name, self.run_id = uri, database, run_id
        self._retry_policy = RetryPolicy(uri, wait_seconds, is_interrupted)
        self._clock = clock
        self._client: AsyncMongoClient[Document] | None = None
        self._writer: Writer | None = None
        self._batches: Batches[Queued] | None = None
        self.on_written: Callable[[list[Entry], dt.datetime], Awaitable[None]] | None = None
        """Told of every batch that is in MongoDB, in their order: what it held, and its time."""

    @property
    def counts(self) -> dict[str, int]:
        """``reprints``, ``orphaned_comments``, ``retries``, ``batches``, so far."""
        counts = dict(self._writer.counts) if self._writer else {}
        batches = self._batches.written if self._batches else 0
        return counts | {"retries": self._retry_policy.retries, "batches": batches}

    async def open(self) -> list[str]:
        """Connect and bring the database up to date. Returns the names of applied migrations.

        :raises DatabaseUnreachableError: nobody answers.
        :raises DatabaseTooNewError: a newer khobao wrote this database.
        """
        try:
            self._client = AsyncMongoClient(self.uri, **client_options())
            database = self._client[self.database_name]
        except (InvalidURI, ConfigurationError, InvalidName, ValueError) as exc:
            where = without_password(self.uri)
            raise DatabaseError(
                f"{where!r} with database {self.database_name!r} is no MongoDB address: {exc}"
            ) from exc
        client = self._client
        wait = min(self._retry_policy.wait_seconds, OPEN_WAIT_SECONDS)
        try:
            await self._retry_policy.call(lambda: client.admin.command("ping"), wait_seconds=wait)
            applied = await asyncio.to_thread(prepare_database, self.uri, self.database_name)
        except BaseException:
            await self.close()
            raise
        self._writer = Writer(database, self._retry_policy)
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

    async def upsert_article(self, item: NewsArticle) -> WriteResult:
        """Store *item*, which must be clean, and set the state of its announcement.

        :raises DocumentRejectedError: it breaks the collection's validator.
        """
        provenance = _provenance(item.provenance, item.url)
        document, its_fingerprint = prepare(item)
        job = ArticleJob(
            document,
            its_fingerprint,
            seen=parse_date(provenance.capturedAt),
            run_id=provenance.runId,
        )
        await self._put(job, of_record("article", provenance, url=job.canonical_url))
        assert job.write_result is not None
        return job.write_result

    async def upsert_video(self, item: VideoTeaser) -> str:
        """Returns ``new``, ``updated`` or ``unchanged``."""
        provenance = _provenance(item.provenance, item.url)
        seen = parse_date(provenance.capturedAt)
        job = VideoJob(to_document(item), seen=seen, run_id=provenance.runId)
        kind = "teaser" if provenance.pageClass.endswith(".read_teasers") else "video"
        reported = {"url": item.url, "id": job.document["_id"], "source": item.source}
        await self._put(job, of_record(kind, provenance, **reported))
        assert job.write_result is not None
        return job.write_result

    async def upsert_comments(self, thread: CommentThread) -> str:
        """Returns ``stored``, ``unchanged``, or ``orphaned`` if there is no such article."""
        provenance = _provenance(thread.provenance, thread.url)
        job = comments_job(thread, provenance)
        names = {"articleId": thread.articleId, "url": thread.url}
        await self._put(job, of_record("comments", provenance, **names))
        return job.outcome

    async def quarantine(self, item: QuarantinedPage) -> None:
        """Keep the reason why a page is no article, and set the state of its announcement."""
        now = self._clock()
        reported = {"url": item.url, "reason": item.reason, "at": now.isoformat()}
        of_page = of_state = None
        if (provenance := item.provenance) is not None:
            of_page = of_record("quarantine", provenance, error=item.error, **reported)
            of_state = of_record("quarantined", provenance, **reported)
        page, state = quarantine_jobs(item, run_id=self.run_id, now=now)
        # Queued together: whoever sets another state after this call must come after both.
        page_stored = await self._queue(page, of_page)
        state_set = await self._queue(state, of_state)
        await asyncio.gather(page_stored, state_set)

    async def announce(self, item: FrontierUrl) -> None:
        """Remember that a listing names an address. What became of it earlier stays as it is."""
        now = self._clock()
        operation = announce(item, to_document(item), run_id=self.run_id, now=now)
        reported = {name: value for name, value in attrs.asdict(item).items() if value is not None}
        written = entry("announcement", item=reported, at=now.isoformat())
        await self._put(PlainJob("frontier", operation), written)

    async def set_state(self, url: str, state: str, reason: str | None = None) -> None:
        """Say what became of an announced address; also of one that nobody announced."""
        now = self._clock()
        operation = set_state(url, state, reason, run_id=self.run_id, now=now)
        written = entry("outcome", url=url, state=state, reason=reason, at=now.isoformat())
        await self._put(PlainJob("frontier", operation), written)
        if state == "gone":
            await self._put(gone_job(url), entry("gone", url=url))

    async def add_capture(self, document: Mapping[str, Any]) -> None:
        """Queue one fetch, ``_id`` being its record's id; waits only while the queue is full."""
        written = entry("capture", document=without_none(document))
        await self._open_batches().put(Queued(capture_job(document), None, written))

    async def save_run(self, document: Mapping[str, Any]) -> None:
        """Store the whole document of a run, with its ``_id``, in place of what was there."""
        await self._put(run_job(document), entry("run", document=without_none(document)))

    async def write_batch(
        self, jobs: Sequence[Job], now: dt.datetime
    ) -> list[tuple[Job, DocumentRejectedError]]:
        """Write *jobs* as one batch whose time is *now*, behind all that is queued; nobody is told
        of it.

        :returns: those that MongoDB refused; each is logged.
        :raises DatabaseError: they are not written.
        """
        await self.flush()
        batch = [Queued(job, None) for job in jobs]
        await self._write_now(batch, now)
        return [
            (each.job, each.error)
            for each in batch
            if isinstance(each.error, DocumentRejectedError)
        ]

    async def find(
        self,
        collection: str,
        condition: Mapping[str, Any],
        fields: Sequence[str] | None = None,
        *,
        sort: Sequence[tuple[str, int]] | None = None,
        limit: int = 0,
    ) -> list[Document]:
        """:raises DatabaseUnreachableError: MongoDB stayed away."""
        found = self._collection(collection)
        return await self._retry_policy.call(
            lambda: found.find(condition, fields, sort=sort, limit=limit).to_list()
        )

    async def mark(self, collection: str) -> None:
        """Put one document into a collection, so that there is one."""
        found = self._collection(collection)
        document = {"_id": collection, "at": self._clock()}
        await self._retry_policy.call(
            lambda: found.replace_one({"_id": collection}, document, upsert=True)
        )

    async def clear(self, collection: str) -> None:
        """Delete all documents of a collection; its rules and indexes stay."""
        found = self._collection(collection)
        await self._retry_policy.call(lambda: found.delete_many({}))

    async def drop(self, collection: str) -> None:
        found = self._collection(collection)
        await self._retry_policy.call(found.drop)

    async def aggregate(
        self, collection: str, stages: Sequence[Mapping[str, Any]]
    ) -> list[Document]:
        """:raises DatabaseUnreachableError: MongoDB stayed away."""
        found = self._collection(collection)

        async def run() -> list[Document]:
            return await (await found.aggregate(stages)).to_list()

        return await self._retry_policy.call(run)

    def _collection(self, name: str) -> AsyncCollection[Document]:
        if self._client is None:
            raise self._not_open()
        return self._client[self.database_name][name]

    async def _put(self, job: Job, written: Entry) -> None:
        await (await self._queue(job, written))

    async def _queue(self, job: Job, written: Entry | None) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._open_batches().put(Queued(job, done, written))
        return done

    async def _write(self, batch: list[Queued]) -> None:
        now = self._clock()
        await self._write_now(batch, now)
        if self.on_written is not None:
            stored = [each.entry for each in batch if each.entry and each.error is None]
            await self.on_written(stored, now)

    async def _write_now(self, batch: list[Queued], now: dt.datetime) -> None:
        assert self._writer is not None
        try:
            await self._writer.write(batch, now)
        except Exception as exc:
            error = exc
            if isinstance(exc, PyMongoError):
                error = DatabaseError(
                    f"MongoDB at {self._retry_policy.where} refuses to work: {exc}"
                )
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
        return DatabaseError(f"not connected to MongoDB at {self._retry_policy.where}")


def prepare(item: NewsArticle) -> tuple[Document, Fingerprint]:
    """An article's document and its fingerprint: the work of storing that needs no MongoDB."""
    document = to_document(item)
    document.setdefault("canonicalUrl", item.url)
    return document, fingerprint(document)


def _provenance(provenance: Provenance | None, url: str) -> Provenance:
    if provenance is None:
        raise ValueError(f"{url}: an item without provenance is not stored")
    return provenance
