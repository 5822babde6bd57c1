"""Whatever a server answers, the survey ends with plain words and an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.home import Home
from support.rubbish import Rubbish, serving

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(120)]

ERROR_PAGE = b"<html><head><title>500</title></head><body><h1>Loi may chu</h1></body></html>"
MENU = """<html><body><ul id="main-menu"><li class="fb9e3a03798789de0179f951bba565bd">
<a href="/thoi-su/">Thời sự</a></li></ul><a href="/thoi-su/202606/mot-bai-thu-0abc123/">Một bài</a>
</body></html>""".encode()

RUBBISH = {
    "nothing": Rubbish(),
    "nothing, and no robots.txt": Rubbish(robots=500),
    "nothing for robots.txt as well": Rubbish(robots=200),
    "error pages": Rubbish(500, ERROR_PAGE),
    "error pages of status 200": Rubbish(200, ERROR_PAGE, robots=200),
    "missing": Rubbish(404, ERROR_PAGE),
    "half a JSON": Rubbish(200, b'{"response": [{"title": '),
    "JSON of another shape": Rubbish(200, b'cb({"response": {"a": 1}, "total": "x"})'),
    "no text": Rubbish(200, bytes(range(256)) * 40, {"Content-Type": "image/png"}),
    "the home page everywhere": Rubbish(200, MENU, {"Content-Type": "text/html; charset=cp1258"}),
    "to itself": Rubbish(302, b"", {"Location": "PATH"}),
    "to a private address": Rubbish(301, b"", {"Location": "http://127.0.0.1:1/"}),
    "to somebody else": Rubbish(301, b"", {"Location": "https://example.org/bao/"}),
    "to no address": Rubbish(301, b"", {"Location": "https://[::1"}),
    "to nowhere": Rubbish(301),
    "made-up encoding": Rubbish(200, MENU, {"Content-Encoding": "gzip"}),
    "lying validators": Rubbish(200, MENU, {"ETag": '"a"', "Last-Modified": "hom qua"}),
}


@pytest.fixture(scope="module")
def home(homes: Callable[[], Home]) -> Home:
    """One for all: a survey asks anew, whatever the archive holds."""
    return homes()


def surveyed(home: Home, rubbish: Rubbish) -> tuple[int, dict[str, Any]]:
    options = ["--ca-file", str(rubbish.ca_file), "--delay", "0"]
    for rule in rubbish.resolve:
        options += ["--resolve", rule]
    done = home.khobao("--json", "survey", *options)
    assert "Traceback" not in done.stderr
    result = json.loads(done.stdout)
    assert result["counts"]["errors"] == 0
    assert Path(result["page"]).is_file()
    return done.returncode, result


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_called_so(home: Home, tmp_path: Path, name: str) -> None:
    with serving(RUBBISH[name], tmp_path) as rubbish:
        code, result = surveyed(home, rubbish)
    report = result["survey"]
    assert code == 1
    assert report["finished"]
    assert report["requests"] == len(rubbish.asked) <= 60
    findings = {finding["topic"]: finding for finding in report["findings"]}
    for finding in findings.values():
        assert finding["answer"].strip()
    # Nothing can be learned here of lists and fields.
    for topic in ("method", "fields", "page-size", "comments", "epaper"):
        assert findings[topic]["verdict"] == "unknown", topic
    assert report["open"]


@pytest.mark.parametrize(
    "rubbish",
    [
        Rubbish(403, ERROR_PAGE),
        Rubbish(429, ERROR_PAGE, {"Retry-After": "1"}),
        Rubbish(200, b"<html><title>Just a moment</title><body>captcha</body></html>"),
    ],
    ids=["403", "429", "captcha"],
)
def test_a_refusal_ends_it_at_once(home: Home, tmp_path: Path, rubbish: Rubbish) -> None:
    with serving(rubbish, tmp_path) as served:
        code, result = surveyed(home, served)
    assert code == 4
    assert len(served.asked) <= 3
    assert "newspaper refuses" in result["reason"] or "wall" in result["reason"]


def test_a_newspaper_that_went_to_somebody_else_is_not_followed(home: Home, tmp_path: Path) -> None:
    with serving(RUBBISH["to somebody else"], tmp_path) as rubbish:
        _, result = surveyed(home, rubbish)
    host = next(f for f in result["survey"]["findings"] if f["topic"] == "host")
    assert host["verdict"] == "differs"
    assert "https://example.org/bao/" in host["answer"]
    assert host["changes"][0].startswith('hosts=("example.org"')
    assert {"baodaklak.vn", "www.baodaklak.vn"} >= {
        each["url"].split("/")[2] for each in result["survey"]["asked"]
    }


def test_nobody_there(home: Home) -> None:
    rules = [
        f"{h}:{p}:127.0.0.1:1" for h in ("baodaklak.vn", "www.baodaklak.vn") for p in (80, 443)
    ]
    options = [word for rule in rules for word in ("--resolve", rule)]
    done = home.khobao("survey", "--delay", "0", *options)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not known, because" in done.stdout
