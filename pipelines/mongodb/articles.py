"""What an article that arrives does to what is stored: decided here, without touching MongoDB."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pymongo import InsertOne, ReplaceOne, UpdateMany, UpdateOne

from crawler.identity import find_article
from crawler.items import NewsArticle
from pipelines.clean import cleaning_of
from pipelines.fingerprint import CONTENT_FIELDS, PLACEMENT_FIELDS, Fingerprint
from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.schema import Document
from pipelines.text.dates import parse_date
from pipelines.text.diff import diff_words

Operation = InsertOne[Document] | ReplaceOne[Document] | UpdateOne
WriteResult = Literal["new", "updated", "unchanged", "duplicate"]

BOOKKEEPING = (
    "canonicalUrl",
    "urls",
    "contentHash",
    "version",
    "state",
    "firstRunId",
    "provenance",
    *PLACEMENT_FIELDS,
)
"""What must be known of a stored article to decide; its text only if it has changed."""

# Kept by the store, not by the item: an update must not lose them.
KEPT = frozenset(
    {
        "_id",
        "urls",
        "canonicalUrl",
        "url",
        "firstSeen",
        "lastSeen",
        "firstRunId",
        "version",
        "state",
        "comments",
        "commentsHash",
        "commentsProvenance",
    }
)
DIFFED = tuple(
    name for name in CONTENT_FIELDS if cleaning_of(NewsArticle).get(name) in ("line", "lines")
)
"""Fields of plain text, of which a version shows the words that differ."""


@dataclasses.dataclass(slots=True)
class ArticleJob:
    """One article on its way in, and what became of it."""

    document: Document
    fingerprint: Fingerprint
    seen: dt.datetime
    run_id: str
    write_result: WriteResult | None = None
    announced_as: WriteResult | None = None
    """What this run did to the article, even if this very job found it done already."""
    is_reprint: bool = False
    sets_state: bool = True
    """Whether its announcement gets :attr:`announced_as` as its state."""

    @property
    def id(self) -> str:
        return str(self.document["_id"])

    @property
    def canonical_url(self) -> str:
        return str(self.document["canonicalUrl"])


def stored_alike(jobs: Iterable[ArticleJob]) -> Document:
    """Condition of the stored articles that those of *jobs* may be."""
    jobs = list(jobs)
    return {
        "$or": [
            {"_id": {"$in": [job.id for job in jobs]}},
            {"urls": {"$in": [job.canonical_url for job in jobs]}},
        ]
    }


class ArticlePlan:
    """The decisions on one batch. Later jobs see what earlier ones of the batch will have done.

    :param known: stored articles by id, with :data:`BOOKKEEPING`; :meth:`learn` the whole ones
        that :meth:`wants_whole` names before the first :meth:`add`.
    :param clusters: of each cluster in the batch, the ids of stored articles that have it.
    """

    def __init__(self, known: Mapping[str, Document], clusters: Mapping[str, set[str]]) -> None:
        self._known = dict(known)
        self._owner_of_url = {
            url: document["_id"] for document in known.values() for url in document["urls"]
        }
        self._clusters = {cluster: set(ids) for cluster, ids in clusters.items()}
        self.articles: list[tuple[Operation, ArticleJob]] = []
        self.versions: list[tuple[Operation, ArticleJob]] = []

    def wants_whole(self, job: ArticleJob) -> str | None:
        """The id of the stored article that *job* will change, so that all of it must be known."""
        stored = self._find(job)
        return None if stored is None or self._says_the_same(job, stored) else str(stored["_id"])

    def learn(self, documents: Iterable[Document]) -> None:
        self._known |= {document["_id"]: document for document in documents}

    def add(self, job: ArticleJob) -> None:
        stored = self._find(job)
        if stored is None:
            self._insert(job)
        elif self._says_the_same(job, stored):
            self._touch(job, stored)
        elif is_older(job, stored):
            # An older capture that is read late. It must not undo what was learnt since.
            job.write_result = job.announced_as = "unchanged"
        else:
            self._update(job, stored)

    def _find(self, job: ArticleJob) -> Document | None:
        content_hash = job.fingerprint.contentHash
        return find_article(job.document, content_hash, self._known, self._owner_of_url)

    def _says_the_same(self, job: ArticleJob, stored: Document) -> bool:
        if stored["contentHash"] != job.fingerprint.contentHash:
            return False
        if job.canonical_url != stored["canonicalUrl"]:
            return True  # another address stands in another section
        return all(job.document.get(name) == stored.get(name) for name in PLACEMENT_FIELDS)

    def _insert(self, job: ArticleJob) -> None:
        cluster = job.fingerprint.cluster
        document = {
            **job.document,
            "urls": [job.canonical_url],
            "state": "published",
            "version": 1,
            "contentHash": job.fingerprint.contentHash,
            "firstSeen": job.seen,
            "lastSeen": job.seen,
            "firstRunId": job.run_id,
        }
        if cluster is not None:
            document["cluster"] = cluster
            others = self._clusters.setdefault(cluster, set())
            job.is_reprint = bool(others - {job.id})
            others.add(job.id)
        self.articles.append((InsertOne(document), job))
        self._remember(document)
        job.write_result = job.announced_as = "new"

    def _touch(self, job: ArticleJob, stored: Document) -> None:
        change: dict[str, Any] = {"$max": {"lastSeen": job.seen}}
        if stored["state"] != "published":
            change["$set"] = {"state": "published"}
        if job.canonical_url not in stored["urls"]:
            change["$addToSet"] = {"urls": job.canonical_url}
        self.articles.append((UpdateOne({"_id": stored["_id"]}, change), job))
        if job.canonical_url != stored["canonicalUrl"]:
            job.write_result = job.announced_as = "duplicate"
        else:
            job.write_result = "unchanged"
            by_this_run = stored["provenance"]["runId"] == job.run_id
            first: WriteResult = "new" if stored["version"] == 1 else "updated"
            job.announced_as = first if by_this_run else "unchanged"
        self._remember({**stored, "urls": _with(stored["urls"], job), "state": "published"})

    def _update(self, job: ArticleJob, stored: Document) -> None:
        older = {name: value for name, value in stored.items() if name not in KEPT}
        newer = fields_of(job.document, job.fingerprint, older, stored["canonicalUrl"])
        version = stored["version"] + 1
        self.versions.append((_version(stored["_id"], version, older, newer, job), job))
        change: dict[str, Any] = {
            "$set": {**newer, "version": version, "state": "published"},
            "$max": {"lastSeen": job.seen},
            "$addToSet": {"urls": job.canonical_url},
        }
        gone = older.keys() - newer.keys()
        if gone:
            change["$unset"] = dict.fromkeys(gone, "")
        # The version in the filter makes a repeated write, after a lost answer, do nothing.
        condition = {"_id": stored["_id"], "version": stored["version"]}
        self.articles.append((UpdateOne(condition, change), job))
        kept = {name: value for name, value in stored.items() if name in KEPT}
        kept |= {"urls": _with(stored["urls"], job), "version": version, "state": "published"}
        self._remember({**kept, **newer})
        job.write_result = job.announced_as = "updated"

    def _remember(self, document: Document) -> None:
        self._known[document["_id"]] = document
        for url in document["urls"]:
            self._owner_of_url.setdefault(url, document["_id"])


def gone_job(url: str) -> PlainJob:
    """The article of an address that answered 404 or 410."""
    article = UpdateMany({"urls": url, "canonicalUrl": url}, {"$set": {"state": "gone"}})
    return PlainJob("articles", article)


def fields_of(
    document: Document, fingerprint: Fingerprint, older: Document, canonical_url: str
) -> Document:
    """The fields that *document* puts in place of those of the stored article *older*, which
    stands at *canonical_url*.
    """
    newer = {name: value for name, value in document.items() if name not in KEPT}
    if document["canonicalUrl"] != canonical_url:
        for name in PLACEMENT_FIELDS:  # another address stands in another section
            newer.pop(name, None)
            if name in older:
                newer[name] = older[name]
    newer["contentHash"] = fingerprint.contentHash
    if fingerprint.cluster is not None:
        newer["cluster"] = fingerprint.cluster
    return newer


def is_older(job: ArticleJob, stored: Document) -> bool:
    return job.seen < parse_date(stored["provenance"]["capturedAt"])


def _with(urls: list[str], job: ArticleJob) -> list[str]:
    return urls if job.canonical_url in urls else [*urls, job.canonical_url]


def _version(
    article_id: str, version: int, older: Document, newer: Document, job: ArticleJob
) -> ReplaceOne[Document]:
    document = version_document(
        article_id, version, older, newer, recorded_at=job.seen, run_id=job.run_id
    )
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)


def version_document(
    article_id: str,
    version: int,
    older: Document,
    newer: Document,
    *,
    recorded_at: dt.datetime,
    run_id: str,
) -> Document:
    """:param version: the newer one's number."""
    names = (*CONTENT_FIELDS, *PLACEMENT_FIELDS)
    changed = [name for name in names if older.get(name) != newer.get(name)]
    return {
        "_id": f"{article_id}/{version}",
        "articleId": article_id,
        "version": version,
        "changed": changed,
        "diff": {
            name: diff_words(older.get(name) or "", newer.get(name) or "")
            for name in DIFFED
            if name in changed
        },
        "older": older,
        "newer": newer,
        "olderProvenance": older["provenance"],
        "newerProvenance": newer["provenance"],
        "recordedAt": recorded_at,
        "runId": run_id,
    }
