"""Which earlier runs a run's pages are compared with."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.mongodb.history import MongoDBHistory

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
ALARM = {"key": "ArticlePageA:keywords", "field": "keywords"}


def run(hour: int, **fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "_id": f"run-of-hour-{hour}",
        "site": "baodaklak",
        "startedAt": START + dt.timedelta(hours=hour),
        "fieldCoverage": {"groups": [{"page": "ArticlePageA"}]},
        "breakages": [],
    }
    return values | fields


async def test_alarms_that_nobody_mends_do_not_displace_what_was_well(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    well = [run(hour) for hour in range(5)]
    alarmed = [run(hour, breakages=[ALARM]) for hour in range(5, 300)]
    database["runs"].insert_many([*well, *alarmed])
    found = await MongoDBHistory(store).field_coverages("baodaklak", 4)
    assert [each["_id"] for each in found] == [f"run-of-hour-{hour}" for hour in (4, 3, 2, 1)]


async def test_what_was_accepted_stays_accepted(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    accepted = run(0, breakages=[ALARM], acceptedAt=START)
    database["runs"].insert_many([accepted, *(run(hour) for hour in range(1, 300))])
    found = await MongoDBHistory(store).field_coverages("baodaklak", 3)
    assert [each["_id"] for each in found] == [f"run-of-hour-{hour}" for hour in (299, 298, 297, 0)]
    assert found[-1]["breakages"] == [{"key": ALARM["key"]}]


async def test_only_runs_of_the_site_that_saw_pages_count(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    others = [run(1, site="phuyen"), run(2, fieldCoverage={"groups": []}), run(3, _id=store.run_id)]
    unfinished = run(4)
    del unfinished["fieldCoverage"]
    database["runs"].insert_many([run(0), *others, unfinished])
    assert [
        each["_id"] for each in await MongoDBHistory(store).field_coverages("baodaklak", 9)
    ] == ["run-of-hour-0"]
