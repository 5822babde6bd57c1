"""Articles name their videos, and videos the articles that show them or lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, IndexModel

from pipelines.mongodb.migrations.rules import add_rules, schema_of

if TYPE_CHECKING:
    from pymongo.database import Database


def apply(database: Database[dict[str, Any]]) -> None:
    add_rules(database, "articles", videoIds=schema_of(["text"]))
    add_rules(database, "videos", isPartOf=schema_of(["address"]))
    schema = database["articles"].options()["validator"]["$jsonSchema"]
    schema["properties"]["audios"]["items"]["properties"]["name"] = {"bsonType": "string"}
    database.command("collMod", "articles", validator={"$jsonSchema": schema})
    database["videos"].create_indexes([IndexModel([("isPartOf", ASCENDING)])])
