"""Whole crawls through the front door: the command, a real mongod, the practice newspaper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.home import Home
from support.reader import chromium
from support.streaming_server import StreamingServer, torrent

from pipelines.mongodb.server import EmbeddedServer


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Home]]:
    made: list[Home] = []

    def make() -> Home:
        # A space and a letter beyond ASCII: a home is where its owner wants it.
        home = Home(tmp_path_factory.mktemp("nhà") / "kho báo")
        made.append(home)
        return home

    yield make
    for home in made:
        home.khobao("db", "stop")


@pytest.fixture
def home(homes: Callable[[], Home]) -> Home:
    return homes()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pywb is installed, once for all workers and, but for CI, for all sessions."""
    return tmp_path_factory.getbasetemp().parent / "khobao cache"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[StreamingServer]:
    with torrent() as served:
        yield served


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    mongod = EmbeddedServer(tmp_path_factory.mktemp("elsewhere"))
    mongod.start()
    yield mongod
    mongod.stop()
