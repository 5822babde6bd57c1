"""Every collection exists, and MongoDB itself refuses documents that break its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo.errors import OperationFailure

from pipelines.mongodb.migrations.rules import KINDS, Schema, schema_of, table

if TYPE_CHECKING:
    from pymongo.database import Database

NAMESPACE_EXISTS = 48


def schemas() -> dict[str, Schema]:
    """By collection the rule for its documents, as ``m0001_validators.toml`` has it."""
    rules = table("m0001_validators")
    kinds = KINDS | {name: schema_of(rule, KINDS) for name, rule in rules["objects"].items()}
    return {name: schema_of(rule, kinds) for name, rule in rules["collections"].items()}


def apply(database: Database[dict[str, Any]]) -> None:
    existing = set(database.list_collection_names())
    for name, schema in schemas().items():
        if name not in existing:
            try:
                database.create_collection(name, check_exists=False)
            except OperationFailure as exc:
                if exc.code != NAMESPACE_EXISTS:  # another command was a moment faster
                    raise
        database.command("collMod", name, validator={"$jsonSchema": schema})
