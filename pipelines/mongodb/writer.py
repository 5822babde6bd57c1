"""Writes one batch of jobs of all kinds: look, decide, write, in an order that a crash may cut."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.mongodb import articles, videos
from pipelines.mongodb.articles import BOOKKEEPING, ArticleJob, ArticlePlan
from pipelines.mongodb.bulk import Operation, PlainJob, write_bulk
from pipelines.mongodb.comments import CommentsJob, CommentsPlan
from pipelines.mongodb.frontier import by_state, set_state, settle
from pipelines.mongodb.videos import VideoJob, VideoPlan

if TYPE_CHECKING:
    import asyncio

    from pymongo.asynchronous.collection import AsyncCollection
    from pymongo.asynchronous.database import AsyncDatabase

    from pipelines.mongodb.errors import DocumentRejectedError
    from pipelines.mongodb.ledger_entries import Entry
    from pipelines.mongodb.retry_policy import RetryPolicy
    from pipelines.mongodb.schema import Document

logger = logging.getLogger(__name__)
J = TypeVar("J")

# Of a text that many articles share it is enough to know that others have it.
CLUSTER_LIMIT = 5_000


Rejected = dict[int, "DocumentRejectedError"]  # by id() of the job
Job = ArticleJob | VideoJob | CommentsJob | PlainJob


@dataclasses.dataclass(slots=True, eq=False)
class Queued:
    """A job and whoever waits for it; None when nobody does."""

    job: Job
    done: asyncio.Future[None] | None
    entry: Entry | None = None
    """What the ledger says of it."""

    error: BaseException | None = None
    """Why it is not stored."""

    def settle(self, error: BaseException | None = None) -> None:
        self.error = error
        if self.done is None or self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Writer:
    """Settles every job of a batch, or raises and settles none of those it had not got to."""

    def __init__(self, database: AsyncDatabase[Document], retry_policy: RetryPolicy) -> None:
        self._database = database
        self._retry_policy = retry_policy
        self.counts: Counter[str] = Counter()

    async def write(self, batch: Sequence[Queued], now: dt.datetime) -> None:
        """:param now: when the states are set that articles get."""
        jobs = [queued.job for queued in batch]
        of_articles = [job for job in jobs if isinstance(job, ArticleJob)]
        plain = [job for job in jobs if isinstance(job, PlainJob)]
        rejected: Rejected = {}
        await self._write_plain([job for job in plain if job.collection == "captures"], rejected)
        await self._write_articles(of_articles, rejected)
        await self._write_comments([j for j in jobs if isinstance(j, CommentsJob)], rejected)
        await self._write_videos([j for j in jobs if isinstance(j, VideoJob)], rejected)
        # States come last: an address is settled once what stands there is stored, not before.
        await self._write_plain([job for job in plain if job.collection != "captures"], rejected)
        await self._write_states([j for j in of_articles if id(j) not in rejected], rejected, now)
        for queued in batch:
            error = rejected.get(id(queued.job))
            if error is not None:
                self.counts["rejected"] += 1
                if queued.done is None:
                    logger.error("%s", error)
            queued.settle(error)

    async def _write_plain(self, jobs: Sequence[PlainJob], rejected: Rejected) -> None:
        by_collection: dict[str, list[tuple[Operation, Job]]] = {}
        for job in jobs:
            by_collection.setdefault(job.collection, []).append((job.operation, job))
        for name, operations in by_collection.items():
            await self._bulk(name, operations, rejected)

    async def _write_articles(self, jobs: Sequence[ArticleJob], rejected: Rejected) -> None:
        if not jobs:
            return
        collection = self._database["articles"]
        known = await self._find(collection, articles.stored_alike(jobs), BOOKKEEPING)
        clusters: dict[str, set[str]] = {}
        wanted = [c for job in jobs if (c := job.fingerprint.cluster) is not None]
        for found in await self._find(
            collection, {"cluster": {"$in": wanted}}, ["cluster"], limit=CLUSTER_LIMIT
        ):
            clusters.setdefault(found["cluster"], set()).add(found["_id"])
        plan = ArticlePlan({document["_id"]: document for document in known}, clusters)
        whole = {id_ for job in jobs if (id_ := plan.wants_whole(job)) is not None}
        if whole:
            plan.learn(await self._find(collection, {"_id": {"$in": list(whole)}}))
        for job in jobs:
            plan.add(job)
        # A version that is there twice is mended by the next run; one that is lost is lost.
        await self._bulk("versions", plan.versions, rejected)
        await self._bulk("articles", plan.articles, rejected)
        self.counts["reprints"] += sum(job.is_reprint for job in jobs if id(job) not in rejected)

    async def _write_states(
        self, jobs: Sequence[ArticleJob], rejected: Rejected, now: dt.datetime
    ) -> None:
        for (state, run_id), by_url in by_state(jobs).items():
            if await self._set_announced(list(by_url), state, run_id, now) == len(by_url):
                continue
            # Some of them no listing announced.
            operations = [
                (set_state(url, state, None, run_id=run_id, now=now), job)
                for url, job in by_url.items()
            ]
            await self._bulk("frontier", operations, rejected)

    async def _set_announced(
        self, urls: list[str], state: str, run_id: str, now: dt.datetime
    ) -> int:
        """One update for all addresses of one state; how many of them there are."""
        change = settle(state, run_id=run_id, now=now)
        frontier = self._database["frontier"]

        async def update() -> int:
            result = await frontier.update_many({"_id": {"$in": urls}}, change)
            return result.matched_count

        return await self._retry_policy.call(update)

    async def _write_comments(self, jobs: Sequence[CommentsJob], rejected: Rejected) -> None:
        if not jobs:
            return
        condition = {"_id": {"$in": [job.article_id for job in jobs]}}
        found = await self._find(self._database["articles"], condition, ["commentsHash"])
        plan = CommentsPlan(found)
        for job in jobs:
            plan.add(job)
        self.counts["orphaned_comments"] += sum(job.outcome == "orphaned" for job in jobs)
        await self._bulk("articles", plan.articles, rejected)

    async def _write_videos(self, jobs: Sequence[VideoJob], rejected: Rejected) -> None:
        if not jobs:
            return
        plan = VideoPlan(await self._find(self._database["videos"], videos.stored_alike(jobs)))
        for job in jobs:
            plan.add(job)
        await self._bulk("videos", plan.videos, rejected)

    async def _find(
        self,
        collection: AsyncCollection[Document],
        condition: Mapping[str, Any],
        fields: Sequence[str] | None = None,
        *,
        limit: int = 0,
    ) -> list[Document]:
        async def find() -> list[Document]:
            return await collection.find(condition, fields, limit=limit).to_list()

        return await self._retry_policy.call(find)

    async def _bulk(
        self, name: str, operations: Sequence[tuple[Operation, J]], rejected: Rejected
    ) -> None:
        collection = self._database[name]
        for job, error in await write_bulk(collection, operations, self._retry_policy):
            rejected[id(job)] = error
