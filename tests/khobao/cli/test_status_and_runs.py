"""``status``, ``runs`` and ``report`` on a home with a real archive and database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from support.small_home import HEAD, LATER, RUN, SITE

from crawler.errors import ExitCode

Khobao = Callable[..., Any]

pytestmark = pytest.mark.mongo


def test_status(ask: Khobao, small_home: Path) -> None:
    data = ask("status", "--json").json
    shown = ask("status").out

    assert data["home"] == str(small_home)
    assert data["archive"]["files"] == 1
    assert data["archive"]["open"] == []
    assert data["freeBytes"] > 0
    assert data["database"]["counts"] == {
        "articles": 3,
        "versions": 0,
        "videos": 1,
        "captures": 4,
        "frontier": 5,
        "quarantine": 1,
    }
    assert [run["_id"] for run in data["runs"]] == [LATER, RUN]
    assert "archive     1 files" in shown
    assert "articles    3" in shown
    assert RUN in shown


@pytest.mark.slow  # PyMongo gives up after five seconds
def test_status_without_its_database(ask: Khobao) -> None:
    ended = ask("status", "--mongodb-uri", "mongodb://127.0.0.1:9/")

    assert ended.code == ExitCode.DATABASE_UNREACHABLE
    assert "mongodb://127.0.0.1:9/ does not answer" in ended.error
    assert "database    not reachable\n" in ended.out


def test_runs(ask: Khobao) -> None:
    assert [run["_id"] for run in ask("runs", "--json").json] == [LATER, RUN]
    assert [run["_id"] for run in ask("runs", "--limit", "1", "--json").json] == [LATER]
    (line,) = [line for line in ask("runs").out.splitlines() if RUN in line]
    cells = f"{RUN} 0:01:00 1 5 3 0 2 10 2 addresses failed"
    assert line.split() == cells.split()


def test_runs_fit_eighty_columns_and_no_number_is_cut(
    khobao_script: Path, khobao_environment: dict[str, str], small_home: Path
) -> None:
    child = pexpect.spawn(
        str(khobao_script),
        ["runs", "--home", str(small_home)],
        env=khobao_environment | {"TERM": "xterm"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    text = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", child.before)
    child.close()

    assert child.exitstatus == 0, text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    assert re.search(rf"^{RUN} +0:01:00 +1 +3 +2  2 addresses failed", text, re.MULTILINE), text


def test_the_report_of_a_run(ask: Khobao) -> None:
    shown = ask("report", RUN).out
    data = ask("report", RUN, "--json").json

    assert "5 announced = 3 new + 1 quarantined + 1 failed" in shown
    assert "! short day" in shown
    assert "arguments      sections kinh-te\n" in shown
    cells = ["1", "failed", "503", "three", "times", f"{SITE}/kinh-te/202603/mat-roi-000000b/"]
    assert cells in [line.split() for line in shown.splitlines()]
    assert f"{SITE}/kinh-te/202603/trang-hong-000000a/" in shown
    assert data["run"]["_id"] == RUN
    assert {(each["state"], each["reason"], each["count"]) for each in data["failures"]} == {
        ("failed", "503 three times", 1),
        ("quarantined", "no h1.media-heading", 1),
    }
    (quarantined,) = data["quarantine"]
    assert quarantined["provenance"]["warcRecordId"].strip("<>") in shown
    record = ask("show", quarantined["provenance"]["warcRecordId"], "--json").json
    assert record["httpHead"].encode() == HEAD


def test_the_last_run_is_reported_if_none_is_named(ask: Khobao) -> None:
    assert ask("report", "--json").json["run"]["_id"] == LATER


def test_a_run_that_never_was(ask: Khobao) -> None:
    ended = ask("report", "never")

    assert ended.code == ExitCode.SOME_FAILED
    assert ended.error == "there is no run 'never'; `khobao runs` lists them"


@pytest.mark.parametrize("words", ["status", "runs", "report", "show 12345678"])
def test_a_place_that_is_no_home(inline: Khobao, words: str) -> None:
    ended = inline(*words.split())

    assert ended.code == ExitCode.USAGE
    assert "there is no data home at" in ended.error
    assert "khobao demo" in ended.error


def test_json_stays_on_one_line(ask: Khobao) -> None:
    out = ask("runs", "--json").out

    assert out.count("\n") == 1
    assert json.loads(out)
