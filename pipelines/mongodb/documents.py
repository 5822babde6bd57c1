"""Fields of the documents in MongoDB (``documents.toml``), as ``docs/schema.md`` shows them."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import NamedTuple

from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import NewsArticle, VideoTeaser


class Field(NamedTuple):
    kind: str
    """In the words of a reader of JSON: ``string``, ``date``, ``list of Comment``."""

    meaning: str


class StoredObject(NamedTuple):
    about: str
    fields: dict[str, Field]


def _fields(rows: dict[str, list[str]]) -> dict[str, Field]:
    return {name: Field(*row) for name, row in rows.items()}


_TABLES = tomllib.loads(
    resources.files("pipelines.mongodb").joinpath("documents.toml").read_text("utf-8")
)

DOCUMENTS = {name: _fields(rows) for name, rows in _TABLES["collections"].items()}
"""By collection, the fields of its documents that no item brings along, or not as they are here."""

OBJECTS = {
    name: StoredObject(each["about"], _fields(each["fields"]))
    for name, each in _TABLES["objects"].items()
}
"""By name, what stands inside documents and is no item."""

ITEMS: dict[str, type] = {
    "articles": NewsArticle,
    "videos": VideoTeaser,
    "frontier": FrontierUrl,
    "quarantine": QuarantinedPage,
}
"""By collection, the item that its documents are made of."""
