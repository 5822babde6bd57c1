"""MongoDB itself says whether a question has an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crawler.frontier import FrontierUrl
from crawler.items import NewsArticle
from pipelines.mongodb.frontier import known, pending

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo
SINCE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
URLS = ["https://baodaklak.vn/thoi-su/202603/a-0000001/"]

QUESTIONS: list[tuple[str, dict[str, Any], list[tuple[str, int]]]] = [
    # of people and programs
    ("articles", {}, [("datePublished", -1)]),
    ("articles", {"datePublished": {"$gte": SINCE}}, []),
    ("articles", {"articleSection": "Thời sự"}, [("datePublished", -1)]),
    ("articles", {"authors.name": "H'Bia Niê"}, [("datePublished", -1)]),
    ("articles", {"keywords": "cà phê"}, [("datePublished", -1)]),
    ("articles", {"cluster": "0" * 32}, []),
    ("versions", {"recordedAt": {"$gte": SINCE}}, []),
    ("versions", {"articleId": "a"}, [("version", 1)]),
    ("videos", {}, [("datePublished", -1)]),
    ("videos", {"articleId": "a"}, []),
    ("videos", {"isPartOf": URLS[0]}, []),
    ("captures", {"url": URLS[0]}, [("capturedAt", -1)]),
    ("captures", {"runId": "run-1"}, []),
    ("frontier", {"runId": "run-1", "state": "failed"}, []),
    ("runs", {}, [("startedAt", -1)]),
    ("quarantine", {}, [("quarantinedAt", -1)]),
    ("quarantine", {"url": URLS[0]}, []),
    # of the store
    ("articles", {"$or": [{"_id": {"$in": ["a"]}}, {"urls": {"$in": URLS}}]}, []),
    ("videos", {"$or": [{"_id": {"$in": ["a"]}}, {"urls": {"$in": URLS}}]}, []),
    ("frontier", known(URLS), []),
    ("frontier", pending("run-1"), []),
    ("frontier", {"$or": [{"runId": "r"}, {"stateRunId": "r"}]}, []),
]


def stages(plan: dict[str, Any]) -> set[str]:
    found = {plan["stage"]} if "stage" in plan else set()
    for name in ("inputStage", "inputStages"):
        inner = plan.get(name, [])
        for each in inner if isinstance(inner, list) else [inner]:
            found |= stages(each)
    return found


async def test_every_question_has_an_index(
    store: Store, database: Database[dict[str, Any]], make_article: Callable[..., NewsArticle]
) -> None:
    await store.upsert_article(make_article())
    await store.announce(FrontierUrl(url=URLS[0], section="a", listedBy="b"))
    for collection, condition, order in QUESTIONS:
        cursor = database[collection].find(condition)
        plan = (cursor.sort(order) if order else cursor).explain()["queryPlanner"]["winningPlan"]
        used = stages(plan)
        assert "COLLSCAN" not in used, (collection, condition)
        assert "SORT" not in used, (collection, condition, order)


def validators(database: Database[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rules that MongoDB holds, by collection, once all migrations are through."""
    return {
        info["name"]: info["options"]["validator"]["$jsonSchema"]
        for info in database.list_collections()
        if info["options"].get("validator")
    }


async def test_required_fields_are_declared(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    for schema in validators(database).values():
        assert set(schema["required"]) <= set(schema["properties"])
