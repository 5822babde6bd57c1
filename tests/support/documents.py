"""What two databases hold, document by document and field by field."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

Documents = dict[Any, dict[str, Any]]


def documents(db: Database[dict[str, Any]], name: str) -> Documents:
    return {document["_id"]: document for document in db[name].find()}


def differences(one: Documents, other: Documents) -> list[Any]:
    """Keys that only one has; (key, field, value, other value) of what differs."""
    found: list[Any] = sorted(one.keys() ^ other.keys())
    for key in one.keys() & other.keys():
        left, right = one[key], other[key]
        found += [
            (key, name, left.get(name), right.get(name))
            for name in sorted(left.keys() | right.keys())
            if left.get(name) != right.get(name)
        ]
    return found
