"""Rules for documents: short words for the schemas that migrations give to MongoDB."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.database import Database

Schema = dict[str, Any]

_ADDRESS: Schema = {"bsonType": "string", "pattern": "^https?://"}

KINDS: dict[str, Schema] = {
    "string": {"bsonType": "string"},
    "text": {"bsonType": "string", "minLength": 1},
    "strings": {"bsonType": "array", "items": {"bsonType": "string"}},
    "hash": {"bsonType": "string", "pattern": "^[0-9a-f]{32}$"},
    "address": _ADDRESS,
    "addresses": {"bsonType": "array", "minItems": 1, "items": _ADDRESS},
    "date": {"bsonType": "date"},
    "number": {"bsonType": ["int", "long"], "minimum": 0},
    "number from 1": {"bsonType": ["int", "long"], "minimum": 1},
    "number from 2": {"bsonType": ["int", "long"], "minimum": 2},
    "share": {"bsonType": ["double", "int", "long"], "minimum": 0, "maximum": 1},
    "object": {"bsonType": "object", "properties": {}},
}


def table(name: str) -> dict[str, Any]:
    text = (
        resources.files("pipelines.mongodb.migrations").joinpath(f"{name}.toml").read_text("utf-8")
    )
    return tomllib.loads(text)


def schema_of(rule: Any, kinds: Mapping[str, Schema] = KINDS) -> Schema:
    """The schema of a kind, of ``one | of | these``, of ``[a list]`` or of ``{an object}``.

    A ``!`` behind the kind of an object's field says that the field must be there.
    """
    if isinstance(rule, str):
        word = rule.rstrip("!")
        return {"enum": word.split(" | ")} if "|" in word else kinds[word]
    if isinstance(rule, list):
        return {"bsonType": "array", "items": schema_of(rule[0], kinds)}
    properties = {name: schema_of(each, kinds) for name, each in rule.items()}
    required = [name for name, each in rule.items() if str(each).endswith("!")]
    schema: Schema = {"bsonType": "object", "properties": properties}
    return schema | ({"required": required} if required else {})


def add_rules(database: Database[dict[str, Any]], collection: str, **schemas: Schema) -> None:
    """To the rules that are there, whatever other migrations made of them."""
    schema = database[collection].options()["validator"]["$jsonSchema"]
    schema["properties"] |= schemas
    database.command("collMod", collection, validator={"$jsonSchema": schema})
