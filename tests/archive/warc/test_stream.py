"""The format alone, on any stream, without a home: what is written and what is read back."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import CaptureEvent, InvalidRecordError, Spool
from archive.warc import (
    WarcRecord,
    WarcWriter,
    build_records,
    read_records,
    resource_record,
    warcinfo_record,
)

DATA = Path(__file__).parents[1] / "data"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
BODY = "<h1>Cà phê được mùa</h1>".encode()
MANY = (9 << 20) + 1


@pytest.fixture
def event(make_event: Callable[..., CaptureEvent]) -> CaptureEvent:
    return make_event(PAGE + gzip.compress(BODY, mtime=0))


def written(event: CaptureEvent, *, is_gzip: bool) -> bytes:
    stream = io.BytesIO()
    writer = WarcWriter(stream, gzip=is_gzip)
    writer.write(warcinfo_record("tệp.warc", {"operator": "luutru@example.vn"}))
    for record in build_records(event).records:
        writer.write(record)
    assert stream.tell() == writer.offset
    return stream.getvalue()


def types(data: bytes) -> list[str]:
    return [record.type for record in read_records(io.BytesIO(data))]


@pytest.mark.parametrize("is_gzip", [True, False])
def test_what_is_written_warcio_reads(event: CaptureEvent, *, is_gzip: bool) -> None:
    data = written(event, is_gzip=is_gzip)
    found = [
        (record.rec_type, record.raw_stream.read())
        for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]
    assert ["warcinfo", "response", "request", "metadata"] == [name for name, _ in found]
    assert (event.response, event.request) == (found[1][1], found[2][1])


def test_every_record_is_a_member_at_the_place_that_is_returned(event: CaptureEvent) -> None:
    stream = io.BytesIO()
    writer = WarcWriter(stream)
    places = [writer.write(record) for record in build_records(event).records]
    data = stream.getvalue()
    assert [0, places[0].length] == [place.offset for place in places[:2]]
    for place in places:
        record = gzip.decompress(data[place.offset : place.offset + place.length])
        assert record.startswith(b"WARC/1.1\r\n")
        assert place.record_length == len(record)


@pytest.mark.parametrize("is_gzip", [True, False])
def test_every_record_is_read_from_the_place_it_was_written_to(
    event: CaptureEvent, *, is_gzip: bool
) -> None:
    stream = io.BytesIO()
    writer = WarcWriter(stream, gzip=is_gzip)
    places = [
        writer.write(record).offset for _ in range(9) for record in build_records(event).records
    ]
    found = [record.offset for record in read_records(io.BytesIO(stream.getvalue()))]
    assert places == found


def test_a_record_names_the_warcinfo_before_it_if_there_is_one(event: CaptureEvent) -> None:
    stream = io.BytesIO()
    writer = WarcWriter(stream, gzip=False)
    writer.write(resource_record("urn:khobao:a", b"a", "text/plain"))
    info = warcinfo_record("b.warc", {})
    writer.write(info)
    writer.write(resource_record("urn:khobao:b", b"b", "text/plain"))
    first, _, last = read_records(io.BytesIO(stream.getvalue()))
    assert first.head.get("WARC-Warcinfo-ID") is None
    assert info.record_id == last.head.get("WARC-Warcinfo-ID")


@pytest.mark.parametrize("shape", ["members", "plain", "one member"])
def test_reading_back_in_any_shape(event: CaptureEvent, shape: str) -> None:
    plain = written(event, is_gzip=False)
    data = {
        "members": written(event, is_gzip=True),
        "plain": plain,
        "one member": gzip.compress(plain),
    }[shape]
    info, response, request, metadata = read_records(io.BytesIO(data))
    assert ("warcinfo", "request", "metadata") == (info.type, request.type, metadata.type)
    assert event.target_uri == response.target_uri
    assert event.started_at == response.warc_date
    assert event.response == response.raw_block()
    assert (200, BODY) == (response.http_status, response.body)
    assert event.request == request.raw_block()


def test_the_golden_files_are_read_as_warcio_reads_them() -> None:
    for path in DATA.glob("*.warc"):
        ours = [
            (record.type, list(record.headers), record.raw_block())
            for record in read_records(io.BytesIO(path.read_bytes()))
        ]
        theirs = [
            (record.rec_type, list(record.rec_headers.headers), record.raw_stream.read())
            for record in ArchiveIterator(io.BytesIO(path.read_bytes()), no_record_parse=True)
        ]
        assert theirs
        assert theirs == ours


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_file_of_warcio(*, is_gzip: bool) -> None:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=is_gzip)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            "https://vidu.vn/", "response", payload=io.BytesIO(BODY), length=len(BODY),
            http_headers=head,
        )
    )  # fmt: skip
    (record,) = read_records(io.BytesIO(stream.getvalue()))
    assert ("https://vidu.vn/", BODY) == (record.target_uri, record.body)


def test_a_pipe_is_a_stream(event: CaptureEvent) -> None:
    data = written(event, is_gzip=True)
    reading, writing = os.pipe()
    with open(reading, "rb") as source:  # noqa: PTH123 - a number, not a path
        sender = threading.Thread(target=_send, args=(writing, data))
        sender.start()
        assert 4 == sum(1 for _ in read_records(source))
        sender.join()


def _send(fd: int, data: bytes) -> None:
    with open(fd, "wb") as sink:
        sink.write(data)


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_large_block_is_read_in_pieces_or_passed_over(
    make_event: Callable[..., CaptureEvent], tmp_path: Path, *, is_gzip: bool
) -> None:
    with Spool(tmp_path, memory_bytes=1000) as body:
        body.write(b"HTTP/1.1 200 OK\r\n\r\n")
        body.write(os.urandom(MANY))
        data = written(make_event(body), is_gzip=is_gzip)
        assert ["warcinfo", "response", "request", "metadata"] == types(data)
        blocks = [_block(record) for record in read_records(io.BytesIO(data))]
        assert body.getvalue() == blocks[1]


def _block(record: WarcRecord) -> bytes:
    return b"".join(record.iter_block())


@pytest.mark.parametrize("shape", ["members", "plain", "one member"])
def test_every_cut_inside_a_record_is_an_error(event: CaptureEvent, shape: str) -> None:
    plain = written(event, is_gzip=False)
    data = {
        "members": written(event, is_gzip=True),
        "plain": plain,
        "one member": gzip.compress(plain),
    }[shape]
    begin = b"\x1f\x8b" if shape == "members" else b"WARC/1.1\r\nWARC-Type"
    for size in range(len(data) - 5, 0, -7):
        if shape != "one member" and data[size:].startswith(begin):
            continue
        with pytest.raises(InvalidRecordError, match=r"at byte \d+: "):
            types(data[:size])


def test_a_damaged_member_is_an_error_and_those_before_it_are_read(event: CaptureEvent) -> None:
    data = bytearray(written(event, is_gzip=True))
    data[-6] ^= 1  # in the checksum of the last member
    found: list[str] = []
    with pytest.raises(InvalidRecordError, match="byte"):
        found.extend(record.type for record in read_records(io.BytesIO(bytes(data))))
    assert ["warcinfo", "response", "request", "metadata"][: len(found)] == found
    assert len(found) >= 3


@pytest.mark.parametrize(
    "data",
    [b"no WARC at all", b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", b"WARC/2.0\r\nA: b\r\n\r\n"],
)
def test_what_is_no_record_is_an_error(data: bytes) -> None:
    with pytest.raises(InvalidRecordError, match="at byte 0"):
        types(data)
    assert [] == types(b"")


def test_a_date_of_its_own_and_an_id_of_its_own() -> None:
    before = dt.datetime.now(dt.UTC)
    stream = io.BytesIO()
    writer = WarcWriter(stream)
    for _ in range(2):
        writer.write(resource_record("urn:khobao:a", b"a", "text/plain"))
    one, two = read_records(io.BytesIO(stream.getvalue()))
    assert one.record_id != two.record_id
    assert before <= one.warc_date <= two.warc_date
