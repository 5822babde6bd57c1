from __future__ import annotations

import dataclasses
import gzip
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive import (
    Archive,
    ArchiveLockedError,
    CaptureEvent,
    SalvageReport,
    WarcWriteError,
    iter_records,
    read_record,
    salvage,
)
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.home.manifest import read_manifests

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


@pytest.fixture
def torn(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> Iterator[Path]:
    """A home as a writer leaves it that dies after nine acknowledged exchanges."""
    home = tmp_path / "torn"
    archive = open_archive()
    bodies = [b"first body", b"first body", *(os.urandom(400) for _ in range(7))]
    for body in bodies:
        archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n" + body)])
    shutil.copytree(tmp_path / "warc", home / "warc")
    shutil.copytree(tmp_path / "state", home / "state")
    yield home
    archive.close()


def open_file(home: Path) -> Path:
    (path,) = (home / "warc").glob("*.open")
    return path


def journal_of(home: Path) -> Path:
    (path,) = (home / "warc").glob("*.journal")
    return path


@contextmanager
def a_copy(home: Path) -> Iterator[Path]:
    copy = home.with_name("copy")
    shutil.copytree(home, copy)
    yield copy
    shutil.rmtree(copy)


def records_and_offsets(home: Path) -> list[tuple[int, str]]:
    (path,) = (home / "warc").glob("*.gz")
    return [(offset, record.record_id) for offset, record in iter_records(path)]


def test_a_file_that_was_only_not_closed(torn: Path) -> None:
    path = open_file(torn)
    before = path.read_bytes()
    journal = journal_of(torn).read_bytes()
    assert salvage(torn) == [
        SalvageReport(
            warc_filename=path.name.removesuffix(".open"),
            records_kept=28,
            records_recovered=0,
            lost_record_ids=(),
            tail_offset=len(before),
            tail_bytes=0,
            tail_filename=None,
            reason=None,
        )
    ]
    assert (torn / "warc" / path.name.removesuffix(".open")).read_bytes() == before
    assert journal_of(torn).read_bytes() == journal
    assert len(list((torn / "index").glob("*.cdxj"))) == 1
    assert salvage(torn) == []


def test_a_home_without_archive_is_left_alone(tmp_path: Path) -> None:
    assert salvage(tmp_path / "nothing") == []
    assert not (tmp_path / "nothing").exists()


def test_a_living_writer_is_not_salvaged(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    open_archive().append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n")])
    with pytest.raises(ArchiveLockedError):
        salvage(tmp_path)


def test_whole_records_that_the_journal_does_not_know(torn: Path, tmp_path: Path) -> None:
    """The writer died between the two flushes: recovered entries equal those it would have made."""
    journal = journal_of(torn)
    written = list(read_journal(journal))
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:5]) + lines[5][:40])
    (report,) = salvage(torn)
    assert (report.records_kept, report.records_recovered) == (28, 23)
    assert not report.is_alarm
    entries = list(read_journal(journal_of(torn)))
    assert [entry.recovered for entry in entries] == [None] * 5 + [True] * 23
    assert [dataclasses.replace(entry, recovered=None) for entry in entries] == written


def test_a_missing_journal_is_made_again(torn: Path, make_event: MakeEvent) -> None:
    """With it the dedupe index: a recovered response is an original like any other."""
    journal_of(torn).unlink()
    (torn / "state" / "dedupe.sqlite").unlink()
    with Archive(torn, info={}, min_free_bytes=0) as archive:
        (report,) = archive.salvaged
        assert report.records_recovered == 28
        (ref,) = archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\nfirst body")])
        assert ref.record_type == "revisit"
        record = read_record(torn, ref.warc_filename, ref.offset)
        assert record.payload == b"first body"


def test_large_records_and_logs_are_described_as_their_writer_would(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(20 << 20))])
    archive.append_batch([make_event(b"no HTTP"), make_event(b"")])
    archive.append_log("report", b"{}", "application/json")
    shutil.copytree(tmp_path / "warc", tmp_path / "torn" / "warc")
    journal = journal_of(tmp_path / "torn")
    written = list(read_journal(journal))
    journal.unlink()
    salvage(tmp_path / "torn")
    again = [dataclasses.replace(entry, recovered=None) for entry in read_journal(journal)]
    assert again == written


def test_a_salvage_that_fails_lets_go_of_the_home(torn: Path) -> None:
    def fsync(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(WarcWriteError):
        Archive(torn, info={}, fsync=fsync)
    with Archive(torn, info={}) as archive:
        assert [report.records_kept for report in archive.salvaged] == [28]


def test_a_damaged_journal_is_made_again(torn: Path) -> None:
    journal = journal_of(torn)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]) + b"garbage\n" + b"".join(lines[4:]))
    (report,) = salvage(torn)
    assert (report.records_kept, report.records_recovered) == (28, 1)
    assert len(list(read_journal(journal_of(torn)))) == 28


def test_a_journal_line_for_another_record(torn: Path) -> None:
    """Its record is an alarm, and the one that stands there is described anew."""
    journal = journal_of(torn)
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b"00000000003", b"0000000ffff", 1))
    (report,) = salvage(torn)
    assert report.lost_record_ids == ("<urn:uuid:00000000-0000-0000-0000-00000000ffff>",)
    assert (report.records_kept, report.records_recovered) == (28, 1)


def test_cuts_at_many_places(torn: Path) -> None:
    """Whole records stay, the rest is quarantined to the byte, what the journal says is alarm."""
    whole = open_file(torn).read_bytes()
    entries = list(read_journal(journal_of(torn)))
    ends = {entry.offset + entry.length for entry in entries}
    pick = random.Random(7)
    cuts = {1, 9, 10, *ends, *(end - 1 for end in ends), *pick.sample(range(len(whole)), 60)}
    for cut in sorted(cuts):
        with a_copy(torn) as home:
            path = open_file(home)
            path.write_bytes(whole[:cut])
            kept = [entry for entry in entries if entry.offset + entry.length <= cut]
            end = kept[-1].offset + kept[-1].length if kept else 0
            (report,) = salvage(home)
            assert (report.records_kept, report.tail_offset) == (len(kept), end)
            assert report.tail_bytes == cut - end
            assert list(report.lost_record_ids) == [e.record_id for e in entries[len(kept) :]]
            assert report.is_alarm == (cut < len(whole))
            if report.tail_filename:
                tail = home / "warc" / report.tail_filename
                assert tail.read_bytes() == whole[end:cut]
                assert report.reason == "the gzip member is cut"
            if kept:
                assert records_and_offsets(home) == [(e.offset, e.record_id) for e in kept]
                assert list(read_journal(journal_of(home))) == kept
            else:
                assert list((home / "warc").glob("*.gz")) == []
            if report.is_alarm and kept:
                (bad,) = (home / "warc").glob("*.journal.bad")
                assert len(list(read_journal(bad))) == 28


def test_an_unacknowledged_tail_is_no_alarm(torn: Path) -> None:
    with open_file(torn).open("ab") as file:
        file.write(b"\x1f\x8b\x08 half a member")
    (report,) = salvage(torn)
    assert (report.records_kept, report.is_alarm) == (28, False)
    assert report.tail_bytes == 17


@pytest.mark.parametrize(
    ("junk", "reason"),
    [
        (b"this is no gzip member at all", "no gzip member"),
        ("whole member, no record", "no WARC record begins here"),
        ("flipped", "no gzip member, or a damaged one"),
        ("wrong digest", "not to its WARC-Block-Digest"),
        ("wrong length", "bytes, not"),
        ("no type", "WARC-Type is missing"),
    ],
)
def test_what_is_no_record_ends_the_file(torn: Path, junk: bytes | str, reason: str) -> None:
    path = open_file(torn)
    data = path.read_bytes()
    last = list(read_journal(journal_of(torn)))[-1]
    member = data[last.offset :]
    record = gzip.decompress(member)
    if junk == "whole member, no record":
        member = gzip.compress(b"something else")
    elif junk == "flipped":
        member = member[:60] + bytes([member[60] ^ 1]) + member[61:]
    elif junk == "wrong digest":
        member = gzip.compress(record.replace(b"sha256:", b"sha256:0"))
    elif junk == "wrong length":
        member = gzip.compress(record + b"x")
    elif junk == "no type":
        member = gzip.compress(record.replace(b"WARC-Type", b"WARC-Typo"))
    else:
        assert isinstance(junk, bytes)
        member = junk
    path.write_bytes(data + member)
    (report,) = salvage(torn)
    assert report.records_kept == 28
    assert report.reason is not None
    assert reason in report.reason
    assert report.tail_filename is not None
    assert (torn / "warc" / report.tail_filename).read_bytes() == member


def test_rot_inside_the_file_is_an_alarm_and_everything_is_kept(torn: Path) -> None:
    path = open_file(torn)
    data = bytearray(path.read_bytes())
    entries = list(read_journal(journal_of(torn)))
    data[entries[10].offset + 50] ^= 4
    path.write_bytes(data)
    (report,) = salvage(torn)
    assert (report.records_kept, len(report.lost_record_ids)) == (10, 18)
    assert report.tail_filename is not None
    assert (torn / "warc" / report.tail_filename).read_bytes() == data[entries[10].offset :]


def test_salvage_interrupted_and_done_again(torn: Path) -> None:
    """Power fails at every flush of the salvage: the next one ends the same."""
    with open_file(torn).open("ab") as file:
        file.write(b"\x1f\x8b\x08 half a member")
    journal = journal_of(torn)
    journal.write_bytes(journal.read_bytes()[:-9])
    for calls in range(20):
        with a_copy(torn) as home:
            left = [calls]

            def fsync(_fd: int, left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] < 0:
                    raise OSError(5, "Input/output error")

            try:
                reports = salvage(home, fsync=fsync)
            except WarcWriteError:
                salvage(home)
            else:
                assert [report.tail_bytes for report in reports] == [17]
                assert calls > 3
            assert len(records_and_offsets(home)) == 28
            assert len(list(read_journal(journal_of(home)))) == 28
            (tail,) = (home / "warc").glob("*.tail")
            assert tail.read_bytes() == b"\x1f\x8b\x08 half a member"
            assert not list(home.rglob("*.open"))
            assert not list(home.rglob("*.partial"))


def test_the_log_says_what_happened(torn: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = open_file(torn)
    path.write_bytes(path.read_bytes()[:-5])
    salvage(torn)
    (message,) = caplog.messages
    assert "was not closed: 27 records kept, " in message
    assert "; 1 acknowledged records are LOST" in message


def test_a_file_that_lacked_only_its_name(torn: Path) -> None:
    """Its writer died between the manifest and the renaming."""
    salvage(torn)
    (closed,) = (torn / "warc").glob("*.warc.gz")
    before = closed.read_bytes()
    closed.rename(closed.with_name(f"{closed.name}.open"))
    (report,) = salvage(torn)
    assert (28, None) == (report.records_kept, report.reason)
    assert before == closed.read_bytes()
    assert 1 == len(list(read_manifests(Layout(torn))))


def test_a_listed_file_that_rotted_is_not_cut(torn: Path) -> None:
    """A copy may have its bytes; a shortened file would be taken for the truth."""
    salvage(torn)
    (closed,) = (torn / "warc").glob("*.warc.gz")
    rotten = closed.read_bytes()[:-50]
    closed.unlink()
    closed.with_name(f"{closed.name}.open").write_bytes(rotten)
    (report,) = salvage(torn)
    assert "not what the manifest says" in str(report)
    assert rotten == closed.read_bytes()
    assert 1 == len(list(read_manifests(Layout(torn))))
