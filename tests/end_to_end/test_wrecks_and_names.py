"""What a killed crawl left, told and mended; and names that lead nowhere."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import Home
from support.limits import (
    crawl_page,
    crawl_words,
    listing,
    small_disk,
)
from support.streaming_server import StreamingServer, of_length

from pipelines.mongodb.server import EmbeddedServer
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    return practice("--articles", "40")


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
    tmp_path: Path, server: StreamingServer, database: EmbeddedServer
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
