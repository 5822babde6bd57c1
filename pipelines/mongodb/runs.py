"""Runs: the whole document of a run, written when it starts and when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ReplaceOne

from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.schema import without_none

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["run_job"]


def run_job(document: Mapping[str, Any]) -> PlainJob:
    """In place of what was there."""
    replace = ReplaceOne({"_id": document["_id"]}, without_none(document), upsert=True)
    return PlainJob("runs", replace)
