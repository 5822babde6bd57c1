"""A home that release 0.1.0 made: migrated by its first use, and as good as one of today."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from support.documents import documents
from support.home import Home
from support.old_home import DATA, Collections, copy_files, dump
from support.old_release import (
    COLLECTIONS,
    INTERRUPTED,
    RELEASE,
    TRUTH,
    OldHome,
    assert_rebuilt,
    today,
)

from pipelines.mongodb.migrations import LEDGER, MIGRATIONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("old home"),
]

AN_ARTICLE = next(iter(TRUTH["articles"]))
SHOWN = [
    article_id
    for article_id, article in TRUTH["articles"].items()
    if article["version"] > 1 or article["kind"] in {"qa", "photo"}
][:3]
# Of the ways to end, one run each: killed, complete, with failures, with an alarm, interrupted.
REPORTED = list({run["exitCode"]: run_id for run_id, run in TRUTH["runs"].items()}.values())
READING = (
    ("status",),
    ("runs",),
    ("report", INTERRUPTED),
    ("show", AN_ARTICLE),
    ("reextract", "--dry-run"),
)


@pytest.fixture(scope="module")
def shared(open_home: Callable[[], OldHome]) -> OldHome:
    return open_home()


@pytest.fixture
def old(shared: OldHome, kept: Collections) -> OldHome:
    """As the release left it."""
    shared.restore(kept)
    return shared


@pytest.fixture
def migrated(shared: OldHome) -> OldHome:
    if [migration.name for migration in MIGRATIONS] != sorted(shared.db[LEDGER].distinct("_id")):
        assert 0 == shared.khobao("status").returncode
    return shared


@pytest.fixture
def files(tmp_path: Path) -> Home:
    """The archive alone, without a database."""
    copy_files(RELEASE, tmp_path / "kho cũ")
    return Home(tmp_path / "kho cũ")


# -- what was kept ---------------------------------------------------------------------------------


def test_the_database_is_what_was_dumped(old: OldHome, kept: Collections) -> None:
    with MongoClient[dict[str, Any]](old.uri) as client:  # dates as the dump has them
        assert kept == dump(client["khobao"])
    assert TRUTH["migrations"] == sorted(old.db[LEDGER].distinct("_id"))


# -- migration -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_the_first_command_that_reads_migrates(old: OldHome, command: tuple[str, ...]) -> None:
    """The last migration is to be applied again: so there is one, even if none came since."""
    old.db[LEDGER].delete_one({"_id": TRUTH["migrations"][-1]})
    before = documents(old.db, LEDGER)

    assert 0 == old.khobao(*command).returncode

    after = documents(old.db, LEDGER)
    assert [migration.name for migration in MIGRATIONS] == sorted(after)
    assert before.items() <= after.items()
    database = dump(old.db)
    assert 0 == old.khobao(*command).returncode
    assert database == dump(old.db)


def test_no_document_is_lost_and_each_has_its_new_name(migrated: OldHome) -> None:
    for name, count in TRUTH["counts"].items():
        assert count == migrated.db[today(name)].count_documents({}), name
    old_names = {name for name, new in COLLECTIONS.items() if name != new}
    assert not old_names & set(migrated.db.list_collection_names())
    for name, count in TRUTH["with"].items():
        collection, _, field = today(name).partition(".")
        having = migrated.db[collection].count_documents({field: {"$exists": True}})
        assert count == having, name
        old_field = name.partition(".")[2]
        if old_field != field:
            gone = migrated.db[collection].count_documents({old_field: {"$exists": True}})
            assert 0 == gone, name


def test_values_are_grouped_as_before(migrated: OldHome) -> None:
    for name, groups in TRUTH["groups"].items():
        collection, _, field = today(name).partition(".")
        values = [doc[field] for doc in migrated.db[collection].find() if field in doc]
        assert groups == Counter(map(str, values)), name


def test_articles_and_addresses_are_what_the_newspaper_knows(migrated: OldHome) -> None:
    for article_id, fields in TRUTH["articles"].items():
        article = migrated.db.articles.find_one({"_id": article_id})
        assert article is not None
        assert fields == {name: article.get(name) for name in fields}
    for url, state in TRUTH["addresses"].items():
        address = migrated.db[today("announcements")].find_one({"_id": url})
        assert address is not None
        assert state == address["state"]


def test_every_document_passes_the_rules_of_its_collection(migrated: OldHome) -> None:
    with_rules = 0
    for each in migrated.db.list_collections():
        rules = each["options"].get("validator")
        if rules:
            with_rules += 1
            wrong = list(migrated.db[each["name"]].find({"$nor": [rules]}, {"_id": 1}).limit(3))
            assert not wrong, each["name"]
    assert with_rules >= len(TRUTH["counts"])


# -- commands --------------------------------------------------------------------------------------


def test_status_counts_what_is_there(migrated: OldHome) -> None:
    status = migrated.result("status")
    counts = {today(name): n for name, n in TRUTH["counts"].items() if name != "runs"}
    assert counts == status["database"]["counts"]
    assert len(list((DATA / RELEASE).glob("warc/*.warc.gz"))) == status["archive"]["files"]
    assert [] == status["archive"]["abandoned"]
    assert not status["fixity"]["wrong"]


def test_runs_and_their_reports(migrated: OldHome) -> None:
    listed = {run["_id"]: run for run in migrated.result("runs")}
    assert TRUTH["runs"].keys() == listed.keys()
    for run_id, expected in TRUTH["runs"].items():
        assert expected == {name: listed[run_id].get(name) for name in expected}
    for run_id in REPORTED:
        assert listed[run_id] == migrated.result("report", run_id)["run"]
        shown = migrated.khobao("report", run_id)
        assert 0 == shown.returncode, shown.stderr
        assert run_id in shown.stdout


@pytest.mark.parametrize("article_id", SHOWN, ids=lambda each: TRUTH["articles"][each]["kind"])
def test_an_article_and_its_record(migrated: OldHome, article_id: str) -> None:
    expected = TRUTH["articles"][article_id]
    article = migrated.result("show", expected["canonicalUrl"])
    assert expected == {name: article.get(name) for name in expected}
    shown = migrated.khobao("show", article_id)
    assert 0 == shown.returncode, shown.stderr
    assert expected["headline"] in shown.stdout
    headers = dict(migrated.result("show", article_id, "--record")["headers"])
    assert article["provenance"]["warcRecordId"] == headers["WARC-Record-ID"]
    assert expected["canonicalUrl"] == headers["WARC-Target-URI"]


# -- the archive -----------------------------------------------------------------------------------


def test_nothing_is_wrong_with_it(migrated: OldHome) -> None:
    result = migrated.result("archive", "verify")
    assert result["ok"]
    assert "compared" == result["database"]
    assert result["kinds"].keys() <= {"run-unfinished"}
    assert len(migrated.warcs) == result["files"]


def test_the_index_is_made_again_line_by_line(files: Home) -> None:
    before = {path.name: path.read_bytes() for path in files.path.glob("index/*.cdxj")}
    assert len(files.warcs) == len(before)
    assert all(before.values())
    for path in files.path.glob("index/*"):
        path.unlink()

    missing = files.khobao("archive", "index", "--check")
    made = files.khobao("archive", "index")
    checked = files.khobao("archive", "index", "--check", "--from-warc")

    assert 7 == missing.returncode, missing.stdout
    assert 0 == made.returncode, made.stderr
    assert 0 == checked.returncode, checked.stdout
    assert before == {path.name: path.read_bytes() for path in files.path.glob("index/*.cdxj")}


def test_all_that_is_derived_is_made_again_from_the_records(files: Home) -> None:
    before = {path.name: path.read_bytes() for path in files.path.glob("warc/*.journal")}
    for path in [*files.path.glob("warc/*.journal"), *files.path.glob("state/dedupe.sqlite*")]:
        path.unlink()
    made = files.khobao("archive", "index")
    assert 0 == made.returncode, made.stderr
    assert before == {
        path.name: path.read_bytes().replace(b',"recovered":true', b"")
        for path in files.path.glob("warc/*.journal")
    }


def test_every_file_still_hashes_to_what_its_manifest_says(files: Home) -> None:
    done = files.khobao("--json", "archive", "fixity", "run", "--budget", "1h")
    assert 0 == done.returncode, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert len(files.warcs) == result["verified"]
    assert [] == result["lost"] == result["repaired"] == result["registered"]
    done = files.khobao("--json", "archive", "fixity", "status")
    assert [] == json.loads(done.stdout)["chain"]


# -- from the archive to MongoDB -------------------------------------------------------------------


def test_read_again_nothing_differs(migrated: OldHome) -> None:
    result = migrated.result("reextract", "--dry-run")
    assert {} == result["fields"]
    assert [] == result["errors"]
    assert result["counts"]["compared"] >= TRUTH["counts"]["articles"]
    same = ("articles", "new", "versions", "videos", "newVideos", "released", "quarantined")
    assert dict.fromkeys(same, 0) == {name: result["counts"][name] for name in same}
    assert 0 == result["counts"]["unreadable"]


def test_rebuilt_it_is_what_it_is_migrated(migrated: OldHome) -> None:
    """Documents, options and indexes alike: a migrated database is no worse than a new one."""
    assert_rebuilt(migrated, runs=len(TRUTH["runs"]))
    live, new = dump(migrated.db), dump(migrated.client["again"])
    for collections in (live, new):
        for collection in collections.values():
            del collection["documents"]
    assert live == new
