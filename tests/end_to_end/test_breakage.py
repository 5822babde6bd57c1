"""When the newspaper changes its pages, the run says so: what, where, and what to type next."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.home import KHOBAO, Home

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(300)]

CRAWL = ("sections", "--full", "--media", "none")


def alarm_of(result: dict[str, Any], field: str) -> dict[str, Any]:
    fields = [alarm["field"] for alarm in result["alarms"]]
    assert field in fields, (fields, result["stderr"])
    found: dict[str, Any] = next(each for each in result["alarms"] if each["field"] == field)
    return found


@pytest.mark.parametrize(
    ("template", "change", "field", "selector"),
    [
        ("a", {"rename": {"date": "ngay-dang"}}, "datePublishedRaw", "#content > div.date"),
        ("a", {"rename": {"tag_list": "chu-de"}}, "keywords", "div.tag_list"),
        ("b", {"empty": [".td-post-content"]}, "articleBody", ".td-post-content"),
        ("b", {"rename": {"reply": "sapo"}}, "description", "p.reply"),
    ],
    ids=["moved-date", "renamed-class", "emptied-body", "renamed-lead"],
)
def test_a_change_ends_the_run_with_an_alarm_that_names_it(
    home: Home, template: str, change: dict[str, Any], field: str, selector: str
) -> None:
    with PracticeProcess("--articles", "60", "--template", template) as site:
        site.control("POST", "/redesign", change)
        result = home.crawl(site, *CRAWL)
    assert result["returncode"] == 10, result["stderr"]
    alarm = alarm_of(result, field)
    assert selector in alarm["selector"]
    assert len(alarm["examples"]) == 3
    with home.database() as db:
        for example in alarm["examples"]:
            assert db.captures.find_one({"_id": example["record"]})["url"] == example["url"]
        run = db.runs.find_one({"_id": result["run_id"]})
    assert run is not None
    assert run["breakages"] == result["alarms"]
    assert any(selector in text for text in run["alarms"])
    report = json.loads(Path(result["report_path"]).read_text("utf-8"))
    assert report["breakages"] == result["alarms"]
    shown = home.khobao("report", result["run_id"]).stdout
    for word in (alarm["selector"], alarm["examples"][2]["url"], alarm["fixtureCommand"]):
        assert word in shown
    made = fixture_made_by(alarm["fixtureCommand"], home)
    assert json.loads((made / "meta.json").read_text("utf-8"))["why"]
    assert (made / "inputs" / "HttpResponse-body.html").stat().st_size > 10_000
    assert "headline" in json.loads((made / "output.json").read_text("utf-8"))


def fixture_made_by(command: str, home: Home) -> Path:
    words = shlex.split(command)
    assert words[:2] == ["khobao", "fixture"]
    into = home.path / "fixtures"
    done = subprocess.run(
        [str(KHOBAO), *words[1:], "--into", str(into)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (made,) = into.glob("*/*")
    return made


def test_an_accepted_change_is_no_alarm_any_more(home: Home) -> None:
    with PracticeProcess("--articles", "40", "--template", "a") as site:
        site.control("POST", "/redesign", {"rename": {"tag_list": "chu-de"}})
        result = home.crawl(site, *CRAWL)
        assert result["returncode"] == 10, result["stderr"]
        again = home.crawl(site, *CRAWL)
        assert again["returncode"] == 10, again["stderr"]
        done = home.khobao("report", again["run_id"], "--accept")
        assert done.returncode == 0, done.stderr
        assert "Accepted" in done.stdout
        accepted = home.crawl(site, *CRAWL)
        assert accepted["returncode"] == 0, (accepted["alarms"], accepted["stderr"])
        site.control("POST", "/redesign", {"rename": {"tag_list": "chu-de", "date": "ngay"}})
        other = home.crawl(site, *CRAWL)
    assert other["returncode"] == 10
    assert {alarm["field"] for alarm in other["alarms"]} >= {"datePublishedRaw"}


def test_a_cookie_wall_is_no_mere_failure(home: Home) -> None:
    with PracticeProcess("--articles", "60", "--faults", "cookie-wall=1.0") as site:
        result = home.crawl(site, *CRAWL)
    assert result["returncode"] == 10, result["stderr"]
    assert alarm_of(result, "template")["what"] == "wall"


def test_a_wall_now_and_then_is_told_as_well(home: Home) -> None:
    with PracticeProcess("--articles", "90", "--faults", "cookie-wall=0.4") as site:
        result = home.crawl(site, *CRAWL)
    assert result["returncode"] == 10, result["stderr"]
    assert alarm_of(result, "template")["what"] == "wall"
    assert result["counts"]["new"] > 20


def test_pages_as_always_raise_nothing(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "60")
    for _ in range(2):
        result = home.crawl(site, "sections", "--full", "--media", "none")
        assert result["returncode"] == 0, (result["alarms"], result["stderr"])
        assert result["alarms"] == []
