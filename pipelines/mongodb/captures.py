"""Captures: one document for each fetch, named by its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import InsertOne

from pipelines.mongodb.bulk import PlainJob
from pipelines.mongodb.schema import without_none


def capture_job(document: Mapping[str, Any]) -> PlainJob:
    """One fetch; inserted, so that doing it twice does nothing."""
    return PlainJob("captures", InsertOne(without_none(document)))
