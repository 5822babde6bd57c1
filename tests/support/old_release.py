"""What is known of the home that release 0.1.0 made, and what migrations make of it."""

from __future__ import annotations

import json
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from support.documents import differences, documents
from support.home import Home
from support.old_home import Collections, load, truth_of

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
