"""Packages of a small archive: what goes in, and what happens when something is wrong."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from support.memory import PEAK
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, CaptureEvent, InvalidRecordError, RecordRef
from archive.export import (
    ExportFormat,
    ExportNoSpaceError,
    ExportReport,
    ExportTargetError,
    Selection,
    export,
    select,
)
from archive.export.index import zipnum

CREATED = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)


def answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def package(selection: Selection, path: Path, kind: str = "wacz", **more: Any) -> ExportReport:
    return export(
        selection,
        path,
        format=ExportFormat(kind),
        describe=lambda _record: None,
        title="thử",
        software="khobao",
        operator="Thư viện",
        created=CREATED,
        **more,
    )


@pytest.fixture
def refs(
    open_archive: Callable[..., Archive], make_event: Callable[..., CaptureEvent]
) -> list[RecordRef]:
    """Two files: an original and another page; then a revisit of that original."""
    written = []
    for urls in (("/một", "/hai"), ("/ba",)):
        archive = open_archive(prefix=f"p{len(written)}")
        bodies = {"/một": b"chung", "/hai": b"rieng" * 1000, "/ba": b"chung"}
        written += archive.append_batch(
            [make_event(answer(bodies[u]), f"https://baodaklak.vn{u}") for u in urls]
        )
        archive.close()
    assert "revisit" == written[2].record_type
    return written


def test_a_revisit_brings_its_original_with_twins_from_another_file(
    tmp_path: Path, refs: list[RecordRef]
) -> None:
    selection = select(tmp_path, places=[(refs[2].warc_filename, refs[2].offset, refs[2].length)])
    package(selection, tmp_path / "một.warc.gz", "warc")

    with (tmp_path / "một.warc.gz").open("rb") as file:
        records = [(r.rec_type, r.rec_headers["WARC-Target-URI"]) for r in ArchiveIterator(file)]

    assert 9 == len(records)
    assert ["warcinfo", "warcinfo", "response", "request", "metadata"] == [
        r[0] for r in records[:5]
    ]
    assert ["warcinfo", "revisit", "request", "metadata"] == [r[0] for r in records[5:]]
    assert not any((uri or "").endswith("hai") for _, uri in records)


def test_a_whole_file_is_the_master_byte_for_byte(tmp_path: Path, refs: list[RecordRef]) -> None:
    package(select(tmp_path), tmp_path / "a.wacz")

    with zipfile.ZipFile(tmp_path / "a.wacz") as packed:
        for master in (tmp_path / "warc").glob("*.warc.gz"):
            assert master.read_bytes() == packed.read(f"archive/{master.name}")
    assert refs


@pytest.mark.parametrize("kind", ["wacz", "bag", "warc"])
@pytest.mark.parametrize("where", [12, 40, -6, -2], ids=["head", "body", "checksum", "length"])
def test_one_flipped_bit_is_named_and_nothing_is_left(
    tmp_path: Path, refs: list[RecordRef], kind: str, where: int
) -> None:
    selection, ref = select(tmp_path), refs[1]
    path = tmp_path / "warc" / ref.warc_filename
    data = bytearray(path.read_bytes())
    data[ref.offset + where % ref.length] ^= 4
    path.write_bytes(data)

    with pytest.raises(InvalidRecordError) as caught:
        package(selection, tmp_path / "out", kind)

    assert (path, ref.offset) == (caught.value.path, caught.value.offset)
    assert not list(tmp_path.glob("out*"))


def test_swapped_cut_and_lengthened_files_are_named(tmp_path: Path, refs: list[RecordRef]) -> None:
    selection = select(tmp_path)
    path = tmp_path / "warc" / refs[0].warc_filename
    data = path.read_bytes()
    for damaged in (data[:-1], data + b"\0", data + data[: refs[0].offset]):
        path.write_bytes(damaged)
        with pytest.raises(InvalidRecordError, match=path.name):
            package(selection, tmp_path / "out.warc.gz", "warc")
    path.write_bytes(data)
    package(selection, tmp_path / "out.warc.gz", "warc")


def test_a_missing_journal_or_original_is_no_smaller_package(
    tmp_path: Path, refs: list[RecordRef]
) -> None:
    (tmp_path / "warc" / refs[0].warc_filename).unlink()
    with pytest.raises(InvalidRecordError, match="the file is gone"):
        select(tmp_path)
    (tmp_path / "warc" / f"{refs[2].warc_filename}.journal").unlink()
    with pytest.raises(InvalidRecordError, match="journal"):
        select(tmp_path)


LOCAL_HEADER = struct.Struct("<4s5H3I2H")


def extras(path: Path) -> dict[str, tuple[int, int]]:
    """Of each file in the ZIP: length of the extra fields in its local header, and in the central
    directory."""
    with zipfile.ZipFile(path) as packed, path.open("rb") as file:
        assert packed.testzip() is None
        found = {}
        for info in packed.infolist():
            file.seek(info.header_offset)
            local = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
            found[info.filename] = (local[-1], len(info.extra))
        return found


def test_there_is_no_zip64_where_it_is_not_needed(tmp_path: Path, refs: list[RecordRef]) -> None:
    package(select(tmp_path), tmp_path / "a.wacz")
    assert {(0, 0)} == set(extras(tmp_path / "a.wacz").values())
    assert refs


def test_a_file_above_the_limit_is_zip64_in_both_headers(
    tmp_path: Path, refs: list[RecordRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that finds sizes of 64 bits in one of them must find them in the other."""
    sizes = sorted(path.stat().st_size for path in (tmp_path / "warc").glob("*.warc.gz"))
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", sizes[0])
    package(select(tmp_path), tmp_path / "a.wacz")
    found = extras(tmp_path / "a.wacz")
    local, central = found[f"archive/{refs[0].warc_filename}"]
    assert local == 20
    assert central >= 20
    assert 0 == found[f"archive/{refs[2].warc_filename}"][0]  # as large as the limit


def test_addresses_and_urns_are_in_blocks_of_their_own() -> None:
    lines = [b"com,vidu)/ 2026 {}\n", *(b"urn:%04d 2026 {}\n" % n for n in range(1500))]
    lines += [b"vn,baodaklak)/%04d 2026 {}\n" % n for n in range(3)]
    written: list[bytes] = []
    keys = [line.split(b" ", 1)[0] for line in zipnum(lines, written.append)][1:]
    assert [b"com,vidu)/", b"urn:0000", b"urn:1024", b"vn,baodaklak)/0000"] == keys
    assert lines == gzip.decompress(b"".join(written)).splitlines(keepends=True)


def test_nothing_is_overwritten_unless_forced(tmp_path: Path, refs: list[RecordRef]) -> None:
    selection = select(tmp_path)
    out = tmp_path / "ra.wacz"
    out.write_text("cũ")
    with pytest.raises(ExportTargetError, match="--force"):
        package(selection, out)
    assert "cũ" == out.read_text()
    package(selection, out, force=True)
    assert zipfile.is_zipfile(out)

    mine = tmp_path / "của tôi"
    mine.mkdir()
    (mine / "thư.txt").write_text("giữ")
    for kind in ("wacz", "bag"):
        with pytest.raises(ExportTargetError, match="not replaced"):
            package(selection, mine, kind, force=True)
    assert "giữ" == (mine / "thư.txt").read_text()
    assert refs


def test_a_bag_replaces_a_bag_and_one_flipped_byte_is_found(
    tmp_path: Path, refs: list[RecordRef]
) -> None:
    bag = tmp_path / "túi"
    for _ in range(2):
        package(select(tmp_path), bag, "bag", force=True)
        bagit.Bag(str(bag)).validate()

    path = bag / "data" / "warc" / refs[1].warc_filename
    data = bytearray(path.read_bytes())
    data[refs[1].offset + 40] ^= 1
    path.write_bytes(data)

    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()
    assert ["túi"] == [each.name for each in tmp_path.glob("túi*")]


def test_room_is_looked_for_beforehand(
    tmp_path: Path, refs: list[RecordRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = select(tmp_path)
    full = os.statvfs_result((4096, 4096, 100, 10, 10, 100, 10, 10, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _path: full)

    with pytest.raises(ExportNoSpaceError, match="are free"):
        package(selection, tmp_path / "out.wacz")
    assert not list(tmp_path.glob("out*"))
    assert refs


@pytest.mark.parametrize("kind", ["wacz", "bag", "warc"])
def test_a_disk_that_fills_up_leaves_nothing(
    tmp_path: Path, refs: list[RecordRef], kind: str
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    selection = select(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    try:
        with pytest.raises(ExportNoSpaceError, match="full"):
            package(selection, tmp_path / "out", kind)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.glob("out*"))
    assert refs


def test_a_file_being_written_is_left_out_and_named(
    tmp_path: Path,
    refs: list[RecordRef],
    open_archive: Callable[..., Archive],
    make_event: Callable[..., CaptureEvent],
) -> None:
    writer = open_archive(prefix="mo")
    ref = writer.append_batch([make_event(answer(b"mo"))])[0]

    selection = select(tmp_path)

    assert (ref.warc_filename + ".open",) == selection.left_out
    assert ref.warc_filename not in selection.offsets
    assert refs


BIG = (
    PEAK
    + """
import datetime as dt, pathlib, sys
from archive import Archive, CaptureEvent
from archive.export import ExportFormat, export, select
import os
home = pathlib.Path(sys.argv[1])
now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
with Archive(home, info={}, min_free_bytes=0, max_bytes=64 << 20, level=1) as archive:
    for n in range(40):
        archive.append_batch([
            CaptureEvent(f"https://baodaklak.vn/{n}/{i}", now, b"GET / HTTP/1.1\\r\\n\\r\\n",
                b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\n" + os.urandom(40_000))
            for i in range(100)])
before = peak()
report = export(select(home), home / "x.wacz", format=ExportFormat.WACZ, describe=lambda r: None,
    title="", software="", operator="", created=now)
print(report.bytes >> 20, (peak() - before) >> 10)
"""
)


def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(tmp_path)], capture_output=True, text=True, check=True
    )
    mebibytes, grown = map(int, done.stdout.split())
    assert mebibytes > 140
    assert grown < 30
