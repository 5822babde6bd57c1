"""One document per video, whatever its page, its teasers and its players say about it.

A teaser knows a video only by the address of its page. Its document has a key made from that
address until the page is read and tells the video's id; then it gets that key, and every address
it is known by, so that a later teaser finds it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from crawler.identity import SOURCE_RANK, find_videos, has_page, is_known_by_address

if TYPE_CHECKING:
    from pipelines.mongodb.schema import Document

Operation = ReplaceOne["Document"] | UpdateOne | DeleteOne


@dataclasses.dataclass(slots=True)
class VideoJob:
    document: Document
    seen: dt.datetime
    run_id: str
    write_result: Literal["new", "updated", "unchanged"] | None = None

    @property
    def has_page(self) -> bool:
        return has_page(self.document)


def stored_alike(jobs: Iterable[VideoJob]) -> Document:
    """Condition of the stored videos that those of *jobs* may be."""
    jobs = list(jobs)
    return {
        "$or": [
            {"_id": {"$in": [job.document["_id"] for job in jobs]}},
            {"urls": {"$in": [job.document["url"] for job in jobs if job.has_page]}},
        ]
    }


class VideoPlan:
    """The decisions on one batch.

    :param known: stored videos that have the id of a job, or an address of a job with a page.
    """

    def __init__(self, known: Iterable[Document]) -> None:
        self._known: dict[str, Document] = {}
        self._ids_by_url: dict[str, set[str]] = {}
        self.videos: list[tuple[Operation, VideoJob]] = []
        for document in known:
            self._remember(document)

    def add(self, job: VideoJob) -> None:
        stored = find_videos(job.document, self._known, self._ids_by_url)
        if not stored:
            self._write(job, self._fresh(job))
            job.write_result = "new"
            return
        merged = dict(stored[0])
        for other in stored[1:]:
            merged = _merge(merged, other)
        merged = _merge(merged, self._fresh(job))
        if is_known_by_address(merged):
            merged["_id"] = job.document["_id"]
        for document in stored:
            if document["_id"] != merged["_id"]:
                self.videos.append((DeleteOne({"_id": document["_id"]}), job))
                del self._known[document["_id"]]
        if _what_it_says(merged) == _what_it_says(stored[0]):
            latest = {"$max": {"lastSeen": job.seen}}
            self.videos.append((UpdateOne({"_id": merged["_id"]}, latest), job))
            job.write_result = "unchanged"
        else:
            self._write(job, merged)
            job.write_result = "updated"

    def _fresh(self, job: VideoJob) -> Document:
        document = {
            **job.document,
            "firstSeen": job.seen,
            "lastSeen": job.seen,
            "firstRunId": job.run_id,
        }
        return document | {"urls": [job.document["url"]]} if job.has_page else document

    def _write(self, job: VideoJob, document: Document) -> None:
        self._remember(document)
        self.videos.append((ReplaceOne({"_id": document["_id"]}, document, upsert=True), job))

    def _remember(self, document: Document) -> None:
        self._known[document["_id"]] = document
        for url in document.get("urls", ()):
            self._ids_by_url.setdefault(url, set()).add(document["_id"])


def _what_it_says(document: Document) -> Document:
    """Seeing the same again is no news: neither the time nor the record it was seen in."""
    return {k: v for k, v in document.items() if k not in {"lastSeen", "provenance"}}


def _merge(stored: Document, arrived: Document) -> Document:
    """What the better source says, whole: what its record does not say is not in the document,
    or the record its provenance names would not give the same document again. Of two teasers the
    second fills what the first left out.
    """
    rank, stored_rank = SOURCE_RANK[arrived["source"]], SOURCE_RANK[stored["source"]]
    if rank == stored_rank == 0:
        merged = arrived | stored
    else:
        merged = dict(arrived if rank >= stored_rank else stored)
    merged["_id"] = stored["_id"]
    for name in ("foundOn", "firstRunId"):  # where and when it was first met
        if name in stored:
            merged[name] = stored[name]
    # Who leads to a video is gathered from all pages, in an order that tells nothing of theirs.
    partly = {*stored.get("isPartOf", ()), *arrived.get("isPartOf", ())}
    if partly:
        merged["isPartOf"] = sorted(partly)
    urls = [*stored.get("urls", ()), *arrived.get("urls", ())]
    if urls:
        merged["urls"] = list(dict.fromkeys(urls))
    merged["firstSeen"] = min(stored["firstSeen"], arrived["firstSeen"])
    merged["lastSeen"] = max(stored["lastSeen"], arrived["lastSeen"])
    return merged
