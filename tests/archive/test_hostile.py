"""No server's bytes reach the fields of a record: what is read back is exactly what was meant."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, CaptureEvent, iter_records

WHEN = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
NASTY = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"x\r\nWARC-Type: warcinfo",
            b"x\nWARC-Refers-To: <urn:uuid:0>",
            b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n",
            b"=?utf-8?q?WARC-Type?=",
            b"x\r\n\tfolded",
            b"\xe2\x80\xa8WARC-Type: x",
            b"\xc2\x85WARC-Type: x",
            b"caf\xe9",
            b"x" * 65_536,
        ]
    ),
)
NAMES = st.sampled_from([b"Location", b"Content-Type", b"ETag", b"X: y\r\nSet-Cookie", b"\x00"])


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, NASTY), max_size=6), NASTY, NASTY)
def test_the_front_of_a_record_cannot_be_forged(
    headers: list[tuple[bytes, bytes]], body: bytes, address: bytes
) -> None:
    """Ours and warcio read the same fields, one of each, and the blocks as they came."""
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    response = b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n" + body
    text = address.decode("latin-1")[:200]
    event = CaptureEvent(
        "https://baodaklak.vn/" + text,
        WHEN,
        b"GET / HTTP/1.1\r\n\r\n",
        response,
        metadata=(("via", text), ("tlsCertificateSubject", text)),
    )
    with tempfile.TemporaryDirectory() as home:
        with Archive(Path(home), info={}, min_free_bytes=0) as archive:
            archive.append_batch([event])
            (path,) = archive.close()
        ours = [(r.type, list(r.headers), r.raw_block()) for _, r in iter_records(path)]
        theirs = [
            (r.rec_type, list(r.rec_headers.headers), r.raw_stream.read())
            for r in ArchiveIterator(io.BytesIO(path.read_bytes()), no_record_parse=True)
        ]
    assert [kind for kind, _, _ in ours] == ["warcinfo", "response", "request", "metadata"]
    for (kind, fields, block), (its_kind, its_fields, its_block) in zip(ours, theirs, strict=True):
        assert (kind, block) == (its_kind, its_block)
        assert [name for name, _ in fields] == [name for name, _ in its_fields]
        assert [v for _, v in fields] == [v for _, v in its_fields]
        names = [name for name, _ in fields if name != "WARC-Concurrent-To"]
        assert len(names) == len(set(names))
        assert sum(len(name) + len(value) for name, value in fields) < 3000
    assert ours[1][2] == response
    assert [line.split(b": ")[0] for line in ours[3][2].split(b"\r\n")[:-1]] == [
        b"via",
        b"tlsCertificateSubject",
    ]
