"""``docs/schema.md`` read again: which fields it has, and which fields of a database it lacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.database import Database

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"

Fields = dict[str, str]
"""By name of a field, its type as written."""


def documented() -> dict[str, Fields]:
    """By collection, or by name of an object inside documents, its fields."""
    text = PAGE.read_text("utf-8")
    tables = re.findall(r"<!-- generated: (\w+) -->\n(.*?)<!-- end -->", text, re.DOTALL)
    found = {name: _fields(table) for name, table in tables if name != "objects"}
    parts = re.split(r"^### (\w+)\n", dict(tables)["objects"], flags=re.MULTILINE)[1:]
    return found | {
        name: _fields(table) for name, table in zip(parts[::2], parts[1::2], strict=True)
    }


def _fields(table: str) -> Fields:
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE))


def undocumented(database: Database[dict[str, Any]]) -> set[str]:
    """Fields that documents have and the page lacks: ``collection.field.field``."""
    known = documented()
    return {
        path
        for name in database.list_collection_names()
        for document in database[name].find()
        for path in _unknown(name, document, known.get(name, {}), known)
    }


def _unknown(
    place: str, document: Mapping[str, Any], fields: Fields, known: dict[str, Fields]
) -> Iterator[str]:
    for name, value in document.items():
        if name not in fields:
            yield f"{place}.{name}"
            continue
        if inner := re.search(r"\[(\w+)\]\(#", fields[name]):
            is_map = fields[name].startswith("object of")
            for each in _flat(list(value.values()) if is_map else value):
                yield from _unknown(f"{place}.{name}", each, known[inner[1]], known)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _flat(each)
    else:
        yield value
