"""The crawler dies by SIGKILL again and again, in one home; nothing that was promised is lost.

Moments are random, over start-up (salvage of the wreck before among it), early and late crawl, and
closing. What the journals have acknowledged is collected at every death and must be there at the
end; what MongoDB knows must have its record; no revisit may dangle. A member walk of its own reads
the files, with zlib, so that the archive's reader does not judge itself.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database
from support.fork_server import Forked, ForkServer
from support.home import Home, address_options

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo]

SMALL_FILES = {"KHOBAO_FILE_MAX_BYTES": "60000", "KHOBAO_MIN_FREE_BYTES": "0"}
ARGUMENTS = ("sections", "--full", "--media", "none")
ARTICLES = "12"
START_UP_SECONDS = 1.0

Place = tuple[str, int, str]


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(100, marks=pytest.mark.timeout(1200)),
        pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(7200)]),
    ],
)
def test_nothing_acknowledged_is_lost(
    kills: int, practice: Callable[..., PracticeProcess], home: Home
) -> None:
    seed = int(os.environ.get("KHOBAO_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"KHOBAO_TEST_SEED={seed}")  # noqa: T201  pytest shows it if the test fails
    dice = random.Random(seed)
    site = practice("--articles", ARTICLES)
    home.khobao("db", "start")
    with ForkServer(SMALL_FILES) as fork_server:
        loop = Loop(home, site, dice, fork_server)
        for number in range(kills):
            if number < kills // 2:  # pages change: most answers are new; later most are revisits
                site.control("POST", "/clock", {"advance": 3600})
            loop.kill_once()
            if kills > 100 and number % 100 == 50:
                loop.kill_mongod()
    assert loop.journalled
    assert len({name for name, _, _ in loop.journalled}) > kills // 5

    salvaged = home.khobao("archive", "salvage")

    assert 0 == salvaged.returncode, salvaged.stderr
    assert not list((home.path / "warc").glob("*.open"))
    assert not list((home.path / "warc").glob("*.bad"))
    records = all_records(home)
    assert loop.journalled <= records.keys()  # 0 acknowledged records lost
    check_revisits(records)
    with home.database() as database:
        known = set(documents(database))
        assert known
        assert known <= records.keys()  # 0 documents without record
    last = home.crawl(site, *ARGUMENTS, env=SMALL_FILES)
    assert 0 == last["returncode"], last["stderr"]
    verified = home.khobao("archive", "verify", "--all")
    assert 0 == verified.returncode, verified.stdout
    print(loop.deaths, len(records), "records,", len(known), "places in MongoDB")  # noqa: T201


class Loop:
    """Kills crawls of one home, and remembers what they had promised."""

    def __init__(
        self, home: Home, site: PracticeProcess, dice: random.Random, fork_server: ForkServer
    ) -> None:
        self._home, self._site, self._dice, self._zygote = home, site, dice, fork_server
        self._stderr = home.path.with_name("stderr.txt")
        self.journalled: set[Place] = set()
        self.deaths = {"start-up": 0, "crawl": 0, "closing": 0, "too late": 0}
        self._read: dict[str, int] = {}
        self._exchanges = 60

    def kill_once(self) -> None:
        crawl = self._zygote.start(
            *("--home", str(self._home.path), "--json", "crawl"),
            *(*ARGUMENTS, *address_options(self._site)),
            stderr=self._stderr,
        )
        moment = self._dice.choices(["start-up", "crawl", "closing"], [3, 5, 2])[0]
        self._wait(crawl, moment)
        was_running = crawl.is_running
        code, stderr = crawl.kill()
        self.deaths[moment if was_running else "too late"] += 1
        if not was_running:
            assert code in {0, 1, 3}, stderr
        assert "LOST" not in stderr
        self._check()

    def _wait(self, crawl: Forked, moment: str) -> None:
        if moment == "start-up":
            _pause(self._dice.uniform(0, START_UP_SECONDS))
            return
        before = self._count()
        wanted = self._exchanges if moment == "closing" else self._dice.randrange(self._exchanges)
        deadline = time.monotonic() + 60
        while crawl.is_running and (seen := self._count() - before) < wanted:
            assert time.monotonic() < deadline, f"{seen} of {wanted} exchanges"
            _pause(0.01)
        if not crawl.is_running:
            self._exchanges = max(10, self._count() - before)
        _pause(self._dice.uniform(0, 0.6 if moment == "closing" else 0.06))

    def _count(self) -> int:
        return int(self._site.control("GET", "/log")["count"])

    def kill_mongod(self) -> None:
        pid_file = self._home.path / "mongodb" / "mongod.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pid_file.read_text()), signal.SIGKILL)

    def _check(self) -> None:
        """Whatever a journal says now, whole records lie where it says."""
        for journal in sorted((self._home.path / "warc").glob("*.journal")):
            size = journal.stat().st_size
            if self._read.get(journal.name) == size and not is_open(journal):
                continue
            self._read[journal.name] = size
            said = set(journal_places(journal))
            warc = journal.with_name(journal.name.removesuffix(".journal"))
            if not warc.exists():
                warc = warc.with_name(warc.name + ".open")
            found = {place for place, _ in walk(warc)}
            assert said <= found, (journal.name, said - found)
            self.journalled |= said


def is_open(journal: Path) -> bool:
    return journal.with_name(journal.name.removesuffix(".journal") + ".open").exists()


def _pause(seconds: float) -> None:
    time.sleep(seconds)  # noqa: TID251  the moment of death


def journal_places(journal: Path) -> Iterator[Place]:
    for line in journal.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            entry = json.loads(line)
            yield journal.name.removesuffix(".journal"), entry["offset"], entry["recordId"]


def walk(warc: Path) -> Iterator[tuple[Place, dict[str, str]]]:
    """Place and fields of every whole gzip member, up to the first that is not."""
    data = warc.read_bytes()
    offset = 0
    while offset < len(data):
        inflater = zlib.decompressobj(31)
        try:
            record = inflater.decompress(data[offset:])
        except zlib.error:
            return
        if not inflater.eof:
            return
        lines = record.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        fields = dict(line.split(": ", 1) for line in lines)
        yield (warc.name.removesuffix(".open"), offset, fields["WARC-Record-ID"]), fields
        offset = len(data) - len(inflater.unused_data)


def all_records(home: Home) -> dict[Place, dict[str, str]]:
    """Of closed files, each of which must be whole to its last byte."""
    found: dict[Place, dict[str, str]] = {}
    for warc in home.warcs:
        before = len(found)
        found.update(walk(warc))
        assert len(found) > before, warc
        *_, last = list(found)
        inflater = zlib.decompressobj(31)
        inflater.decompress(warc.read_bytes()[last[1] :])
        assert inflater.eof, warc
        assert not inflater.unused_data, warc
    return found


def check_revisits(records: dict[Place, dict[str, str]]) -> None:
    """Each refers to a *response* that is there, of the same payload."""
    responses = {
        fields["WARC-Record-ID"]: fields
        for fields in records.values()
        if fields["WARC-Type"] == "response"
    }
    revisits = [fields for fields in records.values() if fields["WARC-Type"] == "revisit"]
    assert revisits
    for fields in revisits:
        original = responses[fields["WARC-Refers-To"]]
        assert original["WARC-Target-URI"] == fields["WARC-Refers-To-Target-URI"]
        assert original["WARC-Date"] == fields["WARC-Refers-To-Date"]


def documents(database: Database[dict[str, Any]]) -> Iterator[Place]:
    """Every place in the archive that any document names."""
    for capture in database.captures.find({}):
        yield capture["warcFilename"], capture["warcOffset"], capture["_id"]
    for name in ("articles", "versions", "videos", "quarantine"):
        for document in database[name].find({}, {"provenance": 1}):
            if came_from := document.get("provenance"):
                yield (
                    came_from["warcFilename"],
                    came_from["warcOffset"],
                    came_from["warcRecordId"],
                )
