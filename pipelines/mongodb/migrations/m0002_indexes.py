"""The look-ups of the store and the questions of the README have an index each.

Every index makes every insert dearer, so there is none without a query that needs it;
``tests/pipelines/mongodb/test_indexes.py`` asks MongoDB whether it uses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, IndexModel

if TYPE_CHECKING:
    from pymongo.database import Database


def _index(*fields: str, **options: Any) -> IndexModel:
    keys = [(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields]
    return IndexModel(keys, **options)


INDEXES: dict[str, list[IndexModel]] = {
    "articles": [
        _index("urls"),
        _index("cluster"),
        _index("-datePublished"),
        _index("articleSection", "-datePublished"),
        _index("authors.name", "-datePublished"),
        _index("keywords", "-datePublished"),
    ],
    "versions": [
        _index("articleId", "version", unique=True),
        _index("-recordedAt"),
    ],
    "videos": [
        _index("urls"),
        _index("articleId"),
        _index("-datePublished"),
    ],
    "captures": [
        _index("url", "-capturedAt"),
        _index("runId"),
    ],
    "announcements": [
        _index("runId", "state"),
        _index("stateRunId", "state"),
    ],
    "runs": [_index("-startedAt")],
    "quarantine": [_index("-quarantinedAt"), _index("url")],
}


def apply(database: Database[dict[str, Any]]) -> None:
    for name, indexes in INDEXES.items():
        database[name].create_indexes(indexes)
