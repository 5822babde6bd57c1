"""Runs: the whole document of a run, written when it starts and when it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pymongo import ReplaceOne

from crawler.errors import KhobaoError
from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.schema import Document, without_none

if TYPE_CHECKING:
    from pymongo.database import Database


class NothingToAcceptError(KhobaoError):
    """The run has no coverage of its pages."""


def run_job(document: Mapping[str, Any]) -> PlainJob:
    """In place of what was there."""
    replace = ReplaceOne({"_id": document["_id"]}, without_none(document), upsert=True)
    return PlainJob("runs", replace)


def accept(database: Database[Document], run: Document) -> Document:
    """Make the pages of a run what those of later runs are compared with. Returns what is new in
    its document.

    :raises NothingToAcceptError: it did not come to its end.
    """
    if "fieldCoverage" not in run:
        raise NothingToAcceptError(f"{run['_id']} did not come to its end: it counted no pages")
    accepted = {"acceptedAt": run.get("acceptedAt") or dt.datetime.now(dt.UTC)}
    database["runs"].update_one({"_id": run["_id"]}, {"$set": accepted})
    return accepted
