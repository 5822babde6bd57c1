"""``articles.secondOpinion`` is a number from 0 to 1 and the votes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.database import Database

VOTE = {"bsonType": ["double", "int", "long"], "minimum": 0, "maximum": 1}
SECOND_OPINION = {
    "bsonType": "object",
    "required": ["disagreement", "witnesses"],
    "properties": {
        "disagreement": VOTE,
        "witnesses": {
            "bsonType": "array",
            "items": {
                "bsonType": "object",
                "required": ["name"],
                "properties": {
                    "name": {"bsonType": "string", "minLength": 1},
                    "headline": VOTE,
                    "datePublished": VOTE,
                    "articleBody": VOTE,
                },
            },
        },
    },
}


def apply(database: Database[dict[str, Any]]) -> None:
    """Added to the rules that are there, whatever other migrations made of them."""
    collection = next(database.list_collections(filter={"name": "articles"}))
    schema = collection["options"]["validator"]["$jsonSchema"]
    schema["properties"]["secondOpinion"] = SECOND_OPINION
    database.command("collMod", "articles", validator={"$jsonSchema": schema})
