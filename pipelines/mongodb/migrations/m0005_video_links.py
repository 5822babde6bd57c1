"""Articles name their videos, and videos the articles that show them or lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, IndexModel

if TYPE_CHECKING:
    from pymongo.database import Database

TEXT = {"bsonType": "string", "minLength": 1}
STRINGS = {"bsonType": "array", "items": TEXT}
ADDRESSES = {"bsonType": "array", "items": {"bsonType": "string", "pattern": "^https?://"}}


def apply(database: Database[dict[str, Any]]) -> None:
    """Added to the rules that are there, whatever other migrations made of them."""
    rules: dict[str, dict[str, Any]] = {
        "articles": {"videoIds": STRINGS},
        "videos": {"isPartOf": ADDRESSES},
    }
    for name, properties in rules.items():
        schema = database[name].options()["validator"]["$jsonSchema"]
        schema["properties"].update(properties)
        if name == "articles":
            schema["properties"]["audios"]["items"]["properties"]["name"] = {"bsonType": "string"}
        database.command("collMod", name, validator={"$jsonSchema": schema})
    database["videos"].create_indexes([IndexModel([("isPartOf", ASCENDING)])])
