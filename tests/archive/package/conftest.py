from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from support.packages import Packages

from archive import Archive, CaptureEvent
from archive.export import ExportFormat, export, select
from archive.export.pages import PageText

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"


WritePackage = Callable[[str, Path], Path]


@pytest.fixture
def write_package(tmp_path: Path) -> WritePackage:
    """An export of the home in this test's directory."""

    def write(kind: str, path: Path) -> Path:
        export(
            select(tmp_path),
            path,
            format=ExportFormat(kind),
            describe=lambda _record: PageText("Một", "chữ", is_main=True),
            title="thử",
            software="khobao 1",
            operator="Thư viện",
            created=dt.datetime(2026, 3, 3, tzinfo=dt.UTC),
        )
        return path

    return write


@pytest.fixture
def packages(
    tmp_path: Path,
    open_archive: Callable[..., Archive],
    make_event: Callable[..., CaptureEvent],
    write_package: WritePackage,
) -> Packages:
    """One archive in each form: two WARC files, the second with a revisit of the first."""
    bodies = {"/mot": b"chung" * 20, "/hai": b"hai" * 40, "/ba": b"chung" * 20, "/bon": b"bon"}
    for prefix, names in (("a", ("/mot", "/hai")), ("b", ("/ba", "/bon"))):
        archive = open_archive(prefix=prefix, info={"software": "khobao 1", "isPartOf": "lan-1"})
        archive.append_batch(
            [
                make_event(HEAD % len(bodies[name]) + bodies[name], f"https://baodaklak.vn{name}")
                for name in names
            ]
        )
        archive.close()

    return Packages(
        write_package("wacz", tmp_path / "a.wacz"),
        write_package("bag", tmp_path / "a.bag"),
        write_package("warc", tmp_path / "a.warc.gz"),
    )
