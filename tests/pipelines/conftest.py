"""One real mongod for the whole session, one database for each test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymongo
import pytest

from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database


@pytest.fixture(scope="session")
def mongo_home() -> Iterator[Path]:
    """A short path: a socket's path holds 107 bytes, and pytest's own directories are long."""
    home = Path(tempfile.mkdtemp(prefix="kb-"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def mongo_server(mongo_home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(mongo_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mongo_uri(mongo_server: EmbeddedServer) -> str:
    return mongo_server.start()


@pytest.fixture
def database(mongo_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """An empty database of this test's own; its name is ``database.name``."""
    with pymongo.MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        name = f"test_{uuid.uuid4().hex[:12]}"
        yield client[name]
        client.drop_database(name)
