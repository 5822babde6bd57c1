"""Articles may hold readers' questions: the validator knows their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.mongodb.migrations.rules import add_rules, schema_of

if TYPE_CHECKING:
    from pymongo.database import Database

OTHERS = dict.fromkeys(("author", "locationCreated", "acceptedAnswer"), "string")
QUESTIONS = schema_of([{"text": "text!", **OTHERS}])


def apply(database: Database[dict[str, Any]]) -> None:
    add_rules(database, "articles", questions=QUESTIONS)
