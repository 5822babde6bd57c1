"""What spiders and the run's record ask of MongoDB about this run and those before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pipelines.mongodb.frontier import count_by_state, known, pending

if TYPE_CHECKING:
    from pipelines.mongodb.schema import Document
    from pipelines.mongodb.store import Store


class MongoDBHistory:
    """A :class:`crawler.history.CrawlHistory`. Once MongoDB has stayed away for longer than one
    waits, nothing is kept and there are no coverages, so that the run can still be closed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def known_urls(self, urls: Collection[str], *, run_id: str | None = None) -> set[str]:
        run_ids = (run_id, self._store.run_id) if run_id else ()
        return set(await self._addresses(known(urls, run_ids)))

    async def captured_urls(self, urls: Collection[str]) -> set[str]:
        whole = {"$in": [HTTPStatus.OK, HTTPStatus.NOT_MODIFIED]}
        condition = {"url": {"$in": list(urls)}, "status": whole, "truncated": {"$exists": False}}
        groups: list[Document] = [{"$match": condition}, {"$group": {"_id": "$url"}}]
        return {group["_id"] for group in await self._store.aggregate("captures", groups)}

    async def has_walked(self, spider: str, section: str) -> bool:
        condition = {
            "_id": {"$ne": self._store.run_id},
            "spider": spider,
            "closeReason": "finished",
            "counts.listings_failed": 0,
            "stats.khobao/listings_fallback": {"$exists": False},
            **{f"arguments.{name}": {"$exists": False} for name in ("limit", "since", "until")},
            "$or": [{"arguments.sections": {"$exists": False}}, {"arguments.sections": section}],
        }
        return bool(await self._store.find("runs", condition, ["_id"], limit=1))

    async def pending_urls(self, run_id: str) -> list[str]:
        return await self._addresses(pending(run_id))

    async def field_coverages(self, site: str, limit: int) -> list[Document]:
        if not self._store.is_reachable:
            return []
        counted = {
            "_id": {"$ne": self._store.run_id},
            "site": site,
            "fieldCoverage.groups.0": {"$exists": True},
        }
        well = counted | {"breakages.0": {"$exists": False}, "acceptedAt": {"$exists": False}}
        accepted = counted | {"acceptedAt": {"$exists": True}}
        wanted = ["startedAt", "fieldCoverage", "breakages.key", "acceptedAt"]
        last = [("startedAt", -1)]
        found = await self._store.find("runs", well, wanted, sort=last, limit=limit)
        found += await self._store.find("runs", accepted, wanted)
        return sorted(found, key=itemgetter("startedAt"), reverse=True)

    async def run_counts(self) -> dict[str, int]:
        """What an earlier run made of an address is pending in this one."""
        if not self._store.is_reachable:
            return {}
        await self._store.flush()
        run_id = self._store.run_id
        groups = await self._store.aggregate("frontier", count_by_state(run_id))
        # A video is written with its teaser, its page and its players, and is still one.
        videos = await self._store.find("videos", {"provenance.runId": run_id}, ["_id"])
        return {group["_id"]: group["count"] for group in groups} | {"videos_stored": len(videos)}

    async def save_run(self, document: Mapping[str, Any]) -> None:
        if self._store.is_reachable:
            await self._store.save_run(document)

    async def _addresses(self, condition: Document) -> list[str]:
        found = await self._store.find("frontier", condition, ["_id"], sort=[("_id", 1)])
        return [document["_id"] for document in found]
