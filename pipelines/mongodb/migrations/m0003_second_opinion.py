"""``articles.secondOpinion`` is a number from 0 to 1 and the votes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.mongodb.migrations.rules import add_rules, schema_of

if TYPE_CHECKING:
    from pymongo.database import Database

VOTES = {"headline": "share", "datePublished": "share", "articleBody": "share"}
SECOND_OPINION = schema_of({"disagreement": "share!", "witnesses": [{"name": "text!", **VOTES}]})
SECOND_OPINION["required"] += ["witnesses"]


def apply(database: Database[dict[str, Any]]) -> None:
    add_rules(database, "articles", secondOpinion=SECOND_OPINION)
