"""How much of the disk a home's server takes, and that nothing acknowledged depends on it."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil
import pymongo
import pytest
from pymongo.errors import PyMongoError
from support.disk import disk_usage, own_directory

from pipelines.mongodb import server as server_module
from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.mongo

MIB = 1024 * 1024
SMALL = 60 * MIB
WIREDTIGERS_OWN = "log=(prealloc=true,file_max=100MB)"  # what homes had once, and mongod's default


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    with own_directory(request, "k") as directory:
        server = EmbeddedServer(directory)
        yield server
        server.stop()


def connect(uri: str) -> pymongo.MongoClient[dict[str, Any]]:
    return pymongo.MongoClient(uri, journal=True, retryWrites=False, serverSelectionTimeoutMS=5000)


def kill(server: EmbeddedServer) -> None:
    status = server.status()
    assert status.pid is not None
    process = psutil.Process(status.pid)
    os.kill(status.pid, signal.SIGKILL)
    assert server_module._wait_until_gone(process, 30)


def test_a_home_starts_small_and_stays_so(server: EmbeddedServer) -> None:
    uri = server.start()
    assert disk_usage(server.home) < SMALL

    with connect(uri) as client:
        client.khobao.articles.insert_many({"text": os.urandom(6000)} for _ in range(500))
    server.stop()

    assert disk_usage(server.home) < SMALL


@pytest.mark.parametrize("end", [EmbeddedServer.stop, kill])
def test_a_home_with_a_big_journal_keeps_its_documents_and_shrinks(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, end: Any
) -> None:
    with monkeypatch.context() as before:
        before.setattr(server_module, "JOURNAL", WIREDTIGERS_OWN)
        with connect(server.start()) as client:
            client.khobao.articles.insert_many({"_id": n} for n in range(1000))
        end(server)
    assert disk_usage(server.home) > 200 * MIB, "this is what the test is about"

    with connect(server.start()) as client:
        assert client.khobao.articles.count_documents({}) == 1000
    server.stop()

    assert disk_usage(server.home) < SMALL


def test_a_kill_while_journal_files_change_loses_nothing_acknowledged(
    server: EmbeddedServer,
) -> None:
    """Big documents fill one journal file after another, while small ones, which would linger in
    memory if they did not wait for the journal, go between; and one hardly fits a file.
    """
    uri = server.start()
    journal = server.db_path / "journal"
    acknowledged: list[str] = []
    pause = threading.Event()

    def write(size: int) -> None:
        with connect(uri) as client:
            for number in range(100_000):
                name = f"{size}-{number}"
                try:
                    client.khobao.articles.insert_one({"_id": name, "text": os.urandom(size)})
                except PyMongoError:
                    return
                acknowledged.append(name)

    with connect(uri) as client:
        client.khobao.articles.insert_one({"_id": "big", "text": os.urandom(15_000_000)})
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, size) for size in (300_000, 200_000, 20, 10)]
        while len(list(journal.glob("WiredTigerLog.*"))) < 4 and not writers[0].done():
            pause.wait(0.01)
        kill(server)
    assert len(acknowledged) > 40

    with connect(server.start()) as client:
        kept = {document["_id"] for document in client.khobao.articles.find({}, {"_id": 1})}
        assert client.khobao.articles.find_one({"_id": "big"})
    assert kept >= set(acknowledged)
