"""The embedded server, with the real mongod: nothing here is simulated but the missing parts."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pymongo
import pytest
from support.disk import own_directory

from crawler.errors import ExitCode
from pipelines.mongodb import server as server_module
from pipelines.mongodb.errors import ServerStartError
from pipelines.mongodb.server import EmbeddedServer, ensure_server, socket_path

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.mongo

START = """
import sys
from pathlib import Path
from pipelines.mongodb.server import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1])).start())
"""

MISSING = "echo 'mongod: error while loading shared libraries: {}: cannot open' >&2; exit 127"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    # A space, letters beyond ASCII: the path goes into a command line and into a URI.
    with own_directory(request, "k") as directory:
        server = EmbeddedServer(directory / "kho báo")
        yield server
        server.stop()


def ping(uri: str) -> bool:
    with pymongo.MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=5000) as client:
        return bool(client.admin.command("ping")["ok"])


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def test_it_starts_answers_and_stops(server: EmbeddedServer) -> None:
    uri = server.start()

    assert ping(uri)
    status = server.status()
    assert status.running
    assert status.uri == uri == server.uri
    assert status.memory_bytes is not None
    assert status.socket is not None
    assert status.socket.parent.stat().st_mode & 0o777 == 0o700
    assert status.socket.stat().st_mode & 0o777 == 0o700
    assert server.stop()
    assert not server.stop()
    assert not server.status().running


def test_it_listens_on_no_tcp_port_and_on_one_socket_only(server: EmbeddedServer) -> None:
    server.start()
    pid = server.status().pid
    assert pid is not None

    connections = psutil.Process(pid).net_connections(kind="all")

    assert [c for c in connections if c.family.name != "AF_UNIX"] == []
    sockets = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # mongod opens and closes files meanwhile
            sockets.add(str(fd.readlink()).removeprefix("socket:[").removesuffix("]"))
    table = [
        line.split(maxsplit=7) for line in Path("/proc/net/unix").read_text("utf-8").split("\n")
    ]
    listening = {row[7] for row in table if len(row) == 8 and row[6] in sockets}
    assert listening == {str(server.status().socket)}


def test_commands_that_start_it_at_once_get_one_server(server: EmbeddedServer) -> None:
    def start(_: int) -> str:
        command = [sys.executable, "-c", START, str(server.home)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with ThreadPoolExecutor(3) as pool:
        uris = set(pool.map(start, range(3)))

    # The commands have ended, the server has not.
    assert uris == {server.uri}
    assert ping(server.uri)
    mongods = [
        p
        for p in psutil.process_iter(["name", "cmdline"])
        if p.info["name"] == "mongod" and str(server.db_path) in (p.info["cmdline"] or [])
    ]
    assert len(mongods) == 1


def test_it_is_out_of_reach_of_ctrl_c(server: EmbeddedServer) -> None:
    server.start()
    pid = server.status().pid
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


def test_it_recovers_from_a_kill_and_keeps_what_it_acknowledged(server: EmbeddedServer) -> None:
    uri = server.start()
    with pymongo.MongoClient[dict[str, object]](uri, journal=True) as client:
        client.khobao.articles.insert_one({"_id": "a"})
    status = server.status()
    assert status.pid is not None
    assert status.socket is not None

    os.kill(status.pid, signal.SIGKILL)
    server_module._wait_until_gone(psutil.Process(status.pid), 10)
    assert status.socket.exists(), "the stale socket is what this test is about"
    assert not server.status().running

    with pymongo.MongoClient[dict[str, object]](server.start()) as client:
        assert client.khobao.articles.count_documents({}) == 1


def test_a_pid_file_of_a_dead_server_does_not_hide_that_it_is_dead(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    # The pid now belongs to somebody else: to this very test.
    server.pid_file.write_text(str(os.getpid()), "ascii")

    assert not server.status().running
    assert not server.stop()
    assert ping(server.start())


def test_a_socket_that_was_cleaned_away_comes_back(server: EmbeddedServer) -> None:
    server.start()
    socket = server.status().socket
    assert socket is not None
    socket.unlink()

    assert ping(server.start())


@pytest.mark.parametrize("name", ["sâu" * 60, "có, dấu phẩy"])
def test_paths_that_no_socket_can_have_get_a_private_runtime_directory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    deep = tmp_path.joinpath(*[name[i : i + 60] for i in range(0, len(name), 60)])
    server = EmbeddedServer(deep)
    try:
        uri = server.start()
        socket = server.status().socket
        assert socket is not None
        assert not socket.is_relative_to(server.home)
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        # Another shell, without that variable, finds the same server.
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        assert server.uri == uri == EmbeddedServer(deep).start()
        assert ping(uri)
    finally:
        server.stop()


def test_two_homes_have_two_sockets() -> None:
    long = Path("/") / ("a" * 120)
    assert socket_path(long / "x") != socket_path(long / "y")


def test_an_address_of_your_own_starts_nothing(tmp_path: Path) -> None:
    assert ensure_server(tmp_path / "home", "mongodb://db.example.vn") == "mongodb://db.example.vn"
    assert not (tmp_path / "home").exists()


def test_a_home_that_is_no_directory_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ServerStartError, match="Choose a writable directory") as caught:
        EmbeddedServer(tmp_path / "file" / "home").start()
    assert caught.value.exit_code == ExitCode.DATABASE_UNREACHABLE
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (MISSING.format("libcurl.so.4"), "apt-get install libcurl4"),
        (MISSING.format("libssl.so.3"), "apt-get install libssl3"),
        (MISSING.format("libfoo.so.1"), "libfoo.so.1"),
        ("kill -ILL $$", "has no AVX"),
        ("exit 3", "ended with 3"),
    ],
)
def test_what_this_machine_lacks_is_named(tmp_path: Path, script: str, expected: str) -> None:
    mongod = executable(tmp_path / "mongod", script)
    with pytest.raises(ServerStartError, match=expected) as caught:
        EmbeddedServer(tmp_path / "home", mongod=mongod).start()
    assert "\n" not in str(caught.value)


def test_a_mongod_that_cannot_be_run_at_all(tmp_path: Path) -> None:
    with pytest.raises(ServerStartError, match="KHOBAO_MONGODB_URI"):
        EmbeddedServer(tmp_path / "home", mongod=tmp_path / "nothing-here").start()


def test_the_reason_of_a_refused_start_comes_from_mongods_own_log(server: EmbeddedServer) -> None:
    server.db_path.mkdir(parents=True)
    (server.db_path / "WiredTiger").write_text("garbage", "utf-8")
    (server.db_path / "storage.bson").write_text("garbage", "utf-8")
    with pytest.raises(ServerStartError, match=r"mongod does not start: .*mongod\.log") as caught:
        server.start()
    assert "\n" not in str(caught.value)


def test_a_platform_without_a_wheel_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ServerStartError, match="Set KHOBAO_MONGODB_URI"):
        server_module.find_mongod()


def test_a_big_log_is_set_aside_at_the_next_start(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    server.stop()
    monkeypatch.setattr(server_module, "LOG_ROTATE_BYTES", 100)
    before = server.log_path.read_bytes()

    server.start()

    assert server.log_path.with_suffix(".log.1").read_bytes() == before
