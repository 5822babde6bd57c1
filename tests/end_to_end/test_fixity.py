"""`khobao archive fixity` on real crawls: directory, SFTP, S3, and a timestamp service."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import KHOBAO, Home
from support.servers import s3_server, sftp_server
from support.tsa import timestamp_service
from support.verify_home import compress

from archive import Archive, CaptureEvent
from archive.home.layout import Layout
from archive.home.manifest_writer import ManifestWriter
from archive.home.sums import sums_of
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def crawled(practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path) -> Home:
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


def flip(path: Path, at: int = 1000) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def warc_contents(directory: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in directory.iterdir()
        if path.name.endswith((".gz", ".journal"))
    }


@pytest.mark.mongo
def test_the_crawl_copies_and_a_flipped_bit_is_repaired(crawled: Home, tmp_path: Path) -> None:
    target = tmp_path / "bản sao"
    good = warc_contents(crawled.path / "warc")
    assert good == warc_contents(target / "warc")
    flip(crawled.warcs[0])

    without = crawled.khobao("archive", "fixity", "run")

    assert 7 == without.returncode
    assert 1 == len(without.stderr.strip().splitlines())
    assert f"{crawled.warcs[0].name} (master) is damaged" in without.stderr
    assert 7 == crawled.khobao("archive", "fixity", "status").returncode
    assert "SOMETHING IS WRONG" in crawled.khobao("status").stdout

    repaired = crawled.khobao("archive", "fixity", "run", "--copy", str(target))

    assert 0 == repaired.returncode, repaired.stderr
    assert f"repaired: {crawled.warcs[0].name} (master)" in repaired.stdout
    assert good == warc_contents(crawled.path / "warc")
    status = crawled.khobao("archive", "fixity", "status")
    assert 0 == status.returncode
    assert "every file verified within 1 day" in status.stdout
    told = json.loads(crawled.khobao("--json", "status").stdout)["fixity"]
    assert (1, 1, False) == (told["listed"], told["copied"], told["wrong"])


@pytest.mark.mongo
def test_a_copy_that_is_away_costs_the_crawl_a_warning(
    practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "30")
    env = {"KHOBAO_COPY": "sftp://kho:mat-khau@127.0.0.1:1/x"}
    result = home.crawl(site, "page", site.truth("articles")[1]["url"], env=env)
    assert 0 == result["returncode"], result["stderr"]
    (warning,) = result["warnings"]
    assert "the second copy at sftp://kho:…@127.0.0.1:1/x" in warning
    assert "mat-khau" not in json.dumps(result)
    report = json.loads(Path(result["report_path"]).read_text())
    assert report["warnings"] == [warning]
    late = tmp_path / "muộn"
    late.mkdir()
    assert 0 == home.khobao("archive", "fixity", "run", env={"KHOBAO_COPY": str(late)}).returncode
    assert warc_contents(home.path / "warc") == warc_contents(late / "warc")


@pytest.mark.mongo
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_copy_that_fills_up_during_a_crawl_is_completed_later(
    practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "30")
    small = tmp_path / "nhỏ"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        env = {"KHOBAO_COPY": str(small)}
        result = home.crawl(site, "page", site.truth("articles")[2]["url"], env=env)
        assert 0 == result["returncode"], result["stderr"]
        (warning,) = result["warnings"]
        assert "No space left on device" in warning
        assert not list(small.glob("warc/*.gz"))
        subprocess.run(["mount", "-o", "remount,size=1m", str(small)], check=True)
        run = home.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        assert warc_contents(home.path / "warc") == warc_contents(small / "warc")
        assert not list(small.rglob("*.partial"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_two_runs_at_once_are_one_and_a_refusal(written: Home, tmp_path: Path) -> None:
    there = tmp_path / "đích"
    there.mkdir()
    command = [str(KHOBAO), "--home", str(written.path), "archive", "fixity", "run"]
    runs = [
        subprocess.Popen([*command, "--copy", there], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = "".join(run.communicate(timeout=60)[1] for run in runs)
    # 9: the other one was at it; 0 twice: the first had ended before the second began.
    assert {run.returncode for run in runs} in ({0}, {0, 9}), errors
    assert "Traceback" not in errors
    assert warc_contents(written.path / "warc") == warc_contents(there / "warc")


def test_rot_is_repaired_from_sftp(written: Home, tmp_path: Path) -> None:
    there = tmp_path / "sftp"
    there.mkdir()
    good = warc_contents(written.path / "warc")
    with sftp_server(there) as (url, _):
        run = written.khobao("archive", "fixity", "run", "--copy", f"{url}sao lưu")
        assert 0 == run.returncode, run.stderr
        assert good == warc_contents(there / "sao lưu" / "warc")
        flip(written.warcs[1])
        run = written.khobao("archive", "fixity", "run", "--copy", f"{url}sao lưu")
        assert 0 == run.returncode, run.stderr
        assert good == warc_contents(written.path / "warc")
        settle_twice(written, {"KHOBAO_COPY": f"{url}sao lưu"})
        assert list((there / "sao lưu").glob("fixity.set-aside-*/head.json"))


def test_rot_is_repaired_from_s3(written: Home) -> None:
    good = warc_contents(written.path / "warc")
    with s3_server("kho-bao") as env:
        env["KHOBAO_COPY"] = "s3://kho-bao/sao lưu"
        run = written.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        flip(written.warcs[1])
        run = written.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        assert "repaired:" in run.stdout
        assert good == warc_contents(written.path / "warc")
        settle_twice(written, env)


def settle_twice(home: Home, env: dict[str, str]) -> None:
    """Trust the copy after this home was altered, then this home after it was altered again."""
    good = warc_contents(home.path / "warc")
    shutil.rmtree(home.path / "fixity")
    flip(home.warcs[0])
    assert 7 == home.khobao("archive", "fixity", "run", env=env).returncode
    run = home.khobao("archive", "fixity", "run", "--trust", "copy", env=env)
    assert 0 == run.returncode, run.stderr
    assert good == {
        name: data for name, data in warc_contents(home.path / "warc").items() if name in good
    }
    shutil.rmtree(home.path / "fixity")
    run = home.khobao("archive", "fixity", "run", "--trust", "master", env=env)
    assert 0 == run.returncode, run.stderr
    assert "there" in run.stdout
    assert 0 == home.khobao("archive", "fixity", "run", env=env).returncode


def test_a_target_that_dies_half_way(written: Home, tmp_path: Path) -> None:
    """No half file gets its name; the next run does what is missing."""
    there = tmp_path / "sftp"
    there.mkdir()
    good = warc_contents(written.path / "warc")
    with sftp_server(there) as (url, server):
        command = [str(KHOBAO), "--home", str(written.path), "archive", "fixity", "run"]
        run = subprocess.Popen([*command, "--copy", url], stderr=subprocess.PIPE, text=True)
        wait_until(lambda: list(there.glob("warc/*.partial")))
        server.kill()
        errors = run.communicate(timeout=120)[1]
    assert 1 == run.returncode, errors
    assert "khobao: the second copy at sftp://kho:…@127.0.0.1" in errors
    assert "Traceback" not in errors
    for name, data in warc_contents(there / "warc").items():
        assert good[name] == data
    with sftp_server(there) as (url, _):
        rest = written.khobao("archive", "fixity", "run", "--copy", url)
        assert 0 == rest.returncode, rest.stderr
    assert good == warc_contents(there / "warc")
    assert not list(there.rglob("*.partial"))


def test_ctrl_c_keeps_what_was_done(written: Home) -> None:
    """The second file is made so long that the signal surely comes while it is read."""
    log = Layout(written.path).fixity / "log.jsonl"
    size = written.warcs[1].stat().st_size
    os.truncate(written.warcs[1], 8 << 30)  # a hole: it takes no room
    command = [str(KHOBAO), "--home", str(written.path), "archive", "fixity", "run"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (log.exists() and log.stat().st_size) or run.poll() is not None)
    run.send_signal(signal.SIGINT)
    errors = run.communicate(timeout=60)[1]
    assert 130 == run.returncode, errors
    assert "Traceback" not in errors
    (done,) = log.read_text().splitlines()
    assert (written.warcs[0].name, "verified") == (
        json.loads(done)["file"],
        json.loads(done)["action"],
    )
    os.truncate(written.warcs[1], size)
    assert 0 == written.khobao("archive", "fixity", "run", "--budget", "1h").returncode


def test_a_broken_chain_is_refused_by_name(written: Home) -> None:
    (manifest,) = (written.path / "fixity").glob("????-??-??.jsonl")
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(lines[0] + lines[2])
    for words in (["run"], ["status"]):
        done = written.khobao("archive", "fixity", *words)
        assert 7 == done.returncode
        said = done.stdout + done.stderr
        assert f"lines are missing before the one of {written.warcs[2].name}: number 1" in said


@pytest.mark.mongo
def test_an_altered_page_with_everything_made_anew_is_told_by_the_copy(
    crawled: Home, tmp_path: Path
) -> None:
    """The insider has the file, its journal, its index and the chain; not the second copy."""
    target = tmp_path / "bản sao"
    warc = crawled.warcs[0]
    good = warc.read_bytes()
    rewrite_a_page(warc)
    assert 0 == crawled.khobao("archive", "index", "--from-warc").returncode
    remake_chain(crawled.path, warc)
    assert 0 == crawled.khobao("archive", "verify", "--no-database").returncode
    before = contents_of(target), contents_of(crawled.path / "fixity")

    for words in ([], ["--budget", "1h"]):
        told = crawled.khobao("archive", "fixity", "run", "--copy", str(target), *words)
        assert 7 == told.returncode
        assert f"of {warc.name} the home says" in told.stderr
        assert "--trust copy or --trust master" in told.stderr
    told = crawled.khobao("--json", "archive", "fixity", "run", "--copy", str(target))
    assert json.loads(told.stdout)["copy"]
    assert before == (contents_of(target), contents_of(crawled.path / "fixity"))

    settled = crawled.khobao("archive", "fixity", "run", "--copy", str(target), "--trust", "copy")

    assert 0 == settled.returncode, settled.stderr
    assert good == warc.read_bytes()
    assert 1 == len(list(warc.parent.glob("*.warc.gz.rotten-*")))
    assert 1 == len(list(crawled.path.glob("fixity.set-aside-*")))
    assert 0 == crawled.khobao("archive", "index").returncode
    assert 0 == crawled.khobao("archive", "verify").returncode


@pytest.mark.mongo
def test_a_crawl_says_that_the_chain_is_broken_and_goes_on_beside_it(
    practice: Callable[..., PracticeProcess], crawled: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "30")
    articles = [article["url"] for article in site.truth("articles")]
    env = {"KHOBAO_COPY": str(tmp_path / "bản sao")}
    fixity = crawled.path / "fixity"
    kept = shutil.copytree(fixity, tmp_path / "fixity")
    for number, damage in enumerate((break_head, shutil.rmtree, alter_manifest), 1):
        damage(fixity)
        result = crawled.crawl(site, "page", articles[number], env=env)
        assert 7 == result["returncode"], result["stderr"]
        assert "the archive needs a look" in result["reason"]
        assert result["counts"]["new"] == 1
        assert 7 == crawled.khobao("archive", "fixity", "status").returncode
        assert 7 == crawled.khobao("archive", "fixity", "run").returncode
        beside = (fixity / "unchained.jsonl").read_bytes()
        assert crawled.warcs[-1].name.encode() in beside
        shutil.rmtree(fixity)
        shutil.copytree(kept, fixity)  # the second copy would do as well
        (fixity / "unchained.jsonl").write_bytes(beside)
        run = crawled.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        assert "1 files that were closed beside the chain are in it now" in run.stdout
        assert 0 == crawled.khobao("archive", "verify").returncode
        shutil.rmtree(kept)
        shutil.copytree(fixity, kept)


def test_what_nothing_lists_is_listed_only_when_a_person_says_so(written: Home) -> None:
    shutil.rmtree(written.path / "fixity")
    for _ in range(2):
        run = written.khobao("archive", "fixity", "run")
        assert 7 == run.returncode
        assert "3 files (" in run.stderr
        assert "no manifest lists them" in run.stderr
    run = written.khobao("archive", "fixity", "run", "--trust", "master")
    assert 0 == run.returncode, run.stderr
    assert "3 files are listed as they are now" in run.stdout
    status = written.khobao("archive", "fixity", "status")
    assert 0 == status.returncode
    assert "3 files were listed later than closed" in status.stdout


def test_trust_is_a_choice_that_has_to_make_sense(written: Home) -> None:
    run = written.khobao("archive", "fixity", "run", "--trust", "copy")
    assert 2 == run.returncode
    assert "--trust copy needs --copy URL" in run.stderr
    gone = written.khobao("archive", "fixity", "run", "--trust", "copy", "--copy", "/not/mounted")
    assert 2 == gone.returncode
    assert "nothing was changed" in gone.stderr
    assert 2 == written.khobao("archive", "fixity", "run", "--trust", "both").returncode


def rewrite_a_page(warc: Path) -> None:
    """Another word of the same length in a page, with all digests right."""
    out, is_done = [], False
    for raw in records(warc):
        is_plain = b"WARC-Type: response" in raw and b"chunked" not in raw
        if not is_done and is_plain and b"<title>" in raw:
            head, block = raw[:-4].split(b"\r\n\r\n", 1)
            block = block.replace(b"<title>", b"<TITLE>", 1)
            body = block.split(b"\r\n\r\n", 1)[1]
            sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest())
            sha256 = hashlib.sha256(block).hexdigest().encode()
            head = re.sub(rb"(WARC-Block-Digest: sha256:)\S+", rb"\g<1>" + sha256, head)
            head = re.sub(rb"(WARC-Payload-Digest: sha1:)\S+", rb"\g<1>" + sha1, head)
            raw, is_done = head + b"\r\n\r\n" + block + b"\r\n\r\n", True  # noqa: PLW2901
        out.append(compress(raw))
    assert is_done
    warc.write_bytes(b"".join(out))


def records(warc: Path) -> list[bytes]:
    data, found = warc.read_bytes(), []
    while data:
        member = zlib.decompressobj(31)
        found.append(member.decompress(data))
        data = member.unused_data
    return found


def remake_chain(home: Path, warc: Path) -> None:
    """As an insider would: every line that follows from the altered file, and the head."""
    journal = Path(f"{warc}.journal")
    journal.write_text(journal.read_text().replace(',"recovered":true', ""))
    previous, number = "0" * 64, 0
    for manifest in sorted((home / "fixity").glob("????-??-??.jsonl")):
        lines = []
        for line in manifest.read_text().splitlines():
            values = json.loads(line)
            if values["file"] == warc.name:
                values |= {
                    "size": warc.stat().st_size,
                    "sha256": hashlib.sha256(warc.read_bytes()).hexdigest(),
                    "journalSize": journal.stat().st_size,
                    "journalSha256": hashlib.sha256(journal.read_bytes()).hexdigest(),
                }
            values["previous"], number = previous, values["number"]
            lines.append(json.dumps(values, separators=(",", ":")))
            previous = hashlib.sha256(lines[-1].encode()).hexdigest()
        manifest.write_text("\n".join(lines) + "\n")
    head = {"number": number, "sha256": previous}
    (home / "fixity" / "head.json").write_text(json.dumps(head))
    (home / "fixity" / "log.jsonl").unlink(missing_ok=True)


def contents_of(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def break_head(fixity: Path) -> None:
    (fixity / "head.json").write_text('{"number": 0, "sha256": "0"}')


def alter_manifest(fixity: Path) -> None:
    manifest = min(fixity.glob("????-??-??.jsonl"))
    manifest.write_bytes(manifest.read_bytes().replace(b'"size"', b'"syze"', 1))


def test_each_finished_day_gets_a_timestamp(written: Home, tmp_path: Path) -> None:
    with timestamp_service(tmp_path / "tsa") as (url, root):
        env = {"KHOBAO_TIMESTAMP_URL": url, "KHOBAO_TIMESTAMP_CA": str(root)}
        run = written.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        assert "stamped" not in run.stdout  # today is not over
        yesterday = make_older(written)
        run = written.khobao("archive", "fixity", "run", env=env)
        assert "1 days stamped" in run.stdout, run.stderr
    token = yesterday.with_suffix(".tsr")
    with_openssl = subprocess.run(
        ["openssl", "ts", "-verify", "-data", yesterday, "-in", token, "-CAfile", root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in with_openssl.stdout + with_openssl.stderr
    status = written.khobao("archive", "fixity", "status", env=env)  # the service is away now
    assert "1 of 1 days hold (signer checked)" in status.stdout
    assert "CN=Dau thoi gian thu nghiem" in status.stdout
    bare = written.khobao("archive", "fixity", "status")
    assert "signer not checked" in bare.stdout

    token.write_bytes(token.read_bytes().replace(b"\x02\x01\x01", b"\x02\x01\x02"))
    assert 7 == written.khobao("archive", "fixity", "status", env=env).returncode
    run = written.khobao("archive", "fixity", "run", env={"KHOBAO_TIMESTAMP_CA": str(root)})
    assert 7 == run.returncode
    assert f"{token} does not vouch for its day" in run.stderr
    with timestamp_service(tmp_path / "another") as (_, stranger):
        env["KHOBAO_TIMESTAMP_CA"] = str(stranger)
        other = written.khobao("archive", "fixity", "status", env=env)
    assert 7 == other.returncode
    assert "the signature does not hold" in other.stdout


def test_a_timestamp_service_that_is_away_is_a_warning(written: Home) -> None:
    make_older(written)
    run = written.khobao(
        "archive", "fixity", "run", env={"KHOBAO_TIMESTAMP_URL": "http://127.0.0.1:1/"}
    )
    assert 1 == run.returncode
    assert "timestamp service http://127.0.0.1:1/: " in run.stderr
    assert 1 == len(run.stderr.strip().splitlines())


def make_older(home: Home) -> Path:
    """The same chain, closed a day ago."""
    (manifest,) = (home.path / "fixity").glob("????-??-??.jsonl")
    names = [json.loads(line)["file"] for line in manifest.read_text().splitlines()]
    manifest.unlink()
    (manifest.parent / "head.json").unlink()
    layout = Layout(home.path)
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    manifests = ManifestWriter(layout, may_begin=True)
    for name in names:
        manifests.append(name, sums_of(layout, layout.warc / name, name), closed_at=yesterday)
    return manifest.with_name(f"{yesterday:%Y-%m-%d}.jsonl")


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)  # noqa: TID251  another process is at work
