from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import (
    Archive,
    ArchivedRecord,
    CaptureEvent,
    ContentDecodingError,
    InvalidRecordError,
    JournalError,
    RecordNotFoundError,
    RecordTooLargeError,
    captures,
    find,
    iter_records,
    read_record,
)
from archive.home.journal import read_journal
from archive.home.layout import Layout

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]
Keep = Callable[..., ArchivedRecord]

NO_ZONE = (
    b"WARC/1.1\r\nWARC-Type: x\r\nWARC-Record-ID: <y>\r\nWARC-Date: 2020-01-01T00:00:00\r\n"
    b"Content-Length: 0\r\n\r\n"
)
TEXT = "Đắk Lắk".encode() * 50


@pytest.fixture
def keep(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> Keep:
    """Archive one response and read it back while the file is still being written."""
    archive = open_archive()

    def keep_it(response: bytes, **changes: object) -> ArchivedRecord:
        (ref,) = archive.append_batch([make_event(response, **changes)])
        return read_record(tmp_path, ref.warc_filename, ref.offset)

    return keep_it


def test_a_response(keep: Keep, instant: dt.datetime) -> None:
    record = keep(
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 Not Found\r\nA: 1\r\na: 2\r\n\r\nbody",
        url="https://baodaklak.vn/thoi-su/",
    )
    assert record.type == "response"
    assert record.target_uri == "https://baodaklak.vn/thoi-su/"
    assert record.warc_date == instant
    assert record.http_status == 404
    assert record.http_headers == [(b"A", b"1"), (b"a", b"2")]
    assert record.payload == record.body == b"body"
    assert record.full_block() == record.raw_block()
    assert record.head.get_all("warc-concurrent-to") == [
        "<urn:uuid:00000000-0000-0000-0000-000000000003>",
        "<urn:uuid:00000000-0000-0000-0000-000000000004>",
    ]
    assert ("WARC-Protocol", "http/1.1") in record.headers
    assert record.warc_filename == "khobao-20260302070500123-00000-host.warc.gz"
    assert record.record_id in repr(record)


def test_a_response_without_head(keep: Keep) -> None:
    record = keep(b"\x00garbage")
    assert (record.http, record.http_status, record.http_headers) == (None, None, [])
    assert record.payload == record.body == b""
    assert record.payload_digest is None
    assert record.raw_block() == b"\x00garbage"


def deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [
        (b"gzip", gzip.compress(TEXT, mtime=0)),
        (b"x-gzip", gzip.compress(TEXT, mtime=0)),
        (b"GZIP", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        (b"gzip", gzip.compress(TEXT, mtime=0) + b"padding"),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", deflate(TEXT)),
        (b"identity", TEXT),
        (b"", TEXT),
        (b"deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
        (b"gzip", b""),
    ],
)
def test_content_encoding(keep: Keep, encoding: bytes, payload: bytes) -> None:
    record = keep(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + b"\r\n\r\n" + payload)
    assert record.payload == payload
    assert record.body == (TEXT if payload else b"")


def test_a_cut_gzip_body_is_told_and_gives_what_came(keep: Keep) -> None:
    whole = os.urandom(5000)
    body = gzip.compress(whole, mtime=0)
    record = keep(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body[:2000])
    with pytest.raises(ContentDecodingError, match="ends before its coding 'gzip' does") as raised:
        _ = record.body
    assert whole.startswith(raised.value.partial)
    assert len(raised.value.partial) > 1000


@pytest.mark.parametrize(
    ("encoding", "complaint"),
    [(b"deflate", "not what its"), (b"compress", "'compress', which was not asked for")],
)
def test_content_that_cannot_be_decoded(keep: Keep, encoding: bytes, complaint: str) -> None:
    record = keep(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + b"\r\n\r\nno such thing")
    with pytest.raises(ContentDecodingError, match=complaint):
        _ = record.body
    assert record.payload == b"no such thing"


def test_a_gzip_bomb_does_not_go_off(keep: Keep) -> None:
    bomb = gzip.compress(bytes(50 << 20))
    record = keep(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)
    with pytest.raises(RecordTooLargeError, match="larger than 1048576 bytes when decoded"):
        record.body_bytes(max_bytes=1 << 20)


def test_a_large_block_is_read_in_pieces(keep: Keep) -> None:
    response = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(5 << 20)
    record = keep(response)
    pieces = list(record.iter_block())
    assert len(pieces) > 4
    assert b"".join(pieces) == response
    assert record.block_length == len(response)
    with pytest.raises(RecordTooLargeError, match="more than the 1000 that may be held"):
        record.raw_block(max_bytes=1000)


def test_other_records(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> None:
    archive = open_archive()
    (failed,) = archive.append_batch([make_event(b"", metadata=(("outcome", "dns"),))])
    log = archive.append_log("log", b"lines")
    record = read_record(tmp_path, failed.warc_filename, failed.offset)
    assert (record.type, record.payload, record.http) == ("metadata", b"outcome: dns\r\n", None)
    record = read_record(tmp_path, log.warc_filename, log.offset)
    assert (record.type, record.body, record.target_uri) == ("resource", b"lines", "urn:khobao:log")


def test_reading_goes_on_when_the_file_is_closed(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """A record taken from the open file is read on from the closed one."""
    response = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(5 << 20)
    archive = open_archive()
    (ref,) = archive.append_batch([make_event(response)])
    record = read_record(tmp_path, ref.warc_filename + ".open", ref.offset)
    assert record.path.name.endswith(".open")
    archive.close()
    assert record.raw_block() == response
    assert read_record(tmp_path, ref.warc_filename, ref.offset).raw_block() == response


@pytest.mark.parametrize("name", ["nothing.warc.gz", "../state/dedupe.sqlite", "/etc/passwd", ""])
def test_files_that_are_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordNotFoundError, match="there is no WARC file"):
        read_record(tmp_path, name, 0)


def test_places_where_no_record_begins(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    (ref,) = archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n")])
    for offset in (-1, 1 << 40):
        with pytest.raises(RecordNotFoundError, match="no record begins there"):
            read_record(tmp_path, ref.warc_filename, offset)
    with pytest.raises(InvalidRecordError, match="no gzip member") as caught:
        read_record(tmp_path, ref.warc_filename, ref.offset + 1)
    assert f"byte {ref.offset + 1}" in str(caught.value)


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (b"no record", "no WARC record begins here"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "no WARC record begins here"),
        (b"WARC/1.1\r\nno field\r\n\r\n", "is no field"),
        (b"WARC/1.1\r\n folded: x\r\n\r\n", "is no field"),
        (b"WARC/1.1\r\nWARC-Type: \xff\r\n\r\n", "not UTF-8"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", "Content-Length is ''"),
        (b"WARC/1.1\r\nContent-Length: -1\r\n\r\n", "Content-Length is '-1'"),
        (b"WARC/1.1\r\nContent-Length: 0\r\n\r\n", "WARC-Type is missing"),
        (NO_ZONE, "has no zone"),
    ],
)
def test_members_that_are_no_record(tmp_path: Path, record: bytes, complaint: str) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "x.warc.gz").write_bytes(gzip.compress(record, mtime=0))
    with pytest.raises(InvalidRecordError, match=complaint):
        read_record(tmp_path, "x.warc.gz", 0)


def test_a_walk_yields_what_is_whole_and_then_complains(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n")])
    (path,) = archive.close()
    path.write_bytes(path.read_bytes()[:-3])
    seen: list[str] = []
    with pytest.raises(InvalidRecordError, match="the gzip member is cut"):
        seen.extend(record.type for _, record in iter_records(path))
    assert seen == ["warcinfo", "response", "request"]


def test_a_walk_of_large_records_is_lazy(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    response = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(20 << 20)
    archive = open_archive()
    archive.append_batch([make_event(response), make_event(b"HTTP/1.1 200 OK\r\n\r\nsmall")])
    (path,) = archive.close()
    blocks = [r.raw_block() for _, r in iter_records(path, home=tmp_path) if r.type == "response"]
    assert [len(block) for block in blocks] == [len(response), 24]
    assert blocks[0] == response


@pytest.fixture
def captured(
    open_archive: OpenArchive, make_event: MakeEvent, instant: dt.datetime
) -> dict[str, list[str]]:
    """Three days of two pages: one day closed, one in another file, one still being written."""
    ids: dict[str, list[str]] = {}
    archive = open_archive(max_bytes=1)
    for day in range(3):
        for page in ("a", "b"):
            url = f"https://baodaklak.vn/{page}/"
            event = make_event(
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}{day}".encode(),
                url=url,
                started_at=instant + dt.timedelta(days=day),
            )
            (ref,) = archive.append_batch([event])
            ids.setdefault(url, []).append(ref.warc_record_id)
    return ids


def test_find_by_url_and_time(
    captured: dict[str, list[str]], tmp_path: Path, instant: dt.datetime
) -> None:
    for url, ids in captured.items():
        found = captures(tmp_path, url)
        assert [entry.timestamp[:8] for entry in found] == ["20260302", "20260303", "20260304"]
        for entry, record_id in zip(found, ids, strict=True):
            record = read_record(tmp_path, entry.warc_filename, entry.offset)
            assert record.record_id == record_id
            assert (entry.url, entry.status, entry.mime) == (url, "200", "text/html")
            assert entry.payload_digest == record.payload_digest
        assert find(tmp_path, url) == found[2]
        assert find(tmp_path, url, instant + dt.timedelta(hours=1)) == found[0]
        assert find(tmp_path, url, instant + dt.timedelta(hours=23)) == found[1]
        assert find(tmp_path, url, instant - dt.timedelta(days=999)) == found[0]
    assert find(tmp_path, "HTTP://WWW.baodaklak.vn:80/a") == find(
        tmp_path, "https://baodaklak.vn/a/"
    )
    assert find(tmp_path, "https://baodaklak.vn/c/") is None


def test_find_in_a_large_index(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """Binary search meets first, last and every line between."""
    archive = open_archive()
    urls = [f"https://baodaklak.vn/{n}/" for n in range(150)]
    archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n", url=url) for url in urls])
    archive.close()
    for url in urls:
        (entry,) = captures(tmp_path, url)
        assert entry.url == url
    for absent in ("https://a.vn/", "https://baodaklak.vn/77a/", "https://zz.vn/"):
        assert captures(tmp_path, absent) == []


def test_journal_lines(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> None:
    archive = open_archive()
    archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\nabc", url="https://baodaklak.vn/ă/")])
    ((_, path),) = Layout(tmp_path).journals()
    lines = path.read_text().splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "warcinfo",
        "response",
        "request",
        "metadata",
    ]
    response = json.loads(lines[1])
    assert response == {
        "offset": response["offset"],
        "length": response["length"],
        "recordId": "<urn:uuid:00000000-0000-0000-0000-000000000002>",
        "type": "response",
        "date": "2026-03-02T07:05:00.123456Z",
        "targetUri": "https://baodaklak.vn/%C4%83/",
        "urlkey": "vn,baodaklak)/%c4%83",
        "status": "200",
        "payloadDigest": "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5",
        "blockDigest": response["blockDigest"],
        "recordLength": response["recordLength"],
        "bodyDigest": "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
    assert response["blockDigest"].startswith("sha256:")
    with path.open("ab") as file:
        file.write(b'{"offset": 1, "a line being written')
    assert len(list(read_journal(path))) == 4


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b"x\n", b'{"unknown": 1}\n', b"\xff\n"])
def test_what_is_no_journal_line(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(line)
    with pytest.raises(JournalError, match="byte 0: this is no journal line"):
        list(read_journal(path))
