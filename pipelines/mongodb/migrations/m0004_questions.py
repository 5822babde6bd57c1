"""Articles may hold readers' questions: the validator knows their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.database import Database

STRING = {"bsonType": "string"}
QUESTIONS = {
    "bsonType": "array",
    "items": {
        "bsonType": "object",
        "required": ["text"],
        "properties": {
            "text": {"bsonType": "string", "minLength": 1},
            "author": STRING,
            "locationCreated": STRING,
            "acceptedAnswer": STRING,
        },
    },
}


def apply(database: Database[dict[str, Any]]) -> None:
    options = database["articles"].options()
    schema = options["validator"]["$jsonSchema"]
    schema["properties"]["questions"] = QUESTIONS
    database.command("collMod", "articles", validator={"$jsonSchema": schema})
