"""The look-ups of the store and the questions of the README have an index each.

Every index makes every insert dearer, so there is none without a query that needs it;
``tests/pipelines/mongodb/test_indexes.py`` asks MongoDB whether it uses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, IndexModel

if TYPE_CHECKING:
    from pymongo.database import Database


INDEXES = {
    "articles": ("urls", "cluster", "-datePublished", "articleSection -datePublished",
                 "authors.name -datePublished", "keywords -datePublished"),
    "versions": ("articleId version", "-recordedAt"),
    "videos": ("urls", "articleId", "-datePublished"),
    "captures": ("url -capturedAt", "runId"),
    "announcements": ("runId state", "stateRunId state"),
    "runs": ("-startedAt",),
    "quarantine": ("-quarantinedAt", "url"),
}  # fmt: skip
UNIQUE = {"articleId version"}


def apply(database: Database[dict[str, Any]]) -> None:
    for name, indexes in INDEXES.items():
        database[name].create_indexes([_index(fields) for fields in indexes])


def _index(fields: str) -> IndexModel:
    keys = [(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields.split()]
    return IndexModel(keys, **({"unique": True} if fields in UNIQUE else {}))
