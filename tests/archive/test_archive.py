from __future__ import annotations

import base64
import datetime as dt
import errno
import gzip
import hashlib
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import (
    Archive,
    ArchiveError,
    ArchiveLockedError,
    CaptureEvent,
    NoSpaceError,
    RecordRef,
    WarcWriteError,
    iter_records,
    read_record,
)

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]
WarcioRecord = tuple[str, list[tuple[str, str]], bytes]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"


class Disk:
    """fsync and write that fail when they are asked to."""

    def __init__(self) -> None:
        self.error: int | None = None
        self.calls_until_error = 0

    def _call(self) -> None:
        if self.error is None:
            return
        if self.calls_until_error == 0:
            raise OSError(self.error, os.strerror(self.error))
        self.calls_until_error -= 1

    def fsync(self, fd: int) -> None:
        self._call()
        os.fsync(fd)

    def write(self, fd: int, data: memoryview) -> int:
        self._call()
        return os.write(fd, data)

    def write_half(self, fd: int, data: memoryview) -> int:
        """A full disk takes what it can before it refuses."""
        if self.error is not None and len(data) > 1:
            os.write(fd, data[: len(data) // 2])
        return self.write(fd, data)


@settings(max_examples=50)
@given(request=st.binary(max_size=300), response=st.binary(min_size=1, max_size=4096))
def test_any_bytes_come_back(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    read_with_warcio: Callable[[Path], list[WarcioRecord]],
    *,
    request: bytes,
    response: bytes,
) -> None:
    """Through warcio and through our own reader, whatever the bytes are."""
    archive = open_archive()
    (ref,) = archive.append_batch([make_event(response, request=request, may_revisit=False)])
    (path,) = archive.close()
    ours = read_record(path.parent.parent, ref.warc_filename, ref.offset)
    assert ours.raw_block() == response
    blocks = {record_type: block for record_type, _, block in read_with_warcio(path)}
    assert blocks["response"] == response
    assert blocks.get("request", b"") == request
    path.unlink()


def test_responses_with_a_head_come_back(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    read_with_warcio: Callable[[Path], list[WarcioRecord]],
) -> None:
    """The bytes that make warcio's own writer and Scrapy-based tools change something."""
    everything = bytes(range(256))
    responses = [
        b"HTTP/1.1 200 OK\r\nX-Latin: caf\xe9\r\nX-weird-CASE:  two  spaces \r\n\r\n" + everything,
        b"HTTP/1.1 302 Moved Somewhere Else\r\nSet-Cookie: a\r\nX: y\r\nSet-Cookie: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n folded\r\n\r\n" + everything,
    ]
    archive = open_archive()
    archive.append_batch([make_event(response) for response in responses])
    (path,) = archive.close()
    assert [b for t, _, b in read_with_warcio(path) if t == "response"] == responses


def test_every_record_is_a_gzip_member_that_zlib_reads(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    refs = archive.append_batch([make_event(PAGE), make_event(os.urandom(3 << 20))])
    (path,) = archive.close()
    data = path.read_bytes()
    for ref in refs:
        member = zlib.decompressobj(31)
        record = member.decompress(data[ref.offset : ref.offset + ref.length])
        assert member.eof
        assert not member.unused_data
        assert ref.warc_record_id.encode() in record
    assert len(list(iter_records(path))) == 7


def test_nothing_written_leaves_no_file(open_archive: OpenArchive, tmp_path: Path) -> None:
    archive = open_archive()
    assert archive.append_batch([]) == []
    assert archive.close() == []
    assert list((tmp_path / "warc").iterdir()) == []


def test_the_reference_says_where_everything_is(
    open_archive: OpenArchive, make_event: MakeEvent, instant: dt.datetime, tmp_path: Path
) -> None:
    zone = dt.timezone(dt.timedelta(hours=7))
    archive = open_archive()
    (ref,) = archive.append_batch([make_event(PAGE, started_at=instant.astimezone(zone))])
    assert ref == RecordRef(
        warc_filename="khobao-20260302070500123-00000-host.warc.gz",
        offset=ref.offset,
        length=ref.length,
        warc_record_id="<urn:uuid:00000000-0000-0000-0000-000000000002>",
        warc_date=instant,
        payload_digest="sha1:" + base64.b32encode(hashlib.sha1(b"page").digest()).decode(),
        record_type="response",
        request_record_id="<urn:uuid:00000000-0000-0000-0000-000000000003>",
        metadata_record_id="<urn:uuid:00000000-0000-0000-0000-000000000004>",
        refers_to=None,
    )
    assert ref.warc_date.utcoffset() == dt.timedelta(0)


def test_stats_count_what_is_durable(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(PAGE)])
    archive.append_batch([make_event(PAGE), make_event(b"")])
    archive.append_log("report", b"{}", "application/json")
    stats = archive.stats()
    (path,) = archive.close()
    assert stats.records == {
        "warcinfo": 1,
        "response": 1,
        "revisit": 1,
        "request": 3,
        "metadata": 3,
        "resource": 1,
    }
    assert stats.raw_bytes == len(gzip.decompress(path.read_bytes()))
    assert stats.compressed_bytes == path.stat().st_size
    assert stats.saved_bytes == len(b"page")
    assert stats.files == 1


def test_files_roll_over_by_size_between_exchanges(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive(max_bytes=40_000)
    events = [make_event(b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(9_000)) for _ in range(11)]
    refs = archive.append_batch(events)
    paths = archive.close()
    assert len(paths) == 3
    assert [path.stat().st_size >= 40_000 for path in paths] == [True, True, False]
    assert sorted({ref.warc_filename for ref in refs}) == [path.name for path in paths]
    for path in paths:
        types = [record.type for _, record in iter_records(path)]
        assert types[0] == "warcinfo"
        assert types[1:] == ["response", "request", "metadata"] * (len(types) // 3)
        assert (tmp_path / "index" / path.name.replace(".warc.gz", ".cdxj")).exists()
    for ref, event in zip(refs, events, strict=True):
        record = read_record(tmp_path, ref.warc_filename, ref.offset)
        assert record.raw_block() == event.response


def test_files_roll_over_by_age(
    open_archive: OpenArchive, make_event: MakeEvent, instant: dt.datetime
) -> None:
    now = [instant]
    archive = open_archive(clock=lambda: now[0], max_age=dt.timedelta(hours=24))
    archive.append_batch([make_event(PAGE)])
    now[0] += dt.timedelta(hours=23)
    archive.append_batch([make_event(PAGE)])
    now[0] += dt.timedelta(hours=1)
    archive.append_batch([make_event(PAGE)])
    assert [path.name for path in archive.close()] == [
        "khobao-20260302070500123-00000-host.warc.gz",
        "khobao-20260303070500123-00001-host.warc.gz",
    ]


def test_an_existing_file_is_never_overwritten(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    first = open_archive()
    first.append_batch([make_event(PAGE)])
    (old,) = first.close()
    before = old.read_bytes()
    (tmp_path / "warc" / "khobao-20260302070500123-00001-host.warc.gz.journal").touch()
    second = open_archive()
    second.append_batch([make_event(PAGE)])
    (new,) = second.close()
    assert new.name == "khobao-20260302070500123-00002-host.warc.gz"
    assert old.read_bytes() == before


def test_names_cannot_lead_out_of_the_directory(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    archive = open_archive(prefix="../../etc/x", hostname="a/b c")
    (ref,) = archive.append_batch([make_event(PAGE)])
    (path,) = archive.close()
    assert path.parent == tmp_path / "warc"
    assert path.name == "_.._etc_x-20260302070500123-00000-a_b_c.warc.gz"
    assert read_record(tmp_path, ref.warc_filename, ref.offset).raw_block() == PAGE


def test_two_archives_on_one_home(open_archive: OpenArchive, tmp_path: Path) -> None:
    first = open_archive()
    with pytest.raises(ArchiveLockedError, match=f"in use by process {os.getpid()}") as caught:
        open_archive()
    assert str(tmp_path) in str(caught.value)
    first.close()
    open_archive().close()


def test_another_process_is_kept_out_too(open_archive: OpenArchive, tmp_path: Path) -> None:
    open_archive()
    code = "import sys, pathlib, archive; archive.Archive(pathlib.Path(sys.argv[1]), info={})"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ArchiveLockedError" in done.stderr


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WarcWriteError, match="Not a directory"):
        Archive(tmp_path / "file", info={})


def test_closing_twice_and_writing_after(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    archive = open_archive()
    archive.append_batch([make_event(PAGE)])
    assert archive.close() == archive.close()
    with pytest.raises(ArchiveError, match="closed"):
        archive.append_batch([make_event(PAGE)])


def test_the_floor_of_free_space(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """The last acknowledged record stays the last one, and the file is closed properly."""
    archive = open_archive()
    archive.append_batch([make_event(PAGE)])
    archive.space.floor = 1 << 60
    with pytest.raises(NoSpaceError, match="fewer than the floor of 1152921504606846976") as caught:
        archive.append_batch([make_event(PAGE)])
    assert str(tmp_path / "warc") in str(caught.value)
    with pytest.raises(NoSpaceError):
        archive.append_batch([make_event(PAGE)])
    (path,) = archive.close()
    assert len(list(iter_records(path))) == 4


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("calls_until_error", [0, 1])
@pytest.mark.parametrize("operation", ["fsync", "write", "write_half"])
def test_a_write_error_is_final_and_loses_nothing_acknowledged(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    tmp_path: Path,
    *,
    operation: str,
    calls_until_error: int,
    code: int,
) -> None:
    """WARC or journal, refused at once or after half of the bytes."""
    disk = Disk()
    archive = open_archive(**{operation.partition("_")[0]: getattr(disk, operation)})
    (ref,) = archive.append_batch([make_event(PAGE)])
    (open_file,) = (tmp_path / "warc").glob("*.open")
    (journal,) = (tmp_path / "warc").glob("*.journal")
    sizes = (open_file.stat().st_size, journal.stat().st_size)
    disk.error, disk.calls_until_error = code, calls_until_error

    expected = NoSpaceError if code == errno.ENOSPC else WarcWriteError
    with pytest.raises(expected, match=os.strerror(code)) as caught:
        archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\nother")])
    assert type(caught.value) is expected
    assert str(open_file) in str(caught.value)
    assert not isinstance(caught.value, OSError)
    disk.error = None
    with pytest.raises(expected):
        archive.append_batch([make_event(PAGE)])
    with pytest.raises(expected):
        archive.append_log("log", b"x")
    assert archive.close() == []
    assert (open_file.stat().st_size, journal.stat().st_size) == sizes

    again = open_archive()
    (report,) = again.salvaged
    assert (report.records_kept, report.tail_bytes, report.is_alarm) == (4, 0, False)
    assert read_record(tmp_path, ref.warc_filename, ref.offset).raw_block() == PAGE
    (other,) = again.append_batch([make_event(PAGE)])
    assert other.refers_to == ref.warc_record_id


def test_an_error_while_closing_leaves_the_file_open(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    disk = Disk()
    archive = open_archive(fsync=disk.fsync)
    archive.append_batch([make_event(PAGE)])
    disk.error = errno.EIO
    with pytest.raises(WarcWriteError):
        archive.close()
    assert len(list((tmp_path / "warc").glob("*.open"))) == 1
    assert [report.records_kept for report in open_archive().salvaged] == [4]


def test_an_error_while_rolling_over(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    disk = Disk()
    archive = open_archive(fsync=disk.fsync, max_bytes=1)
    archive.append_batch([make_event(PAGE)])
    disk.error = errno.ENOSPC
    with pytest.raises(NoSpaceError):
        archive.append_batch([make_event(PAGE)])
    archive.close()
    assert [report.records_kept for report in open_archive().salvaged] == [4]


def test_an_error_that_is_no_refusal_of_the_disk(
    open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    """Anything unexpected stops the archive too: nobody knows what was written."""

    def interrupt(_fd: int, _data: memoryview) -> int:
        raise KeyboardInterrupt

    archive = open_archive(info={"operator": 7})
    with pytest.raises(WarcWriteError, match="AttributeError"):
        archive.append_batch([make_event(PAGE)])
    archive.close()
    archive = open_archive(write=interrupt)
    with pytest.raises(KeyboardInterrupt):
        archive.append_batch([make_event(PAGE)])
    with pytest.raises(WarcWriteError):
        archive.append_batch([make_event(PAGE)])


def test_short_writes_are_continued(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    archive = open_archive(write=lambda fd, data: os.write(fd, data[:100]))
    archive.append_batch([make_event(PAGE)])
    (path,) = archive.close()
    assert len(list(iter_records(path))) == 4
