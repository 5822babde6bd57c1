"""The front of a record says what we meant, whatever a server sends."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, CaptureEvent, captures, iter_records

WHEN = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
URL = "https://baodaklak.vn/thoi-su/"
NAMES = {
    "warcinfo": "Type Record-ID Date Filename Block-Digest",
    "response": "Type Record-ID Date Target-URI Warcinfo-ID Concurrent-To Concurrent-To Protocol"
    " Payload-Digest Block-Digest",
    "request": "Type Record-ID Date Target-URI Warcinfo-ID Concurrent-To Protocol Block-Digest",
    "metadata": "Type Record-ID Date Target-URI Warcinfo-ID Concurrent-To Block-Digest",
}
INJECTION = b"x\r\nWARC-Type: warcinfo\r\nWARC-Target-URI: https://gia.example/\r\n\r\nWARC/1.1\r\n"
LINE_ENDS = ("\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")

Record = tuple[str, list[tuple[str, str]], bytes]


def keep(response: bytes, url: str = URL, via: str = URL) -> list[Record]:
    """One exchange, written and read by us and by warcio, who must see the same."""
    with tempfile.TemporaryDirectory() as directory:
        event = CaptureEvent(
            target_uri=url,
            started_at=WHEN,
            request=b"GET / HTTP/1.1\r\n\r\n",
            response=response,
            protocols=("http/1.1",),
            metadata=(("via", via), ("runId", "r1")),
        )
        with Archive(Path(directory), info={}, min_free_bytes=0, fsync=lambda _: None) as archive:
            archive.append_batch([event])
        (path,) = archive.close()
        ours = [(r.type, list(r.headers), r.raw_block()) for _, r in iter_records(path)]
        theirs = [
            (r.rec_type, list(r.rec_headers.headers), r.raw_stream.read())
            for r in ArchiveIterator(io.BytesIO(path.read_bytes()), no_record_parse=True)
        ]
        assert ours == theirs
        assert [(c.url, c.warc_filename) for c in captures(Path(directory), url)] == [
            (url, path.name)
        ]
    return ours


def check(records: list[Record], response: bytes, url: str = URL) -> None:
    """Four records, with our fields and no others."""
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request", "metadata"]
    assert records[1][2] == response
    for kind, fields, block in records:
        names = [f"WARC-{name}" for name in NAMES[kind].split()]
        if response[:5].upper() != b"HTTP/" and kind == "response":
            names.remove("WARC-Payload-Digest")
        assert [name for name, _ in fields] == [*names, "Content-Type", "Content-Length"]
        values = dict(fields)
        assert values["WARC-Type"] == kind
        assert values.get("WARC-Target-URI", url) == url
        assert values["Content-Length"] == str(len(block))
        assert not values["Content-Type"].startswith("text/")


@pytest.mark.parametrize("name", [b"Content-Type", b"Location", b"ETag", b"Last-Modified", b"Date"])
@pytest.mark.parametrize(
    "value",
    [
        INJECTION,
        INJECTION.replace(b"\r\n", b"\n"),
        INJECTION.replace(b"\r\n", b"\r"),
        INJECTION.replace(b"\r\n", b"\0"),
        INJECTION.replace(b"\r\n", "\u2028".encode()),
        b"text/html;\r\n WARC-Type: warcinfo",
        b"x" * (64 << 10),
        b"\xff\xfe\x80",
    ],
)
def test_no_header_becomes_a_field(name: bytes, value: bytes) -> None:
    response = b"HTTP/1.1 200 OK\r\n" + name + b": " + value + b"\r\n\r\nbody"
    check(keep(response), response)


@pytest.mark.parametrize("reason", [b"OK\rWARC-Type: x", b"OK\0WARC-Type: x", b"\xe2\x80\xa8 x"])
def test_no_reason_phrase_becomes_a_field(reason: bytes) -> None:
    response = b"HTTP/1.1 200 " + reason + b"\r\n\r\nbody"
    check(keep(response), response)


@settings(max_examples=60)
@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=80)), max_size=6),
    st.binary(max_size=80),
)
def test_arbitrary_bytes_stay_in_the_block(
    start: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    for response in (
        b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n" + body,
        b"HTTP/1.1 " + start + b"\r\n" + lines + b"\r\n" + body,
    ):
        check(keep(response), response)


def test_a_very_long_target_is_still_a_record() -> None:
    """A Location of 64 KiB becomes the target of the next request."""
    url = URL + "a" * (64 << 10)
    response = b"HTTP/1.1 404 Not Found\r\n\r\n"
    check(keep(response, url, via=url), response, url)


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_a_value_stays_one_line_for_every_reader(line_end: str) -> None:
    """Also for one that splits lines as Python's str.splitlines does."""
    via = f"https://a/{line_end}runId: forged"
    block = next(
        block for kind, _, block in keep(b"HTTP/1.1 200 OK\r\n\r\n", via=via) if kind == "metadata"
    )
    assert block.decode().splitlines() == ["via: https://a/ runId: forged", "runId: r1"]
