"""Everything a reader in fifty years may ask of a run stands in its WARC files."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from support.background import crawling
from support.home import Home
from support.warc import read_exchanges

from archive import ArchivedRecord, iter_records
from crawler.capture.response_class import RESPONSE_CLASSES
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

PracticeMaker = Callable[..., PracticeProcess]
ALWAYS = {
    "hopsFromSeed",
    "fetchTimeMs",
    "outcome",
    "verdict",
    "spider",
    "runId",
    "requestFingerprint",
}


def records_of(home: Home, files: list[str]) -> list[ArchivedRecord]:
    return [record for name in files for _, record in iter_records(home.path / "warc" / name)]


def kept_of_run(home: Home, run: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Log and report as the archive has them."""
    resources = {r.target_uri: r for r in records_of(home, run["files"]) if r.type == "resource"}
    prefix = f"urn:khobao:run:{run['run_id']}"
    names = sorted(str(name).removeprefix(f"{prefix}:") for name in resources)
    assert names[-2:] == ["log", "report"]
    assert names[:-2] == [f"ledger:{part:05}" for part in range(len(names) - 2)] != []
    return resources[f"{prefix}:log"].payload.decode(), json.loads(
        resources[f"{prefix}:report"].payload
    )


def test_a_fetch_says_all_that_the_wire_does_not(practice: PracticeMaker, home: Home) -> None:
    site = practice("--articles", "30", "--faults", "captcha=0.2,500=0.1,truncated=0.1")
    run = home.crawl(site, "sections", "--full", "--media", "none")
    assert run["returncode"] in {0, 1}, run["stderr"]
    records = records_of(home, run["files"])

    info = dict(line.split(": ", 1) for line in records[0].payload.decode().splitlines())
    assert info["isPartOf"] == run["run_id"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", info["settings-digest"])
    assert "delay-seconds=0.0; " in info["policy"]
    assert {"operator", "robots", "software", "http-header-user-agent"} <= info.keys()

    exchanges = [e for e in read_exchanges(home.warcs) if e.fields]
    robots = {e.record_id for e in exchanges if e.target_uri.endswith("/robots.txt")}
    verdicts = {}
    for exchange in exchanges:
        assert exchange.fields.keys() >= ALWAYS
        verdicts[exchange.record_id] = exchange.fields["verdict"]
        if exchange.target_uri.startswith("https:"):
            assert re.fullmatch(r"[0-9a-f]{64}", exchange.fields["tlsCertificateSha256"])
            assert "trustme" in exchange.fields["tlsCertificateIssuer"]
            assert exchange.fields["tlsCertificateSubject"]
        if exchange.record_id not in robots:
            assert exchange.fields["robotsRecord"] in robots
    assert (
        {"content", "wall", "server-error", "truncated"}
        <= set(verdicts.values())
        <= RESPONSE_CLASSES
    )
    with home.database() as db:
        stored = {doc["_id"]: doc["responseClass"] for doc in db.captures.find()}
        document = db.runs.find_one({"_id": run["run_id"]})
    assert stored == verdicts

    log, report = kept_of_run(home, run)
    assert report["counts"] == run["counts"]
    assert report["exitCode"] == run["returncode"]
    assert "Spider closed" in log or "Closing spider" in log
    assert run["records"] == len(records)
    assert document is not None
    assert document["archive"]["records"]["resource"] >= 3
    written = json.loads((home.path / "reports" / f"{run['run_id']}.json").read_text())
    assert written["archive"] == document["archive"]
    assert {k: v for k, v in written.items() if k != "archive"} == report


def test_an_interrupted_run_keeps_its_log_and_report(practice: PracticeMaker, home: Home) -> None:
    site = practice("--articles", "900")
    with crawling(home, site, "sections", "--full") as crawl:
        crawl.signal(signal.SIGINT)
        run = crawl.finish()
    assert 130 == run["returncode"], run["stderr"]
    _, report = kept_of_run(home, run)
    assert report["exitCode"] == 130
    assert report["counts"] == run["counts"]


def test_a_long_address_never_gets_into_a_record_head(practice: PracticeMaker, home: Home) -> None:
    site = practice("--articles", "20")
    url = "https://baodaklak.vn/" + "a" * 60_000 + "-abc1234/"
    run = home.crawl(site, "page", url)
    assert run["counts"]["excluded"] == 1, run["counts"]
    assert all(len(r.target_uri or "") < 9000 for r in records_of(home, run["files"]))
