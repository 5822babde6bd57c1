"""MongoDB goes away while a store writes: for a while, and for good."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pymongo
import pytest

from crawler.errors import ExitCode
from crawler.items import NewsArticle
from pipelines.mongodb.connection import prepare_database
from pipelines.mongodb.errors import (
    DatabaseError,
    DatabaseTooNewError,
    DatabaseUnreachableError,
)
from pipelines.mongodb.history import MongoDBHistory
from pipelines.mongodb.migrations import LEDGER, MIGRATIONS
from pipelines.mongodb.server import EmbeddedServer
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database

pytestmark = pytest.mark.mongo
MakeArticle = Callable[..., NewsArticle]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "h")
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
async def test_it_waits_while_mongodb_is_away_and_loses_nothing(
    own_server: EmbeddedServer, make_article: MakeArticle
) -> None:
    store = Store(own_server.uri, run_id="run-1", wait_seconds=60)
    await store.open()
    writes = asyncio.gather(*(store.upsert_article(make_article(n)) for n in range(300)))
    await asyncio.to_thread(own_server.stop)
    more = [asyncio.create_task(store.upsert_article(make_article(n))) for n in range(300, 1500)]
    await asyncio.sleep(3)
    assert not any(task.done() for task in more)
    assert store.is_reachable, "not given up yet"

    await asyncio.to_thread(own_server.start)

    verdicts = [*await writes, *await asyncio.gather(*more)]
    assert set(verdicts) == {"new"}
    assert store.counts["retries"] > 0
    await store.close()
    with pymongo.MongoClient[dict[str, Any]](own_server.uri) as client:
        articles = client.khobao.articles
        assert articles.count_documents({}) == 1500
        assert articles.count_documents({"version": 1}) == 1500


@pytest.mark.slow
async def test_a_hard_kill_in_the_middle_loses_nothing_acknowledged(
    own_server: EmbeddedServer, make_article: MakeArticle
) -> None:
    store = Store(own_server.uri, run_id="run-1", wait_seconds=60)
    await store.open()
    acknowledged: list[str] = []

    async def write(number: int) -> None:
        await store.upsert_article(make_article(number))
        acknowledged.append(str(make_article(number).articleId))

    pid = own_server.status().pid
    assert pid is not None
    tasks = [asyncio.create_task(write(n)) for n in range(3000)]
    await asyncio.gather(*tasks[:500])
    os.kill(pid, signal.SIGKILL)
    before = list(acknowledged)
    await asyncio.to_thread(own_server.start)
    with pymongo.MongoClient[dict[str, Any]](own_server.uri) as client:
        stored = {document["_id"] for document in client.khobao.articles.find({}, {"_id": 1})}
        assert set(before) <= stored
        await asyncio.gather(*tasks)
        await store.close()
        assert client.khobao.articles.count_documents({}) == 3000


@pytest.mark.slow
async def test_away_for_good_is_told_to_everybody_who_waits(
    own_server: EmbeddedServer, make_article: MakeArticle
) -> None:
    store = Store(own_server.uri, run_id="run-1", wait_seconds=1.5)
    await store.open()
    await store.upsert_article(make_article(0))
    await asyncio.to_thread(own_server.stop)
    started = time.monotonic()

    results = await asyncio.gather(
        *(store.upsert_article(make_article(n)) for n in range(3000)), return_exceptions=True
    )

    assert time.monotonic() - started < 10
    assert {type(result) for result in results} == {DatabaseUnreachableError}
    assert not store.is_reachable
    error = results[0]
    assert isinstance(error, DatabaseUnreachableError)
    assert error.exit_code == ExitCode.DATABASE_UNREACHABLE
    assert "khobao db start" in str(error)
    assert "\n" not in str(error)
    for call in (store.upsert_article(make_article(1)), store.flush(), store.close()):
        with pytest.raises(DatabaseUnreachableError):
            await call
    await store.close()


async def test_a_wrong_address_is_told_at_once_without_its_password(tmp_path: Path) -> None:
    nobody = str(tmp_path / "nobody.sock").replace("/", "%2F")
    store = Store(f"mongodb://user:secret@{nobody}/", wait_seconds=0.2)
    with pytest.raises(DatabaseUnreachableError) as caught:
        await store.open()
    assert "secret" not in str(caught.value)
    assert not store.is_reachable


@pytest.mark.parametrize(
    ("uri", "database"),
    [
        ("http://user:secret@baodaklak.vn/", "khobao"),
        ("mongodb://", "khobao"),
        ("mongodb://127.0.0.1:99999999/", "khobao"),
        ("mongodb://127.0.0.1/", "kho báo"),
        ("mongodb://127.0.0.1/", ""),
    ],
)
async def test_what_is_no_address_is_said_to_be_none(uri: str, database: str) -> None:
    with pytest.raises(DatabaseError, match="no MongoDB address") as caught:
        await Store(uri, database).open()
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_store_that_is_not_open_says_so(make_article: MakeArticle) -> None:
    store = Store("mongodb://127.0.0.1/")
    with pytest.raises(DatabaseError, match="not connected"):
        await store.upsert_article(make_article())
    with pytest.raises(DatabaseError, match="not connected"):
        await MongoDBHistory(store).known_urls(["https://x.vn/"])
    await store.close()


async def test_migrations_run_once_and_are_in_the_ledger(
    mongo_uri: str, database: Database[dict[str, Any]]
) -> None:
    names = [migration.name for migration in MIGRATIONS]
    stores = [Store(mongo_uri, database.name) for _ in range(3)]
    # Three commands at once: no error, whoever is first.
    await asyncio.gather(*(store.open() for store in stores))
    for store in stores:
        await store.close()
    assert await asyncio.to_thread(prepare_database, mongo_uri, database.name) == []
    assert sorted(database[LEDGER].distinct("_id")) == names == sorted(names)


async def test_a_newer_database_is_left_alone(
    mongo_uri: str, database: Database[dict[str, Any]]
) -> None:
    database[LEDGER].insert_one({"_id": "9999_from_the_future"})
    with pytest.raises(DatabaseTooNewError, match="newer khobao") as caught:
        await Store(mongo_uri, database.name).open()
    assert caught.value.exit_code == ExitCode.USAGE
    assert database.list_collection_names() == [LEDGER]
