"""Collections and fields have the names that the field uses: ``frontier``, ``fieldCoverage``,
``agreement``, ``responseClass``, ``fetchResult``; page classes the names of their new modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo import ReplaceOne

from pipelines.mongodb.names_0_1 import CAPTURE_FIELDS, PAGE_CLASSES, current_run

if TYPE_CHECKING:
    from pymongo.database import Database

_BATCH = 200
_PROVENANCES = {
    "articles": ("provenance", "commentsProvenance"),
    "videos": ("provenance",),
    "quarantine": ("provenance",),
    "versions": ("olderProvenance", "newerProvenance", "older.provenance", "newer.provenance"),
}


def apply(database: Database[dict[str, Any]]) -> None:
    """Each step finds only what still has an old name."""
    if "announcements" in database.list_collection_names():
        database["announcements"].rename("frontier")
    _rename_agreement(database)
    captures = database["captures"]
    for old, new in CAPTURE_FIELDS.items():
        captures.update_many({old: {"$exists": True}}, {"$rename": {old: new}})
    _rename_page_classes(database)
    _rename_in_runs(database)


def _rename_agreement(database: Database[dict[str, Any]]) -> None:
    schema = database["articles"].options()["validator"]["$jsonSchema"]
    rules = schema["properties"].pop("secondOpinion", None)
    if rules is not None:
        rules["required"] = ["disagreement", "crossChecks"]
        rules["properties"]["crossChecks"] = rules["properties"].pop("witnesses")
        schema["properties"]["agreement"] = rules
        database.command("collMod", "articles", validator={"$jsonSchema": schema})
    for collection, prefix in (("articles", ""), ("versions", "older."), ("versions", "newer.")):
        old = f"{prefix}secondOpinion"
        agreement = {
            "disagreement": f"${old}.disagreement",
            "crossChecks": f"${old}.witnesses",
        }
        database[collection].update_many(
            {old: {"$exists": True}},
            [{"$set": {f"{prefix}agreement": agreement}}, {"$unset": old}],
        )


def _rename_page_classes(database: Database[dict[str, Any]]) -> None:
    for collection, fields in _PROVENANCES.items():
        for field in (f"{field}.pageClass" for field in fields):
            for old, new in PAGE_CLASSES.items():
                database[collection].update_many({field: old}, {"$set": {field: new}})


def _rename_in_runs(database: Database[dict[str, Any]]) -> None:
    changes = []
    for run in database["runs"].find({}):
        current = current_run(run)
        if current != run:
            changes.append(ReplaceOne({"_id": run["_id"]}, current))
        if len(changes) >= _BATCH:
            database["runs"].bulk_write(changes)
            changes.clear()
    if changes:
        database["runs"].bulk_write(changes)
