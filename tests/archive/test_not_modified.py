"""304 answers to conditional requests: revisit records of profile server-not-modified."""

from __future__ import annotations

import dataclasses
import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, CaptureEvent, Original, RecordRef, iter_records, read_record
from archive.home.journal import read_journal
from archive.home.layout import Layout
from archive.home.recover import entry_from_member
from archive.warc.http import parse_response_head
from archive.warc.members import MemberWalk
from archive.warc.validators import validators_of

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

URL = "https://baodaklak.vn/xa-hoi/202603/mot-bai-abc1234/"
TEXT = "Một bài báo về mùa cà phê.".encode() * 30
PACKED = gzip.compress(TEXT, mtime=0)
FIRST = (
    b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nLast-Modified: Mon, 02 Mar 2026 07:00:00 GMT\r\n'
    b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED)
) + PACKED
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nX-Latin: caf\xe9\r\n\r\n'
REQUEST = b"GET /x HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n"
CONDITIONAL = b'GET /x HTTP/1.1\r\nHost: baodaklak.vn\r\nIf-None-Match: "v1"\r\n\r\n'


@pytest.fixture
def ask_again(open_archive: OpenArchive, make_event: MakeEvent) -> Callable[..., RecordRef]:
    """Archive the page, then an answer to the question whether it has changed."""

    def ask(answer: bytes = NOT_MODIFIED, **changes: Any) -> RecordRef:
        archive = open_archive()
        archive.append_batch([make_event(FIRST, url=URL, request=REQUEST)])
        archive._dedupe._commit()
        original = archive.newest_version(URL)
        assert original is not None
        values: dict[str, Any] = {"request": CONDITIONAL, "not_modified_of": original}
        (ref,) = archive.append_batch([make_event(answer, url=URL, **values | changes)])
        archive.close()
        return ref

    return ask


def test_a_304_refers_to_the_response(ask_again: Callable[..., RecordRef], tmp_path: Path) -> None:
    ref = ask_again()
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    assert record.type == ref.record_type == "revisit"
    assert record.is_not_modified
    original = record.original()
    assert record.head.get("WARC-Profile") == (
        "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    )
    assert record.head.get("WARC-Refers-To") == original.record_id == ref.refers_to
    assert record.head.get("WARC-Refers-To-Target-URI") == original.target_uri == URL
    assert record.head.get("WARC-Refers-To-Date") == original.head.get("WARC-Date")
    assert record.head.get("WARC-Truncated") is None
    assert record.payload_digest == original.payload_digest
    assert record.raw_block() == record.full_block() == NOT_MODIFIED
    assert (record.http_status, original.http_status) == (304, 200)
    assert record.payload == PACKED
    assert record.body == TEXT


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (NOT_MODIFIED, {"request": REQUEST}),
        (NOT_MODIFIED, {"not_modified_of": None}),
        (NOT_MODIFIED, {"truncated": "disconnect"}),
        (NOT_MODIFIED.replace(b"v1", b"v2"), {}),
        (NOT_MODIFIED + b"more", {}),
        (NOT_MODIFIED[:-4], {}),
        (b"HTTP/1.1 412 Precondition Failed\r\n\r\n", {}),
    ],
    ids=[
        "unconditional request",
        "nothing to refer to",
        "truncated",
        "other version",
        "bytes after the head",
        "cut head",
        "other status",
    ],
)
def test_anything_doubtful_is_a_response(
    ask_again: Callable[..., RecordRef], tmp_path: Path, answer: bytes, changes: dict[str, Any]
) -> None:
    ref = ask_again(answer, **changes)
    record = read_record(tmp_path, ref.warc_filename, ref.offset)
    assert (record.type, record.raw_block()) == ("response", answer)


@pytest.mark.parametrize(
    "changes", [{"record_id": "<urn:uuid:0>"}, {"payload_digest": "sha1:A"}, {"target_uri": "x:y"}]
)
def test_only_to_what_is_durable(
    open_archive: OpenArchive, make_event: MakeEvent, changes: dict[str, Any]
) -> None:
    archive = open_archive()
    (first,) = archive.append_batch([make_event(FIRST, url=URL)])
    original = Original(
        first.warc_record_id,
        URL,
        "2026-03-02T07:05:00.123456Z",
        first.payload_digest or "",
        first.warc_filename,
        first.offset,
        '"v1"',
    )
    event = make_event(NOT_MODIFIED, url=URL, request=CONDITIONAL, not_modified_of=original)
    foreign = dataclasses.replace(event, not_modified_of=dataclasses.replace(original, **changes))
    refs = archive.append_batch([event, foreign])
    assert [ref.record_type for ref in refs] == ["revisit", "response"]


def test_a_vanished_file_is_referred_to_no_more(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    (first,) = archive.append_batch([make_event(FIRST, url=URL)])
    archive.close()
    archive = open_archive()
    original = archive.newest_version(URL)
    assert original is not None
    (tmp_path / "warc" / first.warc_filename).unlink()
    (ref,) = archive.append_batch(
        [make_event(NOT_MODIFIED, url=URL, request=CONDITIONAL, not_modified_of=original)]
    )
    assert ref.record_type == "response"


def test_the_newest_version_comes_from_the_journals(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path, instant: Any
) -> None:
    """The index may be lost; a 404, an error page and a truncated body are no versions."""
    second = FIRST.replace(b"v1", b"v2").replace(PACKED, PACKED[:-8] + b"12345678")
    responses = [
        (FIRST, None),
        (second, None),
        (second.replace(b"200 OK", b"404 Not Found").replace(b"v2", b"v3"), None),
        (second.replace(b"v2", b"v4"), "disconnect"),
        (second.replace(b'"v2"', b"v5").replace(b"Last-Modified", b"Date"), None),
    ]
    archive = open_archive()
    for number, (response, truncated) in enumerate(responses):
        date = instant.replace(minute=number)
        archive.append_batch([make_event(response, url=URL, started_at=date, truncated=truncated)])
    archive.close()
    Layout(tmp_path).dedupe.unlink()
    archive = open_archive()
    newest = archive.newest_version(URL)
    assert newest is not None
    assert (newest.etag, newest.last_modified) == ('"v2"', "Mon, 02 Mar 2026 07:00:00 GMT")
    assert archive.newest_version(URL + "?other") is None
    assert read_record(tmp_path, newest.warc_filename, newest.offset).record_id == newest.record_id


def test_salvage_writes_the_same_journal_lines(
    ask_again: Callable[..., RecordRef], tmp_path: Path
) -> None:
    name = ask_again().warc_filename
    path = tmp_path / "warc" / name
    with path.open("rb") as file:
        made = [entry_from_member(path, member, recovered=False) for member in MemberWalk(file)]
    assert made == list(read_journal(Layout(tmp_path).journal(name)))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b'ETag: W/"a"', ('W/"a"', None)),
        (b'ETag: ""', ('""', None)),
        (b"ETag: bare", (None, None)),
        (b'ETag: "a" "b"', (None, None)),
        (b'ETag: "a"\r\nETag: "b"', (None, None)),
        (b'ETag: "a\x00b"', (None, None)),
        (b'ETag: "a\rX-Injected: 1"', (None, None)),
        (b'ETag: "caf\xe9"', (None, None)),
        (b'ETag: "%s"' % (b"x" * 2000), (None, None)),
        (b"Last-Modified: Mon, 02 Mar 2026 07:00:00 GMT", (None, "Mon, 02 Mar 2026 07:00:00 GMT")),
        (b"Last-Modified: 0", (None, None)),
    ],
)
def test_only_well_formed_validators_count(
    lines: bytes, expected: tuple[str | None, str | None]
) -> None:
    head = parse_response_head(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n")
    assert validators_of(head) == expected


def test_other_readers_agree(
    ask_again: Callable[..., RecordRef],
    tmp_path: Path,
    read_with_warcio: Callable[[Path], Any],
) -> None:
    """warcio and our own index see one revisit whose block is the 304 as it came."""
    path = tmp_path / "warc" / ask_again().warc_filename
    kinds = [(kind, block) for kind, _, block in read_with_warcio(path)]
    assert ("revisit", NOT_MODIFIED) in kinds
    assert [record.type for _, record in iter_records(path)] == [kind for kind, _ in kinds]


def test_the_index_line_is_cdxj_indexers(
    ask_again: Callable[..., RecordRef], tmp_path: Path
) -> None:
    ref = ask_again()
    command = [sys.executable, "-m", "cdxj_indexer.main", "--sort"]
    path = tmp_path / "warc" / ref.warc_filename
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == Layout(tmp_path).cdxj(ref.warc_filename).read_text()
    assert '"mime": "warc/revisit"' in done.stdout
