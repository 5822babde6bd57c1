"""A second crawl asks "has it changed?"; what has not is neither sent nor stored again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database
from support.home import Home
from support.warc import Exchange, read_exchanges

from archive import iter_records, read_record
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

PracticeMaker = Callable[..., PracticeProcess]


def snapshot(db: Database[dict[str, Any]], collection: str, *without: str) -> dict[Any, Any]:
    return {
        doc["_id"]: {k: v for k, v in doc.items() if k not in {"lastSeen", *without}}
        for doc in db[collection].find()
    }


def exchanges_of(home: Home, files: list[str]) -> list[Exchange]:
    """Those whose records lie in *files*; the files before them hold the originals."""
    kept = read_exchanges([path for path in home.warcs if path.name not in files])
    return read_exchanges(home.warcs)[len(kept) :]


def served(site: PracticeProcess) -> list[tuple[dict[str, Any], bytes, bytes]]:
    return [each for each in site.exchanges() if each[1]]


def test_what_has_not_changed_is_not_sent_again(practice: PracticeMaker, home: Home) -> None:
    """304s become revisits of responses, nothing new is stored, every byte is in the archive."""
    site = practice("--articles", "60", "--validators", "all")
    first = home.crawl(site, "sections", "--full")
    assert 0 == first["returncode"], first["stderr"]
    with home.database() as db:
        stored = {name: snapshot(db, name) for name in ("articles", "videos", "versions")}
        site.control("POST", "/log/clear")

        second = home.crawl(site, "sections", "--full")

        assert 0 == second["returncode"], second["stderr"]
        assert stored == {name: snapshot(db, name) for name in stored}
        assert second["counts"]["unchanged"] == first["counts"]["new"]
        assert second["counts"]["announced"] == first["counts"]["announced"]
        assert second["counts"]["resources"] == first["counts"]["resources"]
        known = db.captures.count_documents({"runId": second["run_id"], "status": 304})
    log = served(site)
    kept = exchanges_of(home, second["files"])
    assert Counter((q, a) for _, q, a in log) == Counter((e.request, e.response) for e in kept)
    answers = [entry["target"] for entry, _, _ in log if entry["status"] == 304]
    revisits = [e for e in kept if e.profile == "server-not-modified"]
    lists = len(site.truth("sections"))  # captured in every run, and never without change
    assert len(answers) == len(revisits) == known > 0.8 * (len(log) - lists)
    assert "/robots.txt" in answers
    assert {e.refers_to for e in revisits} <= originals_of(home, first["files"])


def originals_of(home: Home, files: list[str]) -> set[str]:
    warcs = [path for path in home.warcs if path.name in files]
    return {e.record_id for e in read_exchanges(warcs) if e.profile is None}


def test_an_unreadable_original_means_a_full_fetch(practice: PracticeMaker, home: Home) -> None:
    site = practice("--articles", "30", "--validators", "all")
    command = ("sections", "--full", "--media", "none")
    first = home.crawl(site, *command)
    (name,) = first["files"]
    damage(home.path / "warc" / name)
    site.control("POST", "/log/clear")

    second = home.crawl(site, *command)

    assert 0 == second["returncode"], second["stderr"]
    statuses = Counter(entry["status"] for entry, _, _ in served(site))
    assert 0 < statuses[304] < statuses[200]  # the damage lies in the middle of the file
    assert second["counts"]["unchanged"] == first["counts"]["new"]

    (home.path / "warc" / name).unlink()
    (home.path / "warc" / f"{name}.journal").unlink()
    third = home.crawl(site, *command)

    assert 0 == third["returncode"], third["stderr"]
    assert third["counts"]["unchanged"] == first["counts"]["new"]
    for number in third["files"]:
        for _, record in iter_records(home.path / "warc" / number):
            if record.type == "revisit":
                assert record.original().http_status == 200  # nothing refers to what is gone


def damage(path: Path) -> None:
    """Rot in every record of the last two thirds of a file."""
    data = bytearray(path.read_bytes())
    start = len(data) // 3
    data[start::97] = bytes(byte ^ 0x55 for byte in data[start::97])
    path.write_bytes(data)


def test_what_is_lost_is_stored_again_and_an_edit_is_seen(
    practice: PracticeMaker, home: Home
) -> None:
    """A record that a document names has its text as payload, though no body came."""
    site = practice("--articles", "40", "--validators", "all")
    home.crawl(site, "sections", "--full", "--media", "none")
    with home.database() as db:
        lost = {"provenance", "firstSeen", "firstRunId", "commentsProvenance"}
        before = snapshot(db, "articles", *lost)
        for name in ("articles", "videos", "frontier"):
            db[name].delete_many({})

        again = home.crawl(site, "sections", "--full", "--media", "none")

        assert 0 == again["returncode"], again["stderr"]
        assert again["counts"]["new"] == len(before)
        assert snapshot(db, "articles", *lost) == before
        for doc in db.articles.find():
            provenance = doc["provenance"]
            record = read_record(home.path, provenance["warcFilename"], provenance["warcOffset"])
            assert record.record_id == provenance["warcRecordId"]
            assert record.is_not_modified
            assert doc["articleId"].encode() in record.body
            assert record.original().http_status == 200

        site.control("POST", "/clock", {"advance": 3 * 24 * 3600})
        later = home.crawl(site, "sections", "--full", "--media", "none")

        assert later["counts"]["updated"] == db.versions.count_documents({}) > 0
        assert later["counts"]["unchanged"] > 0
        assert later["counts"]["new"] > 0
        truth = {a["articleId"]: a["headline"] for a in site.truth("articles")}
        stored = {doc["_id"]: doc["headline"] for doc in db.articles.find()}
        assert truth.items() <= stored.items()


def test_faults_of_conditional_requests_heal(practice: PracticeMaker, home: Home) -> None:
    """A 304 that nobody asked for, or of another version, is archived as what it is; the page is
    asked for in full.
    """
    faults = "304-unasked=0.1,304-other-version=0.3,redirect-chain=0.1,503-retry-after=0.05"
    site = practice("--articles", "40", "--validators", "all", "--faults", faults)
    first = home.crawl(site, "sections", "--full")
    second = home.crawl(site, "sections", "--full")
    assert [0, 0] == [first["returncode"], second["returncode"]], second["stderr"]
    assert second["counts"]["unchanged"] == first["counts"]["new"] == 40
    hits = site.control("GET", "/faults")["hits"]
    assert hits["304-unasked"]
    assert hits["304-other-version"]
    log, kept = served(site), read_exchanges(home.warcs)
    assert Counter((q, a) for _, q, a in log) == Counter((e.request, e.response) for e in kept)
    struck = {a for entry, _, a in log if entry["fault"] and entry["fault"].startswith("304-")}
    assert all(e.refers_to is None for e in kept if e.response in struck)
