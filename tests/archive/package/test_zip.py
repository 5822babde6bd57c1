"""ZIP files made to harm, or written as no reader expects: findings, never more."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.packages import Packages, check, failures, rezip, unzip

END = b"PK\x05\x06"
ENTRY = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"


def with_file(path: Path, name: str, data: bytes = b"x", **attributes: int) -> None:
    with zipfile.ZipFile(path, "a") as packed:
        info = zipfile.ZipInfo("tên")
        info.external_attr = 0o644 << 16
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        info.filename = name  # as it is: zipfile would mend some of these
        packed.writestr(info, data)


@pytest.mark.parametrize(
    "name",
    ["../../ngoài.txt", "/etc/khobao", "archive/../../x", "C:/x", "a\\b", "a//b", "./x", "x\x07y"],
)
def test_names_that_lead_elsewhere_are_not_followed(packages: Packages, name: str) -> None:
    before = set(packages.wacz.parent.parent.rglob("*"))
    with_file(packages.wacz, name)
    report = check(packages.wacz)
    assert "package-unsafe" in {each.kind for each in report.findings}
    assert before == set(packages.wacz.parent.parent.rglob("*"))


def test_a_link_in_a_package_is_named(packages: Packages) -> None:
    with_file(packages.wacz, "archive/c.warc.gz", b"/etc/passwd", external_attr=0o120777 << 16)
    assert ("package-unsafe", "c.warc.gz") in failures(packages.wacz)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_named(packages: Packages) -> None:
    with_file(packages.wacz, "pages/pages.jsonl")
    assert ("package-unsafe", "pages.jsonl") in failures(packages.wacz)


def patched(path: Path, mark: bytes, nth: int, offset: int, value: bytes) -> None:
    """Overwrite some bytes of the nth header that begins with *mark*."""
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(nth + 1):
        at = data.index(mark, at + 1)
    data[at + offset : at + offset + len(value)] = value
    path.write_bytes(data)


def test_an_encrypted_file_is_named(packages: Packages) -> None:
    for mark, offset in ((LOCAL, 6), (ENTRY, 8)):
        patched(packages.wacz, mark, 0, offset, b"\x01\x00")
    kinds = {kind for kind, _ in failures(packages.wacz)}
    assert {"package-unsafe", "package-missing"} <= kinds


def test_a_compression_that_nobody_knows_is_named(packages: Packages) -> None:
    for mark, offset in ((LOCAL, 8), (ENTRY, 10)):
        patched(packages.wacz, mark, 0, offset, b"\x62\x00")
    assert "package-unsafe" in {kind for kind, _ in failures(packages.wacz)}


def test_what_unpacks_to_far_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bom.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("archive/bom.warc", "w", force_zip64=True) as file:
            for _ in range(300):
                file.write(bytes(1 << 20))
        packed.writestr("datapackage.json", "{}")
    assert path.stat().st_size < 1 << 20
    assert ("package-unsafe", "bom.warc") in failures(path)


def test_files_that_share_bytes_are_not_unpacked(packages: Packages) -> None:
    """As bombs do that name the same bytes a thousand times."""
    data = packages.wacz.read_bytes()
    first = struct.unpack_from("<L", data, data.index(ENTRY) + 42)[0]
    patched(packages.wacz, ENTRY, 1, 42, struct.pack("<L", first))
    assert "package-unsafe" in {kind for kind, _ in failures(packages.wacz)}


@pytest.mark.parametrize(
    ("mark", "offset", "value"),
    [
        (LOCAL, 10, b"\x01\x01"),  # time
        (LOCAL, 14, b"\x01"),  # checksum
        (LOCAL, 22, b"\x01"),  # size
        (LOCAL, 30, b"X"),  # name
        (ENTRY, 4, b"\x3f"),  # made by
        (ENTRY, 34, b"\x01"),  # disk
        (ENTRY, 38, b"\xff"),  # mode
        (END, 4, b"\x01"),  # disk
        (END, 8, b"\x07"),  # entries on this disk
        (END, 20, b"\x05"),  # length of the comment
    ],
)
def test_headers_that_contradict_the_directory_are_named(
    packages: Packages, mark: bytes, offset: int, value: bytes
) -> None:
    patched(packages.wacz, mark, 0, offset, value)
    assert failures(packages.wacz)


def test_bytes_between_the_files_are_named(packages: Packages) -> None:
    data = packages.wacz.read_bytes()
    packages.wacz.write_bytes(b"#!/bin/sh\n" + data)
    assert failures(packages.wacz)


def test_a_package_that_wabac_does_not_open_is_named(packages: Packages) -> None:
    """Room for 64 bits in the local headers alone: as khobao 0.2.0 wrote them."""
    files = unzip(packages.wacz)
    with zipfile.ZipFile(packages.wacz, "w") as packed:
        for name, data in files.items():
            with packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                file.write(data)
    found = [each for each in check(packages.wacz).findings if "wabac.js" in each.found]
    assert len(files) == len(found)


def test_what_readers_fetch_in_parts_must_be_stored(packages: Packages) -> None:
    files = unzip(packages.wacz)
    with zipfile.ZipFile(packages.wacz, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    assert ("package-structure", "index.cdx.gz") in failures(packages.wacz)


def test_zip64_is_read(packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    files = unzip(packages.wacz)
    with monkeypatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 100)
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
        with zipfile.ZipFile(packages.wacz, "w") as packed:
            for name, data in files.items():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.external_attr = 0o644 << 16
                with packed.open(info, "w", force_zip64=len(data) > 100) as file:
                    file.write(data)
    assert set() == failures(packages.wacz)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda _: b"PK\x03\x04",
        lambda _: b"PK\x05\x06" + bytes(18),
        lambda data: data[: data.index(ENTRY)],
        lambda data: data.replace(ENTRY, b"PK\x01\x03"),
        lambda data: data[:-22] + END + b"\xff" * 18,
        lambda data: data[:-10] + b"\xff\xff\xff\x7f" + data[-6:],
    ],
)
def test_a_zip_file_without_a_directory_is_one_finding(
    packages: Packages, change: Callable[[bytes], bytes]
) -> None:
    packages.wacz.write_bytes(change(packages.wacz.read_bytes()))
    kinds = {kind for kind, _ in failures(packages.wacz)}
    assert kinds & {"package-damaged", "package-missing"}


def test_findings_of_one_kind_come_to_an_end(packages: Packages) -> None:
    files = unzip(packages.wacz)
    lines = [b'{"url": "https://x.vn/%d", "ts": "2026"}\n' % n for n in range(5000)]
    files["pages/pages.jsonl"] += b"".join(lines)
    rezip(packages.wacz, files.items())
    found = [each for each in check(packages.wacz).findings if each.kind == "package-page"]
    assert 1001 == len(found)
    assert "4000 more" in found[-1].found
