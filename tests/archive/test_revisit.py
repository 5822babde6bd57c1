from __future__ import annotations

import contextlib
import gzip
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import (
    Archive,
    CaptureEvent,
    UnresolvedRevisitError,
    iter_records,
    read_record,
)
from archive.home.layout import Layout
from archive.home.revisits import DedupeIndex

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

BODY = b"x" * 500
CHUNKED = b"HTTP/1.1 200 OK\r\nDate: %b\r\nTransfer-Encoding: chunked\r\n\r\n"


def plain(date: bytes = b"Mon", body: bytes = BODY) -> bytes:
    return b"HTTP/1.1 200 OK\r\nDate: " + date + b"\r\n\r\n" + body


def chunked(date: bytes, size: int) -> bytes:
    chunks = [BODY[i : i + size] for i in range(0, len(BODY), size)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return CHUNKED % date + framed + b"0\r\n\r\n"


def test_nothing_is_lost(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> None:
    """Head of the revisit and body of the original are the bytes of the wire."""
    archive = open_archive()
    (original,) = archive.append_batch([make_event(chunked(b"Mon", 100))])
    (ref,) = archive.append_batch([make_event(chunked(b"Tue", 100), url="https://baodaklak.vn/b/")])
    assert (ref.record_type, ref.refers_to) == ("revisit", original.warc_record_id)
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    assert record.raw_block() == CHUNKED % b"Tue"
    assert record.full_block() == chunked(b"Tue", 100)
    assert record.payload == record.body == BODY
    assert record.payload_digest == original.payload_digest
    assert record.http_headers[0] == (b"Date", b"Tue")
    assert record.head.get("WARC-Refers-To-Target-URI") == "https://baodaklak.vn/"
    assert record.head.get("WARC-Refers-To-Date") == "2026-03-02T07:05:00.123456Z"


def test_other_framing_is_another_body(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    """The payloads are equal, the bytes of the wire are not: each framing is kept once."""
    archive = open_archive()
    types = []
    for response in (
        plain(),
        chunked(b"Mon", 100),
        chunked(b"Mon", 99),
        chunked(b"Tue", 100),
        plain(b"Tue"),
    ):
        (ref,) = archive.append_batch([make_event(response)])
        types.append(ref.record_type)
    assert types == ["response", "response", "response", "revisit", "revisit"]


def test_never_to_a_revisit(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    archive = open_archive()
    refs = [archive.append_batch([make_event(plain())])[0] for _ in range(3)]
    assert [ref.refers_to for ref in refs] == [None, refs[0].warc_record_id, refs[0].warc_record_id]


def test_never_to_what_is_not_durable_yet(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    archive = open_archive()
    refs = archive.append_batch([make_event(plain()), make_event(plain())])
    assert [ref.record_type for ref in refs] == ["response", "response"]


@pytest.mark.parametrize(
    ("response", "changes"),
    [
        (plain(), {"may_revisit": False}),
        (plain(), {"truncated": "length"}),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", {}),
        (b"HTTP/1.1 200 OK\r\nX: cut", {}),
        (b"garbage, not HTTP", {}),
    ],
)
def test_what_is_always_written_out(
    open_archive: OpenArchive, make_event: MakeEvent, response: bytes, changes: dict[str, object]
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(response)])
    (ref,) = archive.append_batch([make_event(response, **changes)])
    assert ref.record_type == "response"


def test_a_truncated_response_is_no_original(
    open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(plain(), truncated="disconnect")])
    (ref,) = archive.append_batch([make_event(plain())])
    assert ref.record_type == "response"


def test_originals_are_known_after_a_restart(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    first = open_archive()
    (original,) = first.append_batch([make_event(plain())])
    first.close()
    second = open_archive()
    (ref,) = second.append_batch([make_event(plain(b"Tue"))])
    assert ref.refers_to == original.warc_record_id
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    assert record.full_block() == plain(b"Tue")
    second.close()
    (path,) = [p for p in (tmp_path / "warc").glob("*.gz") if p.name == ref.warc_filename]
    (revisit,) = [record for _, record in iter_records(path) if record.type == "revisit"]
    assert revisit.payload == BODY


@pytest.mark.parametrize("damage", ["missing", "garbage", "other version", "half", "behind"])
def test_the_index_is_made_again_from_the_journals(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    tmp_path: Path,
    damage: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = open_archive()
    events = [make_event(plain(body=b"%d" % i * 300)) for i in range(300)]
    originals = first.append_batch(events)
    first.close()
    database = tmp_path / "state" / "dedupe.sqlite"
    if damage == "missing":
        database.unlink()
    elif damage == "garbage":
        database.write_bytes(b"no database" * 1000)
    elif damage == "half":
        data = database.read_bytes()
        database.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    else:
        with contextlib.closing(sqlite3.connect(database)) as db:
            if damage == "other version":
                db.execute("PRAGMA user_version = 99")
            else:
                db.execute("DELETE FROM originals")
                db.execute("UPDATE journals SET position = 0")
            db.commit()
    refs = open_archive().append_batch(events)
    assert [r.refers_to for r in refs] == [o.warc_record_id for o in originals]
    assert ("damaged" in caplog.text) == (damage in {"garbage", "other version", "half"})


def test_originals_of_vanished_files_are_forgotten(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    first = open_archive()
    (lost,) = first.append_batch([make_event(plain())])
    first.close()
    second = open_archive()
    (tmp_path / "warc" / lost.warc_filename).unlink()
    refs = [second.append_batch([make_event(plain())])[0] for _ in range(2)]
    assert [ref.record_type for ref in refs] == ["response", "revisit"]
    second.close()
    (tmp_path / "warc" / f"{lost.warc_filename}.journal").unlink()
    third = open_archive()
    (ref,) = third.append_batch([make_event(plain())])
    assert ref.refers_to == refs[0].warc_record_id


def test_files_that_were_moved_away_with_their_journals(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    first = open_archive()
    first.append_batch([make_event(plain())])
    first.close()
    for path in (tmp_path / "warc").iterdir():
        path.unlink()
    archive = open_archive()
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "dedupe.sqlite")) as db:
        assert db.execute("SELECT * FROM journals").fetchall() == []
    (ref,) = archive.append_batch([make_event(plain())])
    assert ref.record_type == "response"


def test_a_journal_that_became_another_is_read_again(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    first = open_archive()
    first.append_batch([make_event(plain())])
    first.close()
    (journal,) = (tmp_path / "warc").glob("*.journal")
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])  # only the warcinfo
    (ref,) = open_archive().append_batch([make_event(plain())])
    assert ref.record_type == "response"


def test_a_damaged_journal_is_read_as_far_as_it_goes(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = open_archive()
    (original,) = first.append_batch([make_event(plain())])
    first.append_batch([make_event(plain(body=b"later"))])
    first.close()
    (journal,) = (tmp_path / "warc").glob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4]) + b'{"surprise": 1}\n' + b"".join(lines[5:]))
    (tmp_path / "state" / "dedupe.sqlite").unlink()
    refs = open_archive().append_batch(
        [make_event(plain(b"Tue")), make_event(plain(body=b"later"))]
    )
    assert [ref.refers_to for ref in refs] == [original.warc_record_id, None]
    assert "this is no journal line" in caplog.text


def test_a_failing_transaction_leaves_nothing_half_done(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.make()
    with contextlib.closing(DedupeIndex(layout)) as index:
        with pytest.raises(sqlite3.Error):
            index.add("name", [], object())  # type: ignore[arg-type]
        index.add("name", [], 7)
    with contextlib.closing(DedupeIndex(layout)) as index:
        assert index._db.execute("SELECT * FROM journals").fetchall() == [("name", 7)]


def test_an_original_is_found_without_the_index(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(plain())])
    (ref,) = archive.append_batch([make_event(plain())])
    archive.close()
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    assert record.payload == BODY
    (tmp_path / "state" / "dedupe.sqlite").write_bytes(b"garbage" * 1000)
    assert read_record(tmp_path, ref.warc_filename, ref.offset).payload == BODY


@pytest.mark.parametrize("gone", ["file", "record", "all knowledge"])
def test_an_original_that_is_gone(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path, gone: str
) -> None:
    first = open_archive()
    (original,) = first.append_batch([make_event(plain())])
    first.close()
    second = open_archive()
    (ref,) = second.append_batch([make_event(plain())])
    second.close()
    if gone == "record":  # its place is known, but another file stands there
        shutil.copy(
            tmp_path / "warc" / ref.warc_filename, tmp_path / "warc" / original.warc_filename
        )
    elif gone == "file":
        (tmp_path / "warc" / original.warc_filename).unlink()
    else:
        (tmp_path / "warc" / f"{original.warc_filename}.journal").unlink()
        (tmp_path / "state" / "dedupe.sqlite").unlink()
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    with pytest.raises(
        UnresolvedRevisitError, match=r"its original <urn:uuid:.*is not in this home"
    ):
        _ = record.payload


def test_a_revisit_that_refers_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    path = tmp_path / "warc" / "foreign.warc.gz"
    path.write_bytes(
        gzip.compress(
            b"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Record-ID: <urn:x:1>\r\n"
            b"WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
        )
    )
    ((_, record),) = iter_records(path)
    with pytest.raises(UnresolvedRevisitError, match="does not say"):
        record.full_block()
