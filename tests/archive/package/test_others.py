"""Packages of other programs: right ones are right, wrong ones are named."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cdxj_indexer.main import CDXJIndexer
from support.foreign_files import PROGRAMS, write
from support.packages import Packages, altered, check, failures, rezip, unzip

from archive.importing import import_files
from archive.package import PackageKindError, check_packages

WACZ = Path(sys.executable).with_name("wacz")


BY_WARCIO = """
import io, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

def address(number):
    return f"https://www.vidu.vn/Bài-{number}?b=2&a=1"

with open(sys.argv[1], "wb") as file:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("rec-1.warc.gz", {"software": "khác 1.0"}))
    for number in range(40):
        fields = [("Content-Type", "text/html; charset=utf-8")]
        head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        page = io.BytesIO(f"<title>Bài {number}</title>Chào".encode())
        url = address(number)
        record = writer.create_warc_record(url, "response", payload=page, http_headers=head)
        writer.write_record(record)
        digest = record.rec_headers["WARC-Payload-Digest"]
        writer.write_record(writer.create_revisit_record(url, digest, url, "2026-03-02T07:05:00Z"))
"""


@pytest.fixture(scope="module")
def by_py_wacz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC file of warcio's, packed by py-wacz."""
    directory = tmp_path_factory.mktemp("của họ")
    warc, pages = directory / "rec-1.warc.gz", directory / "pages.jsonl"
    subprocess.run([sys.executable, "-c", BY_WARCIO, warc], check=True)
    lines: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    lines += [{"url": f"https://www.vidu.vn/Bài-{n}?b=2&a=1"} for n in range(9)]
    pages.write_text("".join(json.dumps(each) + "\n" for each in lines))
    path = directory / "họ.wacz"
    command = [WACZ, "create", "-o", path, "-f", warc, "-p", pages]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture
def theirs(by_py_wacz: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(by_py_wacz, tmp_path))


def test_a_package_of_py_wacz_is_right(theirs: Path) -> None:
    report = check(theirs)
    assert [] == [each.line() for each in report.findings]
    assert (81, False) == (report.records, report.is_ours)


def test_a_package_of_ours_packed_by_py_wacz_is_right(packages: Packages, tmp_path: Path) -> None:
    path = tmp_path / "lại.wacz"
    masters = sorted((tmp_path / "warc").glob("*.warc.gz"))
    command = [WACZ, "create", "-o", path, "--detect-pages", "-f", *masters]
    subprocess.run(command, check=True, capture_output=True)
    assert set() == failures(path)
    assert packages


def test_damage_to_a_package_of_others_is_named(theirs: Path) -> None:
    whole = theirs.read_bytes()
    theirs.write_bytes(whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:])
    assert failures(theirs)
    theirs.write_bytes(whole[:-100])
    assert failures(theirs)
    theirs.write_bytes(whole)

    def other_page(files: dict[str, bytes]) -> None:
        assert 10 == files["pages/pages.jsonl"].count(b"\n")
        files["pages/pages.jsonl"] += b'{"url": "https://vidu.vn/muoi", "ts": "2026-01-01"}\n'

    altered(theirs, lambda files: other_page(files) and None)
    assert {("package-page", "pages.jsonl")} == failures(theirs)


def test_a_package_of_a_browser_is_right(packages: Packages, tmp_path: Path) -> None:
    """As Browsertrix writes them: plain index, times to the millisecond, logs, a signature."""
    out = io.StringIO()
    warcs = sorted((tmp_path / "warc").glob("*.warc.gz"))
    CDXJIndexer(out, [str(each) for each in warcs], sort=True, dir_root=None).process_all()
    page = {"url": "https://baodaklak.vn/mot#top", "ts": "2026-03-02T07:05:09.123Z", "status": 200}
    failed = {"url": "https://baodaklak.vn/tat", "ts": "2026-03-02T07:05:10Z", "loadState": 0}
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    files = {
        **{f"archive/{each.name}": each.read_bytes() for each in warcs},
        "indexes/index.cdxj": out.getvalue().encode(),
        "pages/pages.jsonl": b"".join(
            json.dumps(each).encode() + b"\n" for each in (head, page, failed)
        ),
        "logs/crawl.log": b"{}\n",
    }
    described = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": "Browsertrix-Crawler 1.5",
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"md5:{hashlib.md5(data).hexdigest()}",
                "bytes": len(data),
            }
            for name, data in files.items()
        ],
    }
    data = json.dumps(described).encode()
    digest = {
        "path": "datapackage.json",
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "signedData": {"hash": "…", "signature": "…"},
    }
    files |= {"datapackage.json": data, "datapackage-digest.json": json.dumps(digest).encode()}
    path = tmp_path / "trình duyệt.wacz"

    class Stream(io.RawIOBase):
        """Not seekable: the sizes stand behind the files, as a stream has to write them."""

        def __init__(self, file: io.BufferedWriter) -> None:
            self._file = file

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            return self._file.write(data)  # type: ignore[arg-type]

    with path.open("wb") as file, zipfile.ZipFile(Stream(file), "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    report = check(path)
    assert {"not-checked"} == {each.kind for each in report.findings}  # the signature
    files["indexes/index.cdxj"] = files["indexes/index.cdxj"].replace(b'"200"', b'"404"', 1)
    rezip(path, files.items())
    assert {("package-altered", "index.cdxj"), ("cdxj-value", "index.cdxj")} == failures(path)
    assert packages


def test_pywb_s_list_of_blocks_is_read(packages: Packages) -> None:
    def with_tabs(files: dict[str, bytes]) -> None:
        lines = gzip.decompress(files["indexes/index.cdx.gz"])
        key = lines.partition(b" {")[0]
        size = len(files["indexes/index.cdx.gz"])
        files["indexes/index.idx"] = key + b"\tindex.cdx.gz\t0\t%d\t1\n" % size

    altered(packages.wacz, lambda files: with_tabs(files) and None)
    assert set() == failures(packages.wacz)


def test_packages_of_ours_with_records_of_others_are_right(
    write_package: Callable[..., Path], tmp_path: Path
) -> None:
    theirs = tmp_path / "của họ"
    theirs.mkdir()
    sources = [write(theirs, name) for name in PROGRAMS]
    with import_files(tmp_path, software="khobao 1", min_free_bytes=0) as run:
        taken = [run.take(source) for source in sources]
    assert all(each.state == "imported" for each in taken), taken
    for kind in ("wacz", "bag", "warc"):
        path = write_package(kind, tmp_path / f"chung.{kind}")
        assert set() == failures(path), kind


def test_a_multi_wacz_is_said_not_to_be_supported(packages: Packages, tmp_path: Path) -> None:
    described = {"profile": "multi-wacz-package", "resources": [{"path": "https://x.vn/a.wacz"}]}
    text = tmp_path / "nhiều.json"
    text.write_text(json.dumps(described))
    zipped = rezip(tmp_path / "nhiều.wacz", [("datapackage.json", text.read_bytes())])
    for path in (text, zipped):
        with pytest.raises(PackageKindError, match=r"multi-WACZ.*not supported"):
            list(check_packages([path]))
    assert unzip(packages.wacz)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thư.txt").write_text("Chào")
    (tmp_path / "thư.json").write_text("{}")
    rezip(tmp_path / "khác.zip", [("a.txt", b"x")])
    (tmp_path / "warc").mkdir()
    for path in (
        tmp_path / "không có.wacz",
        tmp_path / "thư.txt",
        tmp_path / "thư.json",
        tmp_path / "khác.zip",
        tmp_path / "warc",
        tmp_path,
        Path("/dev/null"),
    ):
        with pytest.raises(PackageKindError, match=str(path)):
            list(check_packages([path]))


def test_warc_files_are_checked_together_as_verify_does(packages: Packages, tmp_path: Path) -> None:
    first, second = sorted((tmp_path / "warc").glob("*.warc.gz"))
    (alone,) = check_packages([second])
    (both,) = check_packages([second, first])
    assert "warc" == both.kind
    assert not [each for each in both.findings if not each.is_note]
    assert 14 == both.records
    assert set() == failures(packages.warc)
    data = packages.warc.read_bytes()
    packages.warc.write_bytes(data[:-30])
    assert {("file-cut", "a.warc.gz")} == failures(packages.warc)
    assert alone.records < both.records
