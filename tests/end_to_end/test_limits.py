"""Bodies, heads, disks and names that want more than they get."""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.home import KHOBAO, Home
from support.memory import PEAK
from support.torrent import MEBI, Torrent, dripping, endless_head, of_length, torrent
from support.warc import read_exchanges

from archive import read_record
from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

ROOM_BYTES = 96 * MEBI
"""What any body may add to the memory of a crawl that fetches next to nothing (measured: 23)."""


@pytest.fixture(scope="module")
def server() -> Iterator[Torrent]:
    with torrent() as served:
        yield served


@pytest.fixture(scope="module")
def site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    return practice("--articles", "40")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    mongod = EmbeddedServer(tmp_path_factory.mktemp("elsewhere"))
    mongod.start()
    yield mongod
    mongod.stop()


def crawl_page(
    home: Home, server: Torrent, *paths: str, env: dict[str, str] | None = None
) -> tuple[dict[str, Any], int]:
    """The result, and the most memory the crawling process ever had."""
    process = subprocess.Popen(
        [
            *(str(KHOBAO), "--home", str(home.path), "--json", "crawl", "page"),
            *(f"http://baodaklak.vn{path}" for path in paths),
            *("--delay", "0", *server.options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
    )
    peak = 0
    status = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, status.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)  # noqa: TID251  between two looks
    stdout, stderr = process.communicate()
    assert stdout.strip(), stderr
    return json.loads(stdout) | {"returncode": process.returncode, "stderr": stderr}, peak


@pytest.fixture(scope="module")
def idle_peak(homes: Callable[[], Home], server: Torrent, database: EmbeddedServer) -> int:
    _, peak = crawl_page(homes(), server, "/nothing/", env={"KHOBAO_MONGODB_URI": database.uri})
    return peak


def journal(home: Home) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name.removesuffix(".journal"), json.loads(line))
        for path in sorted((home.path / "warc").glob("*.journal"))
        for line in path.read_bytes().splitlines()
    ]


def responses(home: Home, url: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, entry)
        for name, entry in journal(home)
        if entry["type"] == "response" and entry["targetUri"].endswith(url)
    ]


@pytest.mark.parametrize(
    "size", [256 * MEBI, pytest.param(2048 * MEBI, marks=pytest.mark.soak)], ids=["256", "2048"]
)
def test_a_long_body_needs_no_memory(
    home: Home, server: Torrent, database: EmbeddedServer, idle_peak: int, size: int
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
    home: Home, server: Torrent, database: EmbeddedServer, idle_peak: int
) -> None:
    """The page reader may have 16 MiB of each (``ARCHIVE_BODY_MEMORY_BYTES``), the spool 4."""
    paths = [f"/many/{number}/" for number in range(6)]
    for path in paths:
        server.answers[path] = lambda: of_length(48 * MEBI)

    _, peak = crawl_page(home, server, *paths, env={"KHOBAO_MONGODB_URI": database.uri})

    assert 6 == sum(entry["recordLength"] > 48 * MEBI for _, entry in responses(home, "/"))
    assert peak - idle_peak < 6 * 20 * MEBI + ROOM_BYTES


def test_an_endless_head_is_broken_off(
    home: Home, server: Torrent, database: EmbeddedServer, idle_peak: int
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
    home: Home, server: Torrent, url: str, database: EmbeddedServer, **settings: str
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


def test_a_drip_without_end_ends(home: Home, server: Torrent, database: EmbeddedServer) -> None:
    server.answers["/drip/"] = lambda: dripping(0.003)
    started = time.monotonic()
    run_scrapy(
        home,
        server,
        "http://baodaklak.vn/drip/",
        database,
        DOWNLOAD_TIMEOUT="4",
        RETRY_ENABLED="False",
    )
    assert time.monotonic() - started < 60
    (found,) = [e for e in read_exchanges(home.warcs) if e.target_uri.endswith("/drip/")]
    assert ("time", "timeout") == (found.truncated, found.fields["outcome"])
    assert 100 < len(found.response) < 5000


def test_a_body_over_the_limit_is_broken_off(
    home: Home, server: Torrent, database: EmbeddedServer
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
    home: Home, server: Torrent, database: EmbeddedServer, idle_peak: int
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


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


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


def crawl_words(site: PracticeProcess) -> list[str]:
    words = ["sections", "--full", "--media", "none", "--ca-file", str(site.ca_file)]
    for rule in site.resolve:
        words += ["--resolve", rule]
    return [*words, "--delay", "0"]


def journal_lines(home: Home) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((home.path / "warc").glob("*.journal")):
        for line in path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield path.name.removesuffix(".journal"), json.loads(line)


def test_the_floor_is_seen_within_one_long_body(
    tmp_path: Path, server: Torrent, database: EmbeddedServer
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


def test_salvage_tells_what_it_did_and_readers_tell_of_it(
    site: PracticeProcess, home: Home, database: EmbeddedServer
) -> None:
    env = {"KHOBAO_MONGODB_URI": database.uri}
    home.khobao("crawl", *crawl_words(site), "--limit", "2", env=env)
    warc = home.warcs[0]
    warc.rename(warc.with_name(warc.name + ".open"))
    for words in (["status"], ["archive", "verify", "--all", "--no-database"]):
        told = home.khobao(*words, env=env)
        assert 1 == told.stderr.count("archive salvage"), told.stderr
        assert "1 WARC file was left open" in told.stderr
    with warc.with_name(warc.name + ".open").open("ab") as file:
        file.write(b"half of a record")

    again = home.khobao("--json", "crawl", *crawl_words(site), "--limit", "2", env=env)

    result = json.loads(again.stdout)
    sentence = f"{warc.name} was not closed: "
    assert any(sentence in warning for warning in result["warnings"])
    assert sentence in (home.path / "logs" / f"{result['run_id']}.log").read_text()
    report = json.loads(Path(result["report_path"]).read_text())
    assert any(sentence in warning for warning in report["warnings"])
    (kept,) = json.loads((home.path / "warc" / f"{warc.name}.salvage.json").read_text())
    assert 16 == kept["tailBytes"]
    assert "" == home.khobao("status", env=env).stderr
    assert "nothing to salvage" in home.khobao("archive", "salvage").stdout


def test_a_lost_record_ends_salvage_with_7(
    site: PracticeProcess, home: Home, database: EmbeddedServer
) -> None:
    env = {"KHOBAO_MONGODB_URI": database.uri}
    home.khobao("crawl", *crawl_words(site), "--limit", "2", env=env)
    warc = home.warcs[0].rename(home.warcs[0].with_name(home.warcs[0].name + ".open"))
    os.truncate(warc, warc.stat().st_size - 7)

    done = home.khobao("archive", "salvage")

    assert 7 == done.returncode
    assert "1 acknowledged records are gone" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_of_a_servers_answer_becomes_a_path(
    tmp_path: Path, server: Torrent, database: EmbeddedServer
) -> None:
    parent = tmp_path / "parent"
    (parent / "real").mkdir(parents=True)
    (parent / "home").symlink_to(parent / "real")
    home = Home(parent / "home")
    hostile = {
        "/a/": b'Content-Disposition: attachment; filename="../../../../evil"',
        "/b/%2e%2e/%2e%2e/evil/": b"Content-Type: ../../evil/../x",
        "/c/..%5c..%5cCON/": b"Content-Location: file:///etc/evil",
        "/d%00evil/": b'ETag: "../../evil"',
        f"/{'e' * 3000}/": b"Content-Type: text/html; charset=../../evil",
    }
    for path, head in hostile.items():
        server.answers[path] = lambda head=head: of_length(20, head=head)  # type: ignore[misc]
    server.answers["/f/"] = lambda: iter(
        [b"HTTP/1.1 302 x\r\nLocation: /../../../evil/\r\nContent-Length: 0\r\n\r\n"]
    )
    before = listing(parent)

    crawl_page(home, server, *hostile, "/f/", env={"KHOBAO_MONGODB_URI": database.uri})

    made = listing(parent) - before
    assert made
    assert not [path for path in made if "evil" in path or "CON" in path]
    tops = {path.split("/")[1] for path in made if "/" in path}
    assert all(path.startswith("real") for path in made)
    assert tops <= {"warc", "index", "state", "logs", "reports", "fixity", "mongodb"}


def listing(parent: Path) -> set[str]:
    return {
        str((Path(top) / name).relative_to(parent))
        for top, directories, files in os.walk(parent)
        for name in (*directories, *files)
    }


def test_show_does_not_open_a_path_that_mongodb_names(site: PracticeProcess, home: Home) -> None:
    home.khobao("crawl", *crawl_words(site), "--limit", "1")
    with home.database() as db:
        (article,) = db.articles.find({}).limit(1)
        record_id = article["provenance"]["warcRecordId"]
        for name in ("../../../../etc/passwd", "/etc/passwd", "..", "a/../b.warc.gz", "x\0y"):
            changed = {"$set": {"warcFilename": name, "warcOffset": 0}}
            db.captures.update_one({"_id": record_id}, changed, bypass_document_validation=True)
            done = home.khobao("show", article["_id"], "--record")
            assert 1 == done.returncode
            assert "there is no WARC file" in done.stderr
            assert "root:" not in done.stdout + done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a read-only file system")
def test_salvage_on_a_read_only_home_says_so_in_one_line(
    site: PracticeProcess, tmp_path: Path, database: EmbeddedServer
) -> None:
    with small_disk(tmp_path / "disk", "32m") as disk:
        home = Home(disk / "home")
        env = {"KHOBAO_MONGODB_URI": database.uri, "KHOBAO_MIN_FREE_BYTES": "0"}
        home.khobao("crawl", *crawl_words(site), "--limit", "1", env=env)
        warc = home.warcs[0]
        warc.rename(warc.with_name(warc.name + ".open"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = home.khobao("archive", "salvage")
        assert 5 == done.returncode
        assert 1 == len(done.stderr.strip().splitlines()), done.stderr
        assert os.strerror(errno.EROFS) in done.stderr
