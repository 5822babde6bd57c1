"""A home that release 0.1.0 made: migrated by its first use, and as good as one of today."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from support.documents import differences, documents
from support.home import Home
from support.old_home import DATA, DUMP, Collections, copy_files, dump, load, read_dump, truth_of

from pipelines.mongodb.migrations import LEDGER, MIGRATIONS
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("old home"),
]

RELEASE = "home-0.1.0"
TRUTH = truth_of(RELEASE)
KILLED, INTERRUPTED = TRUTH["killedRun"], TRUTH["interruptedRun"]

# What migrations rename: left as release 0.1.0 wrote it, right as it is now.
COLLECTIONS = {"announcements": "frontier"}
FIELDS = {
    "articles.secondOpinion": "agreement",
    "captures.outcome": "fetchResult",
    "captures.verdict": "responseClass",
    "runs.sheet": "fieldCoverage",
}

# What a run that was killed takes along: the part of its ledger that it had not written yet. The
# records alone do not tell a page's listing or when MongoDB was told of it, and they hold a page
# that MongoDB was never told of.
LOST_WITH_A_LEDGER = {
    "articles": {
        FIELDS["articles.secondOpinion"],
        "firstRunId",
        "firstSeen",
        "lastSeen",
        "provenance",
    },
    COLLECTIONS["announcements"]: {"firstSeen"},
}

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


def today(name: str) -> str:
    """A collection's name, or ``collection.field``, as it is now."""
    collection, _, field = name.partition(".")
    return COLLECTIONS.get(collection, collection) + (
        f".{FIELDS.get(name, field)}" if field else ""
    )


class OldHome(Home):
    """Every command's first use is its first: :meth:`restore` undoes what was migrated."""

    client: MongoClient[dict[str, Any]]

    @property
    def db(self) -> Database[dict[str, Any]]:
        return self.client["khobao"]

    def restore(self, kept: Collections) -> None:
        load(kept, self.db)

    def result(self, *arguments: str, code: int = 0) -> Any:
        done = self.khobao("--json", *arguments)
        assert code == done.returncode, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def kept() -> Collections:
    return read_dump(DATA / RELEASE / DUMP)


@pytest.fixture(scope="module")
def open_home(
    tmp_path_factory: pytest.TempPathFactory, kept: Collections
) -> Iterator[Callable[[], OldHome]]:
    """Makes homes as the release left them; all are gone at the end of the module."""
    made: list[OldHome] = []

    def make() -> OldHome:
        home = OldHome(tmp_path_factory.mktemp("nhà") / "kho cũ")
        copy_files(RELEASE, home.path)
        started = home.khobao("db", "start")
        assert 0 == started.returncode, started.stderr
        home.client = MongoClient(home.uri, tz_aware=True)
        made.append(home)
        home.restore(kept)
        return home

    yield make
    for home in made:
        home.client.close()
        home.khobao("db", "stop")
        shutil.rmtree(home.path)


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


def assert_rebuilt(home: OldHome, *, runs: int) -> None:
    home.client.drop_database("again")
    result = home.result("rebuild", "--into", "again")
    assert runs == result["runs"]
    assert [KILLED] == result["runsWithoutLedger"]
    again = home.client["again"]
    for name in map(today, TRUTH["counts"]):
        one, other = documents(home.db, name), documents(again, name)
        # The report of the killed run is nowhere; what it fetched last, MongoDB may not know.
        one = {key: doc for key, doc in one.items() if (name, key) != ("runs", KILLED)}
        if name == "captures":
            unknown = {key for key in other.keys() - one.keys() if other[key]["runId"] == KILLED}
            other = {key: doc for key, doc in other.items() if key not in unknown}
        lost = LOST_WITH_A_LEDGER.get(name, set())
        wrong = [
            each
            for each in differences(one, other)
            if not (
                isinstance(each, tuple)
                and each[1] in lost
                and (of_the_killed(one[each[0]]) or of_the_killed(other[each[0]]))
            )
        ]
        assert not wrong, f"{name}: {len(wrong)} differ, the first: {wrong[:3]}"


def of_the_killed(document: dict[str, Any]) -> bool:
    return KILLED in {document.get("firstRunId"), document.get("provenance", {}).get("runId")}


# -- crawling on -----------------------------------------------------------------------------------


@pytest.fixture
def newspaper() -> Iterator[PracticeProcess]:
    """The newspaper as the release's last crawl left it."""
    with PracticeProcess(*TRUTH["newspaper"]["options"]) as site:
        for seconds in TRUTH["newspaper"]["advances"]:
            site.control("POST", "/clock", {"advance": seconds})
        yield site


def requested(site: PracticeProcess) -> set[str]:
    return {f"https://{entry['host']}{entry['target']}" for entry, _, _ in site.exchanges()}


def test_crawled_on_it_resumes_and_fetches_nothing_twice(
    open_home: Callable[[], OldHome], newspaper: PracticeProcess, kept: Collections
) -> None:
    home = open_home()
    known = documents(home.db, "announcements")
    settled = {
        url
        for url, doc in known.items()
        if doc["stateRunId"] == INTERRUPTED and doc["state"] != "pending"
    }
    assert settled

    rest = home.crawl(newspaper, "sections", "--full", "--media", "none", "--resume", INTERRUPTED)

    assert 0 == rest["returncode"], rest["stderr"]
    asked = requested(newspaper)
    assert set() == settled & asked
    addresses = documents(home.db, today("announcements"))
    assert known.keys() <= addresses.keys()
    assert "pending" not in {doc["state"] for doc in addresses.values()}
    stored = documents(home.db, "articles")
    assert {article["articleId"] for article in newspaper.truth("articles")} <= stored.keys()
    # The newspaper answered 304 to what the old home told it, and the revisits name old records.
    assert rest["counts"]["unchanged"]
    records = {capture["_id"] for capture in kept["captures"]["documents"]}
    revisits = list(home.db.captures.find({"runId": rest["run_id"], "recordType": "revisit"}))
    assert {304} <= {revisit["status"] for revisit in revisits}
    assert {revisit["refersTo"] for revisit in revisits} & records

    newspaper.control("POST", "/log/clear")
    quiet = home.crawl(newspaper, "sections", "--media", "none")

    assert 0 == quiet["returncode"], quiet["stderr"]
    assert 0 == quiet["counts"]["fetched"] == quiet["counts"]["new"]
    assert set() == requested(newspaper) & addresses.keys()
    assert stored == documents(home.db, "articles")
    assert home.result("archive", "verify")["ok"]
    assert_rebuilt(home, runs=len(TRUTH["runs"]) + 2)


def test_a_killed_run_is_gone_on_with(
    open_home: Callable[[], OldHome], newspaper: PracticeProcess
) -> None:
    home = open_home()
    rest = home.crawl(newspaper, "sections", "--media", "none", "--resume", KILLED)
    assert 0 == rest["returncode"], rest["stderr"]
    stored = documents(home.db, "articles")
    assert {article["articleId"] for article in newspaper.truth("articles")} <= stored.keys()
