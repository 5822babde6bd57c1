"""``khobao db``: the embedded server from the command line, with the real mongod."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient

from crawler.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Khobao = Callable[..., Any]

FOREIGN = "mongodb://nobody:secret@127.0.0.1:9/"


@pytest.fixture
def server_stopped(khobao: Khobao) -> Iterator[None]:
    yield
    khobao("db", "stop")


@pytest.mark.mongo
@pytest.mark.usefixtures("server_stopped")
@pytest.mark.slow
def test_the_life_of_the_embedded_server(khobao: Khobao) -> None:
    assert not khobao("db", "status", "--json").json["running"]

    started = khobao("db", "start")
    again = khobao("db", "uri")
    status = khobao("--json", "db", "status").json

    assert started.code == again.code == 0
    assert started.out == again.out
    with MongoClient[dict[str, object]](started.out.strip()) as client:
        assert client.server_info()["version"].startswith("6.")
    assert status["running"]
    assert status["uri"] == started.out.strip()
    assert f"pid      {status['pid']}" in khobao("db", "status").out

    assert khobao("db", "stop").out == "stopped\n"
    assert khobao("db", "stop", "--json").json == {"stopped": False}
    assert "not running" in khobao("db", "status").out


@pytest.mark.parametrize("verb", ["start", "stop"])
def test_a_server_of_ones_own_is_not_ours_to_start_or_stop(khobao: Khobao, verb: str) -> None:
    ended = khobao("db", verb, env={"KHOBAO_MONGODB_URI": FOREIGN})

    assert ended.code == ExitCode.USAGE
    assert f"`db {verb}` is for the embedded server" in ended.error
    assert "mongodb://…@127.0.0.1:9/" in ended.error
    assert "secret" not in ended.error


@pytest.mark.slow  # PyMongo gives up after five seconds
def test_a_server_of_ones_own_that_is_away(khobao: Khobao) -> None:
    status = khobao("db", "status", "--json", "--mongodb-uri", FOREIGN).json

    assert not status["running"]
    assert status["uri"] == "mongodb://…@127.0.0.1:9/"
    assert "does not answer (127.0.0.1:9: [Errno 111] Connection refused)" in status["detail"]
    assert khobao("db", "uri", "--mongodb-uri", FOREIGN).out == f"{FOREIGN}\n"


def test_a_home_that_cannot_be(khobao: Khobao) -> None:
    ended = khobao("db", "start", "--home", "/dev/null/home")

    assert ended.code == ExitCode.USAGE
    assert "/dev/null/home cannot be written" in ended.error
