from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.memory import PEAK

from archive import Archive, CaptureEvent, Spool, WarcWriteError, iter_records, read_record
from archive.warc.spool import body_chunks, body_prefix, is_in_memory

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


@given(pieces=st.lists(st.binary(max_size=300)), memory_bytes=st.integers(0, 1000))
def test_what_was_written_is_read(tmp_path: Path, pieces: list[bytes], memory_bytes: int) -> None:
    whole = b"".join(pieces)
    with Spool(tmp_path, memory_bytes=memory_bytes) as spool:
        assert [spool.write(piece) for piece in pieces] == [len(piece) for piece in pieces]
        assert len(spool) == len(whole)
        assert bool(spool) == bool(whole)
        assert is_in_memory(spool) == (len(whole) <= memory_bytes)
        assert spool.getvalue() == whole
        assert b"".join(body_chunks(spool)) == whole
        assert body_prefix(spool, 10) == whole[:10]
        first, second = spool.open_reader(), spool.open_reader()
        assert first.read(5) == whole[:5]
        assert second.read() == whole
        assert first.read() == whole[5:]
        first.close()
        second.close()


def test_a_file_on_disk_leaves_no_name(tmp_path: Path) -> None:
    spool = Spool(tmp_path, memory_bytes=10)
    spool.write(b"x" * 100)
    assert not spool.in_memory
    assert list(tmp_path.iterdir()) == []
    before = len(list(Path("/proc/self/fd").iterdir()))
    spool.close()
    spool.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 1


def test_a_closed_spool_is_not_an_empty_body(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """Written as "no response came" it would be false evidence."""
    spool = Spool(tmp_path)
    spool.write(b"HTTP/1.1 200 OK\r\n\r\n")
    event = make_event(spool)
    spool.close()
    with pytest.raises(WarcWriteError, match="This spool has been closed"):
        open_archive().append_batch([event])


def test_a_spool_that_cannot_grow(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "missing", memory_bytes=3)
    spool.write(b"abc")
    with pytest.raises(WarcWriteError, match="No such file"):
        spool.write(b"d")


def test_written_here_read_there(tmp_path: Path) -> None:
    read = []
    with Spool(tmp_path, memory_bytes=100) as spool:
        for _ in range(50):
            spool.write(b"0123456789")
        thread = threading.Thread(target=lambda: read.append(b"".join(body_chunks(spool))))
        thread.start()
        thread.join()
    assert read == [b"0123456789" * 50]


@pytest.mark.parametrize("framing", ["length", "chunked", "garbage", "long head"])
def test_spooled_bodies_make_the_same_records(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path, framing: str
) -> None:
    """From memory at once or from disk in pieces: equal digests, equal blocks, and revisits."""
    body = os.urandom(700_000)
    if framing == "chunked":
        framed = b"".join(
            b"%x\r\n%b\r\n" % (len(body[i : i + 9999]), body[i : i + 9999])
            for i in range(0, len(body), 9999)
        )
        response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"
    elif framing == "garbage":
        response = body
    elif framing == "long head":
        response = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n" + body
    else:
        response = b"HTTP/1.1 200 OK\r\nContent-Length: 700000\r\n\r\n" + body
    archive = open_archive()
    with Spool(tmp_path, memory_bytes=1000) as spool, Spool(tmp_path, memory_bytes=0) as request:
        spool.write(response)
        request.write(b"GET / HTTP/1.1\r\n\r\n")
        refs = [
            archive.append_batch([make_event(response)])[0],
            archive.append_batch([make_event(spool, request=request, may_revisit=False)])[0],
            archive.append_batch([make_event(spool, request=request)])[0],
        ]
    (path,) = archive.close()
    records = [read_record(tmp_path, ref.warc_filename, ref.offset) for ref in refs]
    assert records[0].raw_block() == records[1].raw_block() == response
    for name in ("WARC-Payload-Digest", "WARC-Block-Digest", "Content-Length"):
        assert records[0].head.get(name) == records[1].head.get(name)
    assert records[2].full_block() == response
    assert [r.type for r in records][2] == ("response" if framing == "garbage" else "revisit")
    requests = [r.raw_block() for _, r in iter_records(path) if r.type == "request"]
    assert requests[1:] == [b"GET / HTTP/1.1\r\n\r\n"] * 2


BIG = (
    PEAK
    + """
import datetime as dt, os, pathlib, sys
from archive import Archive, CaptureEvent, Spool
from archive import salvage
home = pathlib.Path(sys.argv[1])
archive = Archive(home, info={})
def send(spool, head, size):
    spool.write(head)
    for _ in range(size):
        spool.write(os.urandom(1 << 20))
def append(spool):
    return archive.append_batch([CaptureEvent(
        "https://baodaklak.vn/video.mp4", dt.datetime.now(dt.UTC), b"GET / HTTP/1.1", spool
    )])
with Spool(home) as spool:
    send(spool, b"HTTP/1.1 200 OK\\r\\n\\r\\n", 1)
    append(spool)
before = peak()
with Spool(home) as spool:
    send(spool, b"HTTP/1.1 200 OK\\r\\n\\r\\n", 200)
    refs = append(spool) + append(spool)
print(refs[0].record_type, refs[1].record_type)
archive._file.abandon()
archive._lock.release()
print(salvage(home)[0].records_kept)
print(peak() - before)
"""
)


@pytest.mark.slow
def test_a_body_of_200_mb_needs_no_memory(tmp_path: Path) -> None:
    """Spooled, hashed, compressed, found again as a revisit, salvaged: in pieces all the way."""
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(tmp_path)], capture_output=True, text=True, check=True
    )
    types, kept, grown_kib = done.stdout.splitlines()
    assert types == "response revisit"
    assert kept == "7"
    assert int(grown_kib) < 40 << 10
