"""Data homes that earlier releases made, kept under ``tests/data``, brought to life again.

A kept home is the release's own files but for ``mongodb/``: in its place stands a dump, loaded into
the home's own mongod. ``python tests/support/old_home.py URI FILE`` makes such a dump.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from bson.json_util import CANONICAL_JSON_OPTIONS, dumps, loads
from pymongo import MongoClient
from pymongo.database import Database

DATA = Path(__file__).parents[1] / "data"
DUMP = "mongodb.json.gz"
NOT_OF_THE_HOME = ("README.md", "make.sh", "truth.json", DUMP)

Collections = dict[str, dict[str, Any]]


def truth_of(name: str) -> dict[str, Any]:
    """What is known of the kept home: see its ``README.md``."""
    found: dict[str, Any] = json.loads((DATA / name / "truth.json").read_text("utf-8"))
    return found


def copy_files(name: str, into: Path) -> None:
    """The home without a database."""
    shutil.copytree(DATA / name, into, ignore=shutil.ignore_patterns(*NOT_OF_THE_HOME))


def dump(database: Database[dict[str, Any]]) -> Collections:
    """Of every collection its options, its indexes and its documents, in a fixed order."""
    return {
        each["name"]: {
            "options": each["options"],
            "indexes": sorted(
                (dict(index) for index in database[each["name"]].list_indexes()),
                key=lambda index: index["name"],
            ),
            "documents": list(database[each["name"]].find().sort("_id")),
        }
        for each in sorted(database.list_collections(), key=lambda each: each["name"])
    }


def write_dump(collections: Collections, path: Path) -> None:
    text = dumps(collections, json_options=CANONICAL_JSON_OPTIONS, ensure_ascii=False, indent=0)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_dump(path: Path) -> Collections:
    text = gzip.decompress(path.read_bytes()).decode()
    found: Collections = loads(text, json_options=CANONICAL_JSON_OPTIONS)
    return found


def load(collections: Collections, database: Database[dict[str, Any]]) -> None:
    """Make the database what was dumped, whatever it was before."""
    for name in database.list_collection_names():
        database.drop_collection(name)
    for name, kept in collections.items():
        collection = database.create_collection(name, **kept["options"])
        if kept["documents"]:
            collection.insert_many(kept["documents"])
        indexes = [index for index in kept["indexes"] if index["name"] != "_id_"]
        if indexes:
            database.command("createIndexes", name, indexes=indexes)


if __name__ == "__main__":
    with MongoClient[dict[str, Any]](sys.argv[1]) as server:
        write_dump(dump(server["khobao"]), Path(sys.argv[2]))
