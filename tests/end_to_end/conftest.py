"""Whole crawls through the front door: the command, a real mongod, the practice newspaper."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from support.disk import own_directory
from support.home import Home
from support.old_home import DATA, DUMP, Collections, copy_files, read_dump
from support.old_release import RELEASE, OldHome
from support.reader import chromium
from support.streaming_server import StreamingServer, torrent

from archive import Archive, CaptureEvent
from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess


@contextmanager
def fresh_home(request: pytest.FixtureRequest) -> Iterator[Home]:
    # A space and a letter beyond ASCII: a home is where its owner wants it.
    with own_directory(request, "nhà") as directory:
        home = Home(directory / "kho báo")
        try:
            yield home
        finally:
            EmbeddedServer(home.path).stop()


@pytest.fixture(scope="module")
def homes(request: pytest.FixtureRequest) -> Iterator[Callable[[], Home]]:
    """As many as asked for; they last as long as the module's tests."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(fresh_home(request))


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    with fresh_home(request) as home:
        yield home


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
def database(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    with own_directory(request, "elsewhere") as directory:
        mongod = EmbeddedServer(directory)
        mongod.start()
        yield mongod
        mongod.stop()


@pytest.fixture(scope="module")
def kept() -> Collections:
    return read_dump(DATA / RELEASE / DUMP)


@pytest.fixture(scope="module")
def open_home(
    tmp_path_factory: pytest.TempPathFactory, kept: Collections
) -> Iterator[Callable[[], OldHome]]:
    """Makes homes as the release left them; all are gone at the end of the module."""
    made: list[OldHome] = []

    def make() -> OldHome:
        home = OldHome(tmp_path_factory.mktemp("nhà") / "kho cũ")
        copy_files(RELEASE, home.path)
        started = home.khobao("db", "start")
        assert 0 == started.returncode, started.stderr
        home.client = MongoClient(home.uri, tz_aware=True)
        made.append(home)
        home.restore(kept)
        return home

    yield make
    for home in made:
        home.client.close()
        home.khobao("db", "stop")
        shutil.rmtree(home.path)


@pytest.fixture
def copied(practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path) -> Home:
    """A home with a crawl in it, copied to ``bản sao`` while it was made."""
    site = practice("--articles", "30", "--no-compression")
    (tmp_path / "bản sao").mkdir()
    env = {"KHOBAO_COPY": str(tmp_path / "bản sao")}
    result = home.crawl(site, "page", site.truth("articles")[0]["url"], env=env)
    assert 0 == result["returncode"], result["stderr"]
    assert not result["warnings"]
    return home


@pytest.fixture
def written(tmp_path: Path) -> Home:
    """A home without a crawl, with files large enough to be interrupted in."""
    home = Home(tmp_path / "kho lớn")
    with Archive(home.path, info={}, min_free_bytes=0, max_bytes=1) as archive:
        for number in range(3):
            body = os.urandom(4 << 20)
            event = CaptureEvent(
                f"https://baodaklak.vn/{number}",
                dt.datetime.now(dt.UTC),
                b"GET / HTTP/1.1\r\n\r\n",
                b"HTTP/1.1 200 OK\r\n\r\n" + body,
            )
            archive.append_batch([event])
    return home
