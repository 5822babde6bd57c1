"""`khobao archive fixity` on real crawls: directory, SFTP, S3, and a timestamp service."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import KHOBAO, Home
from support.servers import s3_server, sftp_server
from support.tsa import timestamp_service

from archive.home.layout import Layout
from archive.home.manifest_writer import ManifestWriter
from archive.home.sums import sums_of
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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
def test_the_crawl_copies_and_a_flipped_bit_is_repaired(copied: Home, tmp_path: Path) -> None:
    target = tmp_path / "bản sao"
    good = warc_contents(copied.path / "warc")
    assert good == warc_contents(target / "warc")
    flip(copied.warcs[0])

    without = copied.khobao("archive", "fixity", "run")

    assert 7 == without.returncode
    assert 1 == len(without.stderr.strip().splitlines())
    assert f"{copied.warcs[0].name} (master) is damaged" in without.stderr
    assert 7 == copied.khobao("archive", "fixity", "status").returncode
    assert "SOMETHING IS WRONG" in copied.khobao("status").stdout

    repaired = copied.khobao("archive", "fixity", "run", "--copy", str(target))

    assert 0 == repaired.returncode, repaired.stderr
    assert f"repaired: {copied.warcs[0].name} (master)" in repaired.stdout
    assert good == warc_contents(copied.path / "warc")
    status = copied.khobao("archive", "fixity", "status")
    assert 0 == status.returncode
    assert "every file verified within 1 day" in status.stdout
    told = json.loads(copied.khobao("--json", "status").stdout)["fixity"]
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
