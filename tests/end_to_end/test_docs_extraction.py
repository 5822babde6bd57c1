"""docs/extraction.md, walked through once: alarm, fixture, repaired class, read again, crawl."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.home import Home

from crawler.options import ZONE
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "extraction.md").read_text("utf-8")
WALK = TEXT.partition("## From the alarm to the repaired page class")[2]
COMMANDS = re.findall(r"`(khobao [^`]+)`", WALK)
CRAWL = ("sections", "--full", "--media", "none")


@pytest.fixture
def mended(tmp_path: Path) -> dict[str, str]:
    """An environment in which the page class has the second selector of the guide's third step."""
    copy = tmp_path / "mended" / "crawler"
    shutil.copytree(ROOT / "crawler", copy, ignore=shutil.ignore_patterns("__pycache__"))
    template = copy / "pages" / "templates" / "template_a.py"
    source = template.read_text("utf-8")
    selector = 'Css("div.tag_list"'
    assert source.count(selector) == 1
    assert "div.tag_list, div.chu-de" in WALK
    mended_selector = selector.replace("div.tag_list", "div.tag_list, div.chu-de")
    template.write_text(source.replace(selector, mended_selector), "utf-8")
    return {"PYTHONPATH": str(copy.parent)}


def test_from_the_alarm_to_the_mended_page_class(
    home: Home, mended: dict[str, str], tmp_path: Path
) -> None:
    with PracticeProcess("--articles", "40", "--template", "a") as site:
        site.control("POST", "/redesign", {"rename": {"tag_list": "chu-de"}})
        broken = home.crawl(site, *CRAWL)
        assert broken["returncode"] == 10, broken["stderr"]
        alarm = next(each for each in broken["alarms"] if each["field"] == "keywords")

        shell = shell_of(home, alarm["examples"][0]["record"], broken["run_id"], tmp_path)
        looked, shown, made, tried, accepted = map(shell, COMMANDS)
        assert "khobao report" in COMMANDS[0]
        assert alarm["selector"] in looked()
        assert 'class="chu-de"' in shown()
        assert "invented text" in made()
        (fixture,) = (tmp_path / "tests" / "fixtures").glob("*/*")
        assert "chu-de" in json.loads((fixture / "meta.json").read_text("utf-8"))["why"]

        before = keywords(home)
        assert not any(before.values())
        assert "keywords" in tried(env=mended)
        assert keywords(home) == before
        again = COMMANDS[3].removesuffix(" --dry-run")
        shell(again)(env=mended)
        assert keywords(home) == tags_of(site)
        with home.database() as db:
            assert db.versions.count_documents({}) == 0

        healed = home.crawl(site, *CRAWL, env=mended)
        assert (healed["returncode"], healed["alarms"]) == (0, []), healed["stderr"]
        accepted()
        assert home.crawl(site, *CRAWL)["returncode"] == 0


def tags_of(site: PracticeProcess) -> dict[str, list[str]]:
    return {each["articleId"]: each["keywords"] for each in site.truth("articles")}


def keywords(home: Home) -> dict[str, list[str]]:
    with home.database() as db:
        return {each["_id"]: each.get("keywords") or [] for each in db.articles.find()}


def shell_of(home: Home, record: str, run_id: str, cwd: Path) -> Callable[[str], Any]:
    """What a command of the guide prints, once it is run on this home."""
    words = {
        "RECORD": record.strip("<>"),
        "RUN": run_id,
        "2026-06-14": f"{dt.datetime.now(ZONE) - dt.timedelta(days=1):%Y-%m-%d}",
    }
    own = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KHOBAO_HOME": str(home.path),
        "NO_COLOR": "1",
    }

    def command(line: str) -> Callable[..., str]:
        for word, value in words.items():
            line = re.sub(rf"\b{word}\b", value, line)

        def run(env: dict[str, str] | None = None) -> str:
            done = subprocess.run(
                ["bash", "-c", line],
                env=own | (env or {}),
                cwd=cwd,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            return done.stdout

        return run

    return command
