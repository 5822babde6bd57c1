"""Bodies, heads and disks that want more than they get."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.home import KHOBAO, Home
from support.limits import (
    crawl_page,
    crawl_words,
    journal_lines,
    responses,
    small_disk,
)
from support.memory import PEAK
from support.streaming_server import MEBI, StreamingServer, dripping, endless_head, of_length
from support.warc import read_exchanges

from archive import read_record
from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    return practice("--articles", "40")


ROOM_BYTES = 96 * MEBI
"""What any body may add to the memory of a crawl that fetches next to nothing (measured: 23)."""


@pytest.fixture(scope="module")
def idle_peak(homes: Callable[[], Home], server: StreamingServer, database: EmbeddedServer) -> int:
    _, peak = crawl_page(homes(), server, "/nothing/", env={"KHOBAO_MONGODB_URI": database.uri})
    return peak


@pytest.mark.parametrize(
    "size", [256 * MEBI, pytest.param(2048 * MEBI, marks=pytest.mark.soak)], ids=["256", "2048"]
)
def test_a_long_body_needs_no_memory(
    home: Home, server: StreamingServer, database: EmbeddedServer, idle_peak: int, size: int
) -> None:
    server.answers["/long/"] = lambda: of_length(size - 4096)
    env = {"KHOBAO_MONGODB_URI": database.uri}

    _, peak = crawl_page(home, server, "/long/", env=env)

    assert peak - idle_peak < ROOM_BYTES
    ((name, entry),) = responses(home, "/long/")
    assert entry["recordLength"] > size - 4096
    # Reading it back is bounded as well: a process of its own may not have more than this.
    code = (
        PEAK + "import sys, pathlib; from archive import read_record;"
        "record = read_record(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]));"
        "print(sum(map(len, record.iter_block())));"
        "print(peak())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.path), name, str(entry["offset"])],
        capture_output=True,
        text=True,
        check=True,
    )
    length, memory = map(int, done.stdout.split())
    assert length > size - 4096
    assert memory * 1024 < 150 * MEBI


def test_many_long_bodies_at_once_need_what_their_pages_may_have(
    home: Home, server: StreamingServer, database: EmbeddedServer, idle_peak: int
) -> None:
    """The page reader may have 16 MiB of each (``ARCHIVE_BODY_MEMORY_BYTES``), the spool 4."""
    paths = [f"/many/{number}/" for number in range(6)]
    for path in paths:
        server.answers[path] = lambda: of_length(48 * MEBI)

    _, peak = crawl_page(home, server, *paths, env={"KHOBAO_MONGODB_URI": database.uri})

    assert 6 == sum(entry["recordLength"] > 48 * MEBI for _, entry in responses(home, "/"))
    assert peak - idle_peak < 6 * 20 * MEBI + ROOM_BYTES


def test_an_endless_head_is_broken_off(
    home: Home, server: StreamingServer, database: EmbeddedServer, idle_peak: int
) -> None:
    server.answers["/head/"] = endless_head

    result, peak = crawl_page(home, server, "/head/", env={"KHOBAO_MONGODB_URI": database.uri})

    assert 1 == result["returncode"]
    assert peak - idle_peak < ROOM_BYTES
    found = [e for e in read_exchanges(home.warcs) if e.target_uri.endswith("/head/")]
    assert found
    assert all("length" == e.truncated and "head-too-long" == e.fields["outcome"] for e in found)
    assert all(MEBI < len(e.response) < 2 * MEBI for e in found)


def run_scrapy(
    home: Home, server: StreamingServer, url: str, database: EmbeddedServer, **settings: str
) -> None:
    """For settings that no option of ``khobao crawl`` has."""
    words = [word for pair in settings.items() for word in ("-s", "=".join(pair))]
    subprocess.run(
        [KHOBAO.parent / "scrapy", "crawl", "page", "-a", f"urls={url}", *words],
        env={
            **os.environ,
            "KHOBAO_HOME": str(home.path),
            "KHOBAO_RESOLVE": " ".join(server.options[1::2]),
            "KHOBAO_DELAY": "0",
            "KHOBAO_MONGODB_URI": database.uri,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_a_drip_without_end_ends(
    home: Home, server: StreamingServer, database: EmbeddedServer
) -> None:
    server.answers["/drip/"] = lambda: dripping(0.003)
    started = time.monotonic()
    run_scrapy(
        home,
        server,
        "http://baodaklak.vn/drip/",
        database,
        DOWNLOAD_TOTAL_TIMEOUT="4",
        RETRY_ENABLED="False",
    )
    assert time.monotonic() - started < 60
    (found,) = [e for e in read_exchanges(home.warcs) if e.target_uri.endswith("/drip/")]
    assert ("time", "timeout") == (found.truncated, found.fields["outcome"])
    assert 100 < len(found.response) < 5000


def test_limits_can_be_given_to_the_command(
    home: Home, server: StreamingServer, database: EmbeddedServer
) -> None:
    server.answers["/slow/"] = lambda: dripping(0.003)
    env = {"KHOBAO_MONGODB_URI": database.uri}
    words = ["crawl", "page", "http://baodaklak.vn/slow/", "--delay", "0", *server.options]
    done = home.khobao(*words, "--max-time", "2", "--speed-limit", "50000", env=env)
    assert 1 == done.returncode, done.stderr
    found = [e for e in read_exchanges(home.warcs) if e.target_uri.endswith("/slow/")]
    assert {("time", "timeout")} == {(e.truncated, e.fields["outcome"]) for e in found}
    assert all(len(e.response) < 5000 for e in found)
    refused = home.khobao(*words, "--timeout", "0", env=env)
    assert 2 == refused.returncode
    assert "--timeout 0 is no limit" in refused.stderr


def test_a_body_over_the_limit_is_broken_off(
    home: Home, server: StreamingServer, database: EmbeddedServer
) -> None:
    server.answers["/over/"] = lambda: of_length(8 * MEBI)
    run_scrapy(
        home,
        server,
        "http://baodaklak.vn/over/",
        database,
        ARCHIVE_BODY_MAX_BYTES=str(2 * MEBI),
        RETRY_ENABLED="False",
    )
    (found,) = [e for e in read_exchanges(home.warcs) if e.target_uri.endswith("/over/")]
    assert "length" == found.truncated
    assert len(found.response) < 4 * MEBI


def test_a_gzip_bomb_stays_small(
    home: Home, server: StreamingServer, database: EmbeddedServer, idle_peak: int
) -> None:
    bomb = gzip.compress(gzip.compress(bytes(1024 * MEBI), 1), 9)
    bomb = gzip.decompress(bomb)  # one layer, a thousandfold

    def answer() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        yield b"Content-Length: %d\r\n\r\n" % len(bomb) + bomb

    server.answers["/bomb/"] = answer
    _, peak = crawl_page(home, server, "/bomb/", env={"KHOBAO_MONGODB_URI": database.uri})
    assert peak - idle_peak < 256 * MEBI
    ((name, entry),) = responses(home, "/bomb/")
    assert len(read_record(home.path, name, entry["offset"]).payload) == len(bomb)


@pytest.mark.parametrize("kibibytes", [120, 300, 600])
def test_a_full_disk_at_different_moments_and_resume(
    site: PracticeProcess,
    tmp_path: Path,
    database: EmbeddedServer,
    kibibytes: int,
) -> None:
    env = {"KHOBAO_MIN_FREE_BYTES": "0", "KHOBAO_FILE_MAX_BYTES": "200000"}
    env["KHOBAO_MONGODB_URI"] = f"{database.uri}"
    with small_disk(tmp_path / "nhỏ", f"{kibibytes}k") as disk:
        home = Home(disk / "home")
        full = home.khobao("--json", "crawl", *crawl_words(site), env=env)
        assert 8 == full.returncode, full.stderr
        assert "Traceback" not in full.stderr
        promised = {(name, e["offset"], e["recordId"]) for name, e in journal_lines(home)}
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        words = ["--resume", json.loads(full.stdout)["run_id"]] if full.stdout.strip() else []
        known = words and home.khobao("--json", "runs", env=env).stdout
        resume = words if words and words[1] in known else []

        rest = home.khobao("--json", "crawl", *crawl_words(site), *resume, env=env)

        assert 0 == rest.returncode, rest.stderr
        assert not list((home.path / "warc").glob("*.open"))
        assert not list((home.path / "warc").glob("*.bad"))
        for name, offset, record_id in promised:
            assert read_record(home.path, name, offset).record_id == record_id
        verified = home.khobao("archive", "verify", "--all", "--no-database", env=env)
        assert 0 == verified.returncode, verified.stdout


def test_the_floor_is_seen_within_one_long_body(
    tmp_path: Path, server: StreamingServer, database: EmbeddedServer
) -> None:
    server.answers["/floor/"] = lambda: of_length(60 * MEBI)
    with small_disk(tmp_path / "disk", "64m") as disk:
        home = Home(disk / "home")
        env = {"KHOBAO_MIN_FREE_BYTES": str(30 * MEBI), "KHOBAO_MONGODB_URI": database.uri}
        result, _ = crawl_page(home, server, "/floor/", env=env)
        assert 8 == result["returncode"], result["stderr"]
        assert "fewer than the floor" in result["reason"]
        report = json.loads(Path(result["report_path"]).read_text())
        assert 8 == report["exitCode"]
        assert not list((home.path / "warc").glob("*.open"))  # there was room to close it
        assert not responses(home, "/floor/")
        done = home.khobao("archive", "verify", "--all", "--no-database", env=env)
        assert 0 == done.returncode, done.stdout
