from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, ArchiveLockedError, CaptureEvent, WarcWriteError
from archive.fixity.trust import trust
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.home.reindex import FileIndex, IndexRun, index_archive

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

PAGE = "https://baodaklak.vn/xa-hoi/"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.fixture
def home(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> Path:
    """Closed files: responses, revisits, redirects, a failure, a log, answers 304."""
    for number in range(2):
        archive = open_archive(hostname=f"host{number}")
        for n in range(6):
            url = f"https://baodaklak.vn/thoi-su/{n * 7 % 5}/"
            archive.append_batch([make_event(OK + b"body %d" % n, url=url)])
        archive.append_batch([make_event(b"HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n")])
        archive.append_batch([make_event(b"")])
        archive.append_batch([make_event(OK + b"cut", truncated="length")])
        archive.append_log(f"log/{number}", b"lines")
        page = OK.replace(b"\r\n\r\n", b'\r\nETag: "v%d"\r\n\r\nversion %d' % (number, number))
        archive.append_batch([make_event(page, url=PAGE)])
        archive.close()
        archive = open_archive(hostname=f"host{number}-again")
        asks = b'GET / HTTP/1.1\r\nIf-None-Match: "v%d"\r\n\r\n' % number
        original = archive.newest_version(PAGE)
        answer = b'HTTP/1.1 304 Not Modified\r\nETag: "v%d"\r\n\r\n' % number
        archive.append_batch([make_event(answer, url=PAGE, request=asks, not_modified_of=original)])
        archive.close()
    # As a home of before there were manifests: they would prove a journal that is made again.
    shutil.rmtree(tmp_path / "fixity")
    return tmp_path


def derived(home: Path) -> dict[str, bytes]:
    paths = [*home.glob("index/*.cdxj"), *home.glob("warc/*.journal")]
    return {path.name: path.read_bytes() for path in paths}


def originals(home: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "state" / "dedupe.sqlite") as db:
        rows = db.execute("SELECT * FROM originals ORDER BY 1, 2").fetchall()
        versions = db.execute("SELECT * FROM validators ORDER BY 1, 2").fetchall()
    db.close()
    assert len(versions) == 2
    return rows + versions


def run(home: Path, *names: str, **options: bool) -> tuple[list[FileIndex], IndexRun]:
    with index_archive(home, names or None, **options) as index:
        return list(index), index


def warcs(home: Path) -> list[Path]:
    return sorted(home.glob("warc/*.warc.gz"))


def test_journals_that_manifests_know_come_back_byte_for_byte(home: Path) -> None:
    assert 4 == len(trust(Layout(home), "master", None).registered)
    before = derived(home)
    for path in [*home.glob("index/*"), *home.glob("warc/*.journal")]:
        path.unlink()
    run(home)
    assert before == derived(home)


def without_mark(journal: bytes) -> bytes:
    return journal.replace(b',"recovered":true', b"")


def test_nothing_is_touched_that_is_right(home: Path) -> None:
    kept = [*home.glob("warc/*"), *home.glob("index/*")]
    times = {path: path.stat().st_mtime_ns for path in kept}
    for options in ({}, {"check": True}, {"from_records": True, "check": True}):
        files, index = run(home, **options)
        assert [(file.differences, file.problem) for file in files] == [((), None)] * 4
        assert not index.dedupe
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert originals(home)


def test_everything_derived_comes_back(home: Path) -> None:
    before, rows = derived(home), originals(home)
    for path in [*home.glob("index/*"), *home.glob("warc/*.journal"), *home.glob("state/dedupe*")]:
        path.unlink()

    files, index = run(home)

    assert [file.source for file in files] == ["records"] * 4
    assert {name: without_mark(data) for name, data in derived(home).items()} == before
    assert all(b'"recovered":true' in d for n, d in derived(home).items() if "journal" in n)
    assert originals(home) == rows
    assert [difference.what for difference in index.dedupe] == ["it was missing"]
    assert not [d for file in run(home, check=True)[0] for d in file.differences]


def lose_a_line(lines: list[bytes]) -> list[bytes]:
    return lines[:3] + lines[4:]


def swap_two(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def tear(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1][:-9]]


def shift_an_offset(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b'"offset":', b'"offset":1'), *lines[2:]]


def add_a_line(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


def rubbish(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"no JSON at all\n", *lines[3:]]


def other_id(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b"<urn:uuid:0", b"<urn:uuid:f"), *lines[1:]]


@pytest.mark.parametrize(
    "damage",
    [lose_a_line, swap_two, tear, shift_an_offset, add_a_line, rubbish, other_id],
)
def test_a_journal_that_does_not_agree_is_made_again_and_kept_aside(
    home: Path, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    before, rows = derived(home), originals(home)
    journal = min(home.glob("warc/*.journal"))
    bad = b"".join(damage(journal.read_bytes().splitlines(keepends=True)))
    journal.write_bytes(bad)

    assert run(home, check=True)[0][0].differences
    assert journal.read_bytes() == bad

    files, _ = run(home)

    assert [file.source for file in files] == ["records", *["journal"] * 3]
    assert {name: without_mark(data) for name, data in derived(home).items()} == before
    assert journal.with_name(journal.name + ".bad").read_bytes() == bad
    assert originals(home) == rows
    assert not [d for file in run(home, check=True)[0] for d in file.differences]


def test_a_lie_inside_the_journal_is_found_by_reading_the_records(home: Path) -> None:
    before = derived(home)
    journal = min(home.glob("warc/*.journal"))
    lie = journal.read_bytes().replace(b'"status":"302"', b'"status":"200"')
    for attempt in ("bad", "bad-2"):
        journal.write_bytes(lie)
        files, _ = run(home, from_records=True)
        assert {name: without_mark(data) for name, data in derived(home).items()} == before
        assert journal.with_name(f"{journal.name}.{attempt}").read_bytes() == lie
        assert files[0].differences[0].path == journal
    recovered = [entry for entry in read_journal(journal) if entry.recovered]
    assert [entry.status for entry in recovered] == ["302"]


def test_a_lost_journal_that_fixity_knows_needs_no_mark(home: Path) -> None:
    before = derived(home)
    first, second, *_ = sorted(home.glob("warc/*.journal"))
    (home / "fixity").mkdir()
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    lines = [
        "rubbish",
        "[]",
        json.dumps({"file": first.name.removesuffix(".journal"), "journalSha256": digest}),
        json.dumps({"file": second.name.removesuffix(".journal"), "journalSha256": digest}),
    ]
    (home / "fixity" / "2026-03-02.jsonl").write_text("\n".join(lines) + "\n")
    first.unlink()
    second.unlink()
    run(home)
    after = derived(home)
    assert after[first.name] == before[first.name]
    assert b'"recovered":true' in after[second.name]
    assert without_mark(after[second.name]) == before[second.name]
    assert not list(home.glob("warc/*-bare"))


def test_a_cdxj_line_that_is_wrong_is_named(home: Path) -> None:
    before = derived(home)
    cdxj = min(home.glob("index/*.cdxj"))
    lines = cdxj.read_bytes().splitlines(keepends=True)
    for wrong in (lines[:2] + lines[3:], lines[::-1], [*lines, b"x\n"], []):
        cdxj.write_bytes(b"".join(wrong))
        files, _ = run(home, check=True)
        (difference,) = files[0].differences
        assert difference.path == cdxj
        assert difference.what.startswith("line ")
        run(home)
        assert derived(home) == before


@pytest.mark.parametrize("from_records", [True, False])
def test_a_rotten_file_is_named_with_its_byte_and_the_others_are_done(
    home: Path, from_records: bool
) -> None:
    before = derived(home)
    first, second, *_ = warcs(home)
    place = [entry.offset for entry in read_journal(home / "warc" / f"{first.name}.journal")][4]
    data = bytearray(first.read_bytes())
    data[place + 40] ^= 1
    first.write_bytes(data)
    (home / "index" / second.name.replace(".warc.gz", ".cdxj")).unlink()
    if not from_records:
        (home / "warc" / f"{first.name}.journal").write_bytes(b"")
        (home / "warc" / f"{second.name}.journal").unlink()

    files, _ = run(home, from_records=from_records)

    assert files[0].problem
    assert f"{first} at byte {place}: " in files[0].problem
    assert files[1].problem is None
    after = {name: without_mark(data) for name, data in derived(home).items()}
    if not from_records:
        assert after.pop(f"{first.name}.journal") == b""  # nothing is concluded from a damaged file
        before.pop(f"{first.name}.journal")
    assert after == before
    assert not list(home.glob("*/*.partial"))


@pytest.mark.parametrize("removed", ["the last records", "one in the middle", "the first"])
@pytest.mark.parametrize("options", [{}, {"from_records": True}, {"check": True}])
def test_a_record_that_was_acknowledged_and_is_gone(
    home: Path, removed: str, options: dict[str, bool]
) -> None:
    """Cut or taken out between records: what is left is whole, and only the journal knows."""
    before = derived(home)
    first, *_ = warcs(home)
    entries = list(read_journal(home / "warc" / f"{first.name}.journal"))
    data = first.read_bytes()
    number = {"the last records": -3, "one in the middle": 7, "the first": 0}[removed]
    start = entries[number].offset
    end = len(data) if number < 0 else start + entries[number].length
    first.write_bytes(data[:start] + data[end:])

    files, _ = run(home, **options)

    assert files[0].problem
    assert f"{first} at byte {start}: the journal acknowledges the record" in files[0].problem
    assert [file.problem for file in files[1:]] == [None] * 3
    assert derived(home) == before
    assert not list(home.glob("warc/*.bad"))


def test_a_file_that_is_gone(home: Path) -> None:
    first, *_ = warcs(home)
    first.unlink()
    files, _ = run(home)
    assert files[0].problem == (
        f"{first}: the file is gone; its journal or index is still here: restore the file from a"
        " copy."
    )
    assert files[1].problem is None


def test_an_empty_file_is_no_archive(home: Path) -> None:
    (home / "warc" / "a.warc.gz").write_bytes(b"")
    files, _ = run(home)
    assert files[0].problem
    assert "there is no record" in files[0].problem


@pytest.mark.parametrize("damage", ["delete", "rubbish", "row", "version", "schema"])
def test_a_wrong_dedupe_index_is_found_and_made_again(home: Path, damage: str) -> None:
    rows = originals(home)
    path = home / "state" / "dedupe.sqlite"
    if damage == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    else:
        sql = {
            "delete": "DELETE FROM originals",
            "version": "DELETE FROM validators",
            "schema": "PRAGMA user_version = 1",
            "row": "UPDATE originals SET record_id = '<urn:uuid:no>'",
        }[damage]
        with sqlite3.connect(path) as db:
            db.execute(sql)
        db.close()
    assert run(home, check=True)[1].dedupe
    assert run(home)[1].dedupe
    assert originals(home) == rows
    assert not run(home, check=True)[1].dedupe


def test_an_index_that_is_behind_only_catches_up(home: Path) -> None:
    rows = originals(home)
    with sqlite3.connect(home / "state" / "dedupe.sqlite") as db:
        name = warcs(home)[0].name
        for table in ("originals", "validators"):
            db.execute(f"DELETE FROM {table} WHERE warc_filename = ?", (name,))
        db.execute("DELETE FROM journals WHERE warc_filename = ?", (name,))
    db.close()
    assert not run(home, check=True)[1].dedupe
    assert not run(home)[1].dedupe
    assert originals(home) == rows


def test_not_while_a_crawl_writes(home: Path, open_archive: OpenArchive) -> None:
    open_archive(hostname="writer")
    with pytest.raises(ArchiveLockedError), index_archive(home):
        pass


def test_what_a_killed_crawl_left_open(
    home: Path, open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    archive = open_archive(hostname="killed")
    archive.append_batch([make_event(OK + b"acknowledged")])
    (path,) = home.glob("warc/*.open")
    data, journal = path.read_bytes(), path.with_suffix(".journal").read_bytes()
    archive.close()
    closed = path.with_suffix("")
    closed.unlink()
    path.write_bytes(data)
    path.with_suffix(".journal").write_bytes(journal)
    (home / "index" / closed.name.replace(".warc.gz", ".cdxj")).unlink()

    files, index = run(home, check=True)
    assert (len(files), index.left_open) == (4, [path.name])

    files, index = run(home)
    assert [report.warc_filename for report in index.salvaged] == [closed.name]
    assert len(files) == 5
    assert not [d for file in files for d in file.differences]


def test_a_disk_that_refuses_leaves_what_was_there(home: Path) -> None:
    before = derived(home)
    journal = min(home.glob("warc/*.journal"))
    damaged = journal.read_bytes()[:-5]
    journal.write_bytes(damaged)

    def fsync(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(WarcWriteError), index_archive(home, fsync=fsync) as index:
        list(index)
    assert derived(home) == before | {journal.name: damaged}
    assert not list(home.glob("warc/*.partial"))
    run(home)
    assert {name: without_mark(data) for name, data in derived(home).items()} == before


def test_a_file_of_any_size_needs_little_memory(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = open_archive(fsync=lambda _: None)
    for start in range(0, 1500, 500):
        urls = [f"https://baodaklak.vn/{n}/{'x' * 300}/" for n in range(start, start + 500)]
        archive.append_batch([make_event(OK + url.encode(), url=url) for url in urls])
    (path,) = archive.close()
    monkeypatch.setattr("archive.home.cdxj._LINES_IN_MEMORY", 200)
    journal = path.with_name(path.name + ".journal")
    tracemalloc.start()
    run(tmp_path, from_records=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert journal.stat().st_size > 3_000_000
    assert peak < journal.stat().st_size / 2
