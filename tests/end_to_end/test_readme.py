"""Every command and every query of the README is run, in the README's order."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import foreign_files
from support.home import Home

from crawler.options import ZONE
from practice.client import PracticeProcess

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

# What the test run itself is part of, or what needs a person to end it (tests of their own).
ELSEWHERE = {"make demo", "make test", "make setup", ". .venv/bin/activate"}
ENDLESS = {"khobao practice serve --articles 5000", "khobao archive replay"}

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(900)]


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    table = re.findall(r"`((?:khobao|scrapy) [^`]+)`", README)
    return [*lines, *(line.replace("\n", " ") for line in table)]


def test_every_command_does_what_the_readme_says(
    practice: Callable[..., PracticeProcess], home: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "80", "--now", "2026-11-20T08:00:00+07:00")
    other = foreign_files.write(tmp_path, "warcio.warc.gz")
    article = site.truth("articles")[0]
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KHOBAO_HOME": str(home.path),
        # What makes the live commands go to the practice newspaper instead.
        "KHOBAO_RESOLVE": " ".join(site.resolve),
        "KHOBAO_CA_FILE": str(site.ca_file),
        "KHOBAO_DELAY": "0",
        "NO_COLOR": "1",
    }
    ran = 0
    for line in commands():
        if line in ELSEWHERE | ENDLESS:
            continue
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            env[name] = value
            continue
        run = newest_run(env) if " RUN" in line or line == "khobao report" else ""
        command = (
            line.replace("DIR", shlex.quote(str(home.path / "fixtures")))
            .replace("URL …", article["url"])
            .replace("URL", article["url"])
            .replace("DAY", f"{dt.datetime.now(ZONE):%Y-%m-%d}")
            .replace("ID", article["articleId"])
            .replace("RUN", run)
            .replace("OTHER.warc.gz", shlex.quote(str(other)))
        )
        done = subprocess.run(
            ["bash", "-c", command],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        ran += 1
    assert ran >= 15


def newest_run(env: dict[str, str]) -> str:
    command = ["khobao", "--json", "runs"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found = re.search(r"\d{8}T\d{6}Z-\w+-[0-9a-f]{4}", done.stdout)
    assert found, done.stdout
    return found.group()


def test_every_query_gives_an_answer(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "80")
    home.crawl(site, "sections", "--full")
    (program,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    queries = re.findall(r"^# (\d .*)\n((?:(?!# ).+\n|\n)+)", program, re.MULTILINE)
    assert 5 == len(queries)
    names: dict[str, object] = {}
    before = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KHOBAO_HOME": str(home.path),
    }
    os.environ.update(before)
    exec(program.split("# 1")[0], names)
    db: Any = names["db"]
    reprint(db)
    for title, query in queries:
        answer = eval(query.strip(), names)
        assert answer, title
        if title.startswith("3"):
            assert {each["_id"]: set(each["ids"]) for each in answer} == copies(db)
    db.client.close()


def reprint(db: Any) -> None:
    """One article more that says what another says, and two that are too short to say the same."""
    original = db.articles.find_one({"cluster": {"$exists": True}})
    short = {name: value for name, value in original.items() if name != "cluster"}
    for number, like in enumerate([original, short, short]):
        url = f"https://baodaklak.vn/thoi-su/203001/in-lai-{number}/"
        db.articles.insert_one(
            like | {"_id": f"reprint-{number}", "canonicalUrl": url, "urls": [url]}
        )


def copies(db: Any) -> dict[str, set[str]]:
    """Cluster → its articles, of clusters that have several."""
    found: dict[str, set[str]] = {}
    for article in db.articles.find({"cluster": {"$exists": True}}):
        found.setdefault(article["cluster"], set()).add(article["_id"])
    return {cluster: ids for cluster, ids in found.items() if len(ids) > 1}
