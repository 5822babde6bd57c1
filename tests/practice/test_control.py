from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from practice.client import PracticeProcess
from practice.log import Exchange, ExchangeLog


@pytest.fixture(scope="module")
def own_site(practice: Callable[..., PracticeProcess]) -> PracticeProcess:
    """A newspaper whose clock may be moved."""
    return practice("--articles", "30", "--now", "2026-11-20T08:00:00")


def test_truth_is_told_of_both_sites(own_site: PracticeProcess) -> None:
    articles = own_site.truth("articles")
    assert len(articles) == 30
    assert all(article["url"].startswith("https://baodaklak.vn/") for article in articles)
    old = own_site.truth("articles", site="phuyen")
    assert all(article["url"].startswith("https://phuyen.baodaklak.vn/") for article in old)
    assert own_site.truth("sections")[0]["categoryId"]
    assert isinstance(own_site.truth("videos"), list)
    assert isinstance(own_site.truth("comments"), list)


def test_the_clock_moves_and_news_appear(own_site: PracticeProcess) -> None:
    assert own_site.control("GET", "/clock") == {"now": "2026-11-20T08:00:00+07:00"}
    before = {article["articleId"] for article in own_site.truth("articles")}
    day = {"advance": 86_400}
    assert own_site.control("POST", "/clock", day) == {"now": "2026-11-21T08:00:00+07:00"}
    after = {article["articleId"] for article in own_site.truth("articles")}
    assert after - before
    exact = {"now": "2026-11-22T01:00:00+00:00"}
    answer = own_site.control("POST", "/clock", exact)
    assert answer == {"now": "2026-11-22T01:00:00+00:00"}


def test_faults_are_switched_at_run_time(own_site: PracticeProcess) -> None:
    assert own_site.control("GET", "/faults")["names"] == []
    on = own_site.control("POST", "/faults", {"names": "drip,reset=0.5", "share": 0.1})
    assert (on["names"], on["share"], on["own_shares"]) == (["reset", "drip"], 0.1, {"reset": 0.5})
    assert on["known"]["reset"]["heals"] == "retry"
    assert own_site.control("POST", "/faults", {"names": []})["names"] == []


@pytest.mark.parametrize(
    ("method", "path", "data", "why"),
    [
        ("POST", "/clock", {"now": "tomorrow"}, "tomorrow"),
        ("POST", "/clock", {}, "advance"),
        ("POST", "/clock", [1], "send"),
        ("POST", "/faults", {"names": ["rain"]}, "rain"),
        ("POST", "/faults", {"names": ["drip"], "share": 7}, "share"),
        ("POST", "/faults", {}, "names"),
        ("GET", "/nothing", None, "no such route"),
        ("GET", "/truth/weather", None, "weather"),
        ("GET", "/truth/articles?site=tuoitre", None, "tuoitre"),
    ],
)
def test_wrong_calls_say_why(
    own_site: PracticeProcess, method: str, path: str, data: object, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        own_site.control(method, path, data)


def test_the_log_is_flushed_and_cleared(own_site: PracticeProcess, raw_client: Any) -> None:
    own_site.control("POST", "/log/clear")
    raw_client(own_site).get("/robots.txt")
    said = own_site.control("GET", "/log")
    assert (said["count"], said["under_way"], said["enabled"]) == (1, 0, True)
    assert said["path"] == str(own_site.log_dir / "exchanges.jsonl")
    assert len(list(own_site.exchanges())) == 1
    assert own_site.control("POST", "/log/clear")["count"] == 0
    assert list(own_site.exchanges()) == []
    raw_client(own_site).get("/robots.txt?again")
    ((entry, _, _),) = own_site.exchanges()
    assert (entry["n"], entry["request_offset"]) == (1, 0)


def test_stats_add_up(own_site: PracticeProcess, raw_client: Any) -> None:
    before = own_site.control("GET", "/stats")
    heard = raw_client(own_site).get("/loi/500/robots.txt")
    after = own_site.control("GET", "/stats")
    assert after["exchanges"] == before["exchanges"] + 1
    assert after["bytes_out"] == before["bytes_out"] + len(heard.data)
    assert after["by_fault"]["500"] == 1
    assert after["by_status"]["500"] == 1


def test_without_a_log_there_is_none(practice: Callable[..., Any], raw_client: Any) -> None:
    with practice("--articles", "5", "--no-log", "--no-https-redirect") as site:
        assert raw_client(site).get("/robots.txt", tls=False).status == 200
        assert site.control("GET", "/log")["enabled"] is False
        assert list(site.log_dir.iterdir()) == [site.ca_file]
        assert site.control("POST", "/shutdown") == {"stopping": True}
        assert site._process.wait(10) == 0


def test_log_lines_say_where_the_bytes_are(tmp_path: Any) -> None:
    log = ExchangeLog(tmp_path / "new")
    made = Exchange("2026-11-20T01:00:00.000000+00:00", "127.0.0.1:5", True, "TLSv1.3", "X", b"ask")
    made.sent += [b"ans", b"wer"]
    log.record(made, "complete")
    log.record(Exchange("t", "p", False, None, None, b"", sent=[b"!"]), "aborted")
    log.flush()
    first, second = map(json.loads, log.index_path.read_text().splitlines())
    assert log.bytes_path.read_bytes() == b"askanswer!"
    assert (first["response_offset"], first["response_length"]) == (3, 6)
    assert (second["n"], second["request_length"], second["response_offset"]) == (2, 0, 9)
    log.close()
