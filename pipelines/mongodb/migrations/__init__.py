"""Numbered migrations, append-only, with a ledger in the database itself.

A migration is a module ``mNNNN_what_becomes_true`` with ``apply(database)``. It must be safe to run
twice: a crash between it and its ledger entry runs it again. There is no way down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.mongodb.errors import DatabaseTooNewError
from pipelines.mongodb.migrations import (
    m0001_validators,
    m0002_indexes,
    m0003_second_opinion,
    m0004_questions,
    m0005_video_links,
    m0006_standard_names,
)
from pipelines.mongodb.migrations.lock import exclusive

if TYPE_CHECKING:
    from pymongo.database import Database

__all__ = ["LEDGER", "MIGRATIONS", "Migration", "migrate"]

LEDGER = "migrations"


class Migration(NamedTuple):
    name: str
    apply: Callable[[Database[dict[str, Any]]], None]


MIGRATIONS = (
    Migration("0001_validators", m0001_validators.apply),
    Migration("0002_indexes", m0002_indexes.apply),
    Migration("0003_second_opinion", m0003_second_opinion.apply),
    Migration("0004_questions", m0004_questions.apply),
    Migration("0005_video_links", m0005_video_links.apply),
    Migration("0006_standard_names", m0006_standard_names.apply),
)


def migrate(database: Database[dict[str, Any]]) -> list[str]:
    """Apply what is pending, in order, and return its names.

    :raises DatabaseTooNewError: the database has a migration that this version does not know.
    """
    if not _pending(database):
        return []
    # Two at once would undo one another: one creates what the other has renamed.
    with exclusive(database):
        return [migration.name for migration in _pending(database) if _applied(database, migration)]


def _pending(database: Database[dict[str, Any]]) -> list[Migration]:
    done = {entry["_id"] for entry in database[LEDGER].find({}, {"_id": 1})}
    unknown = sorted(done - {migration.name for migration in MIGRATIONS})
    if unknown:
        raise DatabaseTooNewError(
            f"the database {database.name!r} was made by a newer khobao (it has migration"
            f" {unknown[-1]}). Update khobao, or use another --home or MONGODB_DATABASE."
        )
    return [migration for migration in MIGRATIONS if migration.name not in done]


def _applied(database: Database[dict[str, Any]], migration: Migration) -> bool:
    migration.apply(database)
    entry = {
        "_id": migration.name,
        "appliedAt": dt.datetime.now(dt.UTC),
        "khobaoVersion": version("khobao"),
    }
    database[LEDGER].insert_one(entry)
    return True
