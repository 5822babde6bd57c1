"""Comments: stored with their article, as one list that is replaced when it has changed."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import attrs
from pymongo import UpdateOne

from pipelines.mongodb.schema import Document, comment_documents

if TYPE_CHECKING:
    from crawler.items import CommentThread, Provenance
    from pipelines.mongodb.bulk import Operation


@dataclasses.dataclass(slots=True)
class CommentsJob:
    article_id: str
    fields: Document
    outcome: Literal["stored", "unchanged", "orphaned"] = "orphaned"
    """The last: there is no such article."""


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


class CommentsPlan:
    """The decisions on one batch.

    :param known: the articles of its jobs, as far as they are stored, with ``commentsHash``.
    """

    def __init__(self, known: Iterable[Document]) -> None:
        self._hashes = {document["_id"]: document.get("commentsHash") for document in known}
        self.articles: list[tuple[Operation, CommentsJob]] = []

    def add(self, job: CommentsJob) -> None:
        if job.article_id not in self._hashes:
            return
        if self._hashes[job.article_id] == job.fields["commentsHash"]:
            job.outcome = "unchanged"
            return
        job.outcome = "stored"
        self.articles.append((UpdateOne({"_id": job.article_id}, {"$set": job.fields}), job))
