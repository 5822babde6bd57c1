"""Verifying a real crawl: clean when it is clean, and every damage found."""

from __future__ import annotations

import bisect
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.background import crawling
from support.home import KHOBAO, Home

from archive.home.layout import Layout
from archive.home.sums import sums_of
from archive.verify import Finding, Target, verify_file
from khobao.cli.main import main
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

SMALL_FILES = {"KHOBAO_FILE_MAX_BYTES": "120000"}
SEED = 20260302


@pytest.fixture(scope="module")
def crawled(practice: Callable[..., PracticeProcess], homes: Callable[[], Home]) -> Iterator[Home]:
    """Everything going wrong, crawled twice: originals, revisits, chunks, redirects, breaks."""
    home = homes()
    site = practice("--articles", "60", "--faults", "all")
    for _ in range(2):
        result = home.crawl(site, "sections", "--full", env=SMALL_FILES)
        assert result["returncode"] in {0, 1}, result["stderr"]
    assert len(home.warcs) > 6
    return home


@pytest.fixture
def copy(crawled: Home, tmp_path: Path) -> Iterator[Home]:
    """A home of one's own with the same archive and the same documents."""
    crawled.khobao("db", "stop")
    home = Home(tmp_path / "bản sao")
    shutil.copytree(crawled.path, home.path)
    yield home
    home.khobao("db", "stop")


def verify(home: Home, *arguments: str) -> dict[str, Any]:
    done = home.khobao("--json", "archive", "verify", *arguments)
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result | {"returncode": done.returncode, "stderr": done.stderr}


def test_a_crawl_with_everything_going_wrong_is_clean(crawled: Home) -> None:
    done = crawled.khobao("archive", "verify", "--all")
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert 1 == done.stdout.count("\n")
    assert done.stdout.startswith("nothing wrong: ")
    result = verify(crawled)
    assert result["files"] == len(crawled.warcs)
    types = Counter(
        json.loads(line)["type"]
        for path in (crawled.path / "warc").glob("*.journal")
        for line in path.read_bytes().splitlines()
    )
    assert result["records"] == sum(types.values())
    assert {"warcinfo", "response", "revisit", "request", "metadata"} <= types.keys()
    assert "compared" == result["database"]


def test_each_file_is_clean_alone_and_many_processes_find_the_same(
    crawled: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    """A revisit's original may be in a file that was not named: it is read there."""
    assert crawled.warcs
    for path in crawled.warcs:
        assert 0 == main(["archive", "verify", str(path)]), capsys.readouterr().out
    assert verify(crawled, "--no-database")["ok"]


def test_ten_thousand_flipped_bits_and_two_thousand_cuts_are_all_found(
    crawled: Home, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """Some bits no reader looks at: those are the manifest's to find, all others are found without
    it as well, in the record that they lie in; and a cut always is.
    """
    dice = random.Random(SEED)
    layout = Layout(crawled.path)
    files = sorted(crawled.warcs, key=lambda path: path.stat().st_size)[-4:]
    mutants = [_Mutant(layout, path, tmp_path) for path in files]
    missed: list[tuple[str, str, int]] = []
    only_by_manifest = 0
    for mutant in mutants:
        assert [] == mutant.found(mutant.data)
        bits = [dice.randrange(len(mutant.data) * 8) for _ in range(10_000 // len(mutants))]
        unnamed = [bit for batch in mutant.batches(bits) for bit in mutant.unnamed(batch)]
        only_by_manifest += len(unnamed)
        for bit in unnamed:
            kinds = {finding.kind for finding in mutant.found(_flipped(mutant.data, [bit]))}
            if kinds != {"file-altered"}:
                missed.append(("bit", mutant.path.name, bit))
        for _ in range(2_000 // len(mutants)):
            position = dice.randrange(len(mutant.data))
            if not {f.kind for f in mutant.found(mutant.data[:position])} - {"file-altered"}:
                missed.append(("cut", mutant.path.name, position))
    record_testsuite_property("seed of the mutations", SEED)
    record_testsuite_property("bits found by the manifest only", only_by_manifest)
    assert not missed, (SEED, missed)
    assert only_by_manifest < 200


class _Mutant:
    """One file of the crawl, verified again and again with other bytes.

    Bits are flipped many at once, in records with a whole one between them, and each must be named
    by a finding in its own record: that asks more than that there be one, and a fifth of the time.
    """

    def __init__(self, layout: Layout, path: Path, directory: Path) -> None:
        self.data = path.read_bytes()
        self.path = directory / path.name
        journal = layout.journal(path.name)
        sums = sums_of(layout, path, path.name)
        self._target = Target(self.path, "closed", journal, layout.cdxj(path.name), sums)
        lines = map(json.loads, journal.read_bytes().splitlines())
        self._starts = [line["offset"] for line in lines]

    def found(self, data: bytes) -> list[Finding]:
        self.path.write_bytes(data)
        findings = verify_file(self._target).findings
        assert all(finding.path and finding.advice for finding in findings)
        return findings

    def batches(self, bits: list[int]) -> list[list[int]]:
        """The bits in groups, no two of which lie in one record or in neighbours."""
        batches: list[list[int]] = []
        taken: list[set[int]] = []
        for bit in bits:
            record = self._record(bit >> 3)
            at = next((i for i, records in enumerate(taken) if record not in records), len(taken))
            if at == len(taken):
                batches.append([])
                taken.append(set())
            batches[at].append(bit)
            taken[at] |= {record - 1, record, record + 1}
        return batches

    def unnamed(self, bits: list[int]) -> list[int]:
        """Bits in whose records nothing is found when all of them are flipped."""
        named = {
            self._record(finding.offset)
            for finding in self.found(_flipped(self.data, bits))
            if finding.path == str(self.path) and finding.offset is not None
        }
        return [bit for bit in bits if self._record(bit >> 3) not in named]

    def _record(self, position: int) -> int:
        return bisect.bisect_right(self._starts, position) - 1


def _flipped(data: bytes, bits: list[int]) -> bytes:
    altered = bytearray(data)
    for bit in bits:
        altered[bit >> 3] ^= 1 << (bit & 7)
    return bytes(altered)


def test_while_a_crawl_is_writing_nothing_is_found(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "400")
    with crawling(home, site, "sections", "--full", env=SMALL_FILES, some=80) as crawl:
        results = []
        while crawl.process.poll() is None and len(results) < 12:
            results.append(verify(home))
        crawl.finish()
    assert len(results) > 2
    for result in results:
        assert [] == [f for f in result["findings"] if not f["note"]]
    assert results[0]["records"] > 100
    assert verify(home)["ok"]


def test_after_a_kill_the_file_is_to_be_salvaged_and_then_all_is_well(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "200")
    with crawling(home, site, "sections", "--full", some=60) as crawl:
        crawl.process.kill()
        crawl.finish()
    result = verify(home)
    assert 7 == result["returncode"]
    assert {"not-closed": 1} == {
        kind: count for kind, count in result["kinds"].items() if kind != "run-unfinished"
    }
    assert 0 == home.khobao("archive", "salvage").returncode
    result = verify(home)
    assert 0 == result["returncode"], result["findings"]
    assert result["kinds"].keys() <= {"run-unfinished", "set-aside"}


def test_ctrl_c_ends_it_at_once_and_leaves_nothing(crawled: Home, tmp_path: Path) -> None:
    big = tmp_path / "lớn" / "warc"
    big.mkdir(parents=True)
    (tmp_path / "lớn" / "state").mkdir()
    for number in range(40):
        for path in crawled.warcs:
            (big / f"{number:02}-{path.name}").symlink_to(path)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [str(KHOBAO), "--home", str(tmp_path / "lớn"), "archive", "verify", "--jobs", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    while not list(tmp_path.glob("khobao-verify-*/*.sqlite")):
        assert process.poll() is None
        time.sleep(0.02)  # noqa: TID251  no reactor in a test's process
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert (130, "") == (process.returncode, stderr)
    assert [] == list(tmp_path.glob("khobao-verify-*"))


# -- the documents ---------------------------------------------------------------------------------


def test_documents_and_records_that_do_not_fit_are_found(copy: Home) -> None:
    with copy.database() as db:
        article, other, lost = list(db.articles.find().sort("_id").limit(3))
        db.articles.update_one({"_id": article["_id"]}, {"$inc": {"provenance.warcOffset": 1}})
        gone = "<urn:uuid:00000000-0000-0000-0000-000000000000>"
        db.articles.update_one({"_id": other["_id"]}, {"$set": {"provenance.warcRecordId": gone}})
        db.articles.delete_one({"_id": lost["_id"]})
        video = db.videos.find_one({})
        assert video is not None
        db.videos.update_one(
            {"_id": video["_id"]}, {"$set": {"provenance.warcFilename": "khac.warc.gz"}}
        )
        capture = db.captures.find_one({"recordType": "response"})
        assert capture is not None
        db.captures.update_one({"_id": capture["_id"]}, {"$set": {"payloadDigest": "sha1:A"}})
        unlisted = db.captures.find_one({"recordType": "revisit"})
        assert unlisted is not None
        db.captures.delete_one({"_id": unlisted["_id"]})
    result = verify(copy)
    assert 7 == result["returncode"]
    found = {(f["kind"], f["path"], f["offset"]) for f in result["findings"]}
    path = copy.path / "warc"
    expected = {
        ("document-record-elsewhere", f"mongodb: articles/{article['_id']} (provenance)", None),
        ("document-record-gone", f"mongodb: articles/{other['_id']} (provenance)", None),
        ("document-record-elsewhere", f"mongodb: videos/{video['_id']} (provenance)", None),
        ("capture-value", f"mongodb: captures/{capture['_id']}", None),
        ("capture-missing", str(path / unlisted["warcFilename"]), unlisted["warcOffset"]),
    }
    assert expected <= found, found
    pages = {f["expected"] for f in result["findings"] if f["kind"] == "article-without-document"}
    assert pages
    assert all(lost["canonicalUrl"].partition("://")[2] in page for page in pages)
    kinds = {kind for kind, _, _ in expected} | {"article-without-document"}
    assert kinds == result["kinds"].keys()


def test_a_record_that_is_gone_is_missed_by_its_documents(copy: Home) -> None:
    with copy.database() as db:
        (article,) = db.articles.find().sort("_id").limit(1)
    name = article["provenance"]["warcFilename"]
    (copy.path / "warc" / name).unlink()
    result = verify(copy)
    assert 7 == result["returncode"]
    gone = {f["path"] for f in result["findings"] if f["kind"] == "document-record-gone"}
    assert f"mongodb: articles/{article['_id']} (provenance)" in gone
    assert "warc-missing" in result["kinds"]


def test_a_database_that_knows_nothing_of_the_runs_is_found(copy: Home) -> None:
    with copy.database() as db:
        db.client.drop_database("khobao")
    result = verify(copy)
    assert 7 == result["returncode"]
    assert {"run-unknown"} <= result["kinds"].keys()


def test_without_its_database_the_files_are_verified_all_the_same(copy: Home) -> None:
    away = ("--mongodb-uri", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200")
    done = copy.khobao(*away, "archive", "verify")
    assert 6 == done.returncode
    assert "nothing wrong: " in done.stdout
    assert "database: not compared" in done.stdout
    assert 1 == done.stderr.count("\n")
    assert 0 == copy.khobao(*away, "archive", "verify", "--no-database").returncode
    path = copy.warcs[0]
    path.write_bytes(path.read_bytes()[:-1])
    assert 7 == copy.khobao(*away, "archive", "verify").returncode


# -- what is typed ---------------------------------------------------------------------------------


def test_wrong_words_are_told_in_one_line(crawled: Home, tmp_path: Path) -> None:
    name = str(crawled.warcs[0])
    for arguments, word in (
        ((str(tmp_path),), "is a directory"),
        ((str(tmp_path / "không có.warc.gz"),), "no such file"),
        ((name, "--all"), "--all"),
        ((name, "--database"), "--database"),
        (("--jobs", "0"), "jobs"),
    ):
        done = crawled.khobao("archive", "verify", *arguments)
        assert 2 == done.returncode, done
        assert word in done.stderr
        assert 1 == done.stderr.count("\n")
    assert 2 == Home(tmp_path / "rỗng").khobao("archive", "verify").returncode


def test_files_of_others_and_garbage_are_told_apart(crawled: Home, tmp_path: Path) -> None:
    garbage = tmp_path / "rác.warc.gz"
    garbage.write_bytes(b"\x00" * 5000)
    plain = tmp_path / "của người khác.warc"
    plain.write_bytes(
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: 14\r\n\r\nsoftware: wget\r\n\r\n"
    )
    bare = tmp_path / "trần" / crawled.warcs[0].name
    bare.parent.mkdir()
    shutil.copy(crawled.warcs[0], bare)
    done = crawled.khobao("archive", "verify", str(garbage), str(plain), str(bare))
    assert 7 == done.returncode
    lines = done.stdout.splitlines()
    (wrong,) = [line for line in lines if "[not-a-warc]" in line]
    assert wrong.startswith(f"{garbage} at byte 0: ")
    notes = [line for line in lines if line.startswith("note: ")]
    assert ["[not-checked]", "[not-khobao]"] == sorted(note.split()[-1] for note in notes)
    assert 4 == len(lines)
