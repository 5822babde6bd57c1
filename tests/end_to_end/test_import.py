"""``khobao archive import``: other programs' files beside our own, through every command."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.foreign_files import BODY, PROGRAMS, with_warcio, write
from support.home import Home
from support.npm import Package
from support.odd_records import OK, event
from support.range_server import range_server
from support.replaying import index_lines, replaying
from support.wacz_replay import WABAC, replayed_frame, wabac_files
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, read_record
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

ARTICLE = "thoi-su/202105/khach-5a01b2c/"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One of each program, and one of another home of ours, with a page of the newspaper."""
    directory = tmp_path_factory.mktemp("foreign")
    files = [write(directory, name) for name in PROGRAMS]
    with Archive(directory / "other home", info={"isPartOf": "another-run"}) as archive:
        archive.append_batch([event(ARTICLE, OK + b"\r\n<h1>Kh\xc3\xa1ch</h1>")])
        archive.append_log("run/another-run/report", b"{}", "application/json")
    return [*files, *(directory / "other home" / "warc").glob("*.warc.gz")]


@pytest.fixture(scope="module")
def home(
    homes: Callable[[], Home], practice: Callable[..., PracticeProcess], sources: list[Path]
) -> Iterator[Home]:
    """A crawl of ours, and everything imported."""
    home = homes()
    crawled = home.crawl(practice("--articles", "8"), "sections", "--limit", "3")
    assert 0 == crawled["returncode"], crawled["stderr"]
    done = home.khobao("archive", "import", *map(str, sources))
    assert 0 == done.returncode, done.stderr
    assert f"{len(sources)} imported" in done.stdout
    yield home
    for source in sources:
        master = home.path / "warc" / source.name
        assert master.read_bytes() == source.read_bytes()


def records(path: Path) -> dict[str, tuple[str, str]]:
    """Type and SHA-256 of the block of every record, by id, as warcio reads them."""
    with path.open("rb") as file:
        return {
            record.rec_headers.get_header("WARC-Record-ID"): (
                record.rec_type,
                hashlib.sha256(record.raw_stream.read()).hexdigest(),
            )
            for record in ArchiveIterator(file, no_record_parse=True)
        }


def told(home: Home, *arguments: str, code: int = 0) -> Any:
    done = home.khobao("--json", *arguments)
    assert code == done.returncode, done.stderr
    return json.loads(done.stdout)


def test_everything_agrees(home: Home, sources: list[Path]) -> None:
    verified = told(home, "archive", "verify")
    assert "compared" == verified["database"]
    assert {"tool-disagreement"} >= verified["kinds"].keys(), verified["findings"]
    assert 0 == home.khobao("archive", "index", "--check").returncode
    assert 0 == home.khobao("archive", "fixity", "run").returncode
    again = told(home, "archive", "import", *map(str, sources))
    assert (0, len(sources), 0) == (again["imported"], again["already"], again["refused"])


def test_each_file_has_its_own_result(home: Home, tmp_path: Path) -> None:
    damaged, good = tmp_path / "hong.warc.gz", tmp_path / "tot.warc"
    with_warcio(damaged)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    with_warcio(good)
    names = [str(path) for path in (damaged, tmp_path / "khong.warc", good)]
    result = told(home, "archive", "import", *names, code=7)
    assert ["refused", "refused", "imported"] == [file["state"] for file in result["files"]]
    assert [True, False, False] == [file["damaged"] for file in result["files"]]
    assert ["file-cut"] == [finding["kind"] for finding in result["files"][0]["findings"]]
    told(home, "archive", "import", str(tmp_path / "khong.warc"), code=2)
    taken = told(home, "archive", "import", "--damaged", str(damaged))
    assert 1 == taken["imported"]
    verified = told(home, "archive", "verify", "--no-database")
    assert 1 == verified["kinds"]["imported-damaged"]


def test_what_a_killed_import_left_is_told_and_put_in_order(home: Home) -> None:
    half = home.path / "warc" / "nua.warc.importing"
    half.write_bytes(b"WARC/1.0")
    assert "left open by a crawl or an import" in home.khobao("status").stderr
    verified = told(home, "archive", "verify", "--no-database", code=7)
    assert 1 == verified["kinds"]["not-closed"]
    done = home.khobao("archive", "salvage")
    assert "nua.warc: its import was killed; what it left was removed" in done.stdout
    assert not half.exists()


def test_captures_are_shown_as_they_were(home: Home, sources: list[Path], cache: Path) -> None:
    """By us and by pywb: of the files themselves, and of the revisits among them."""
    ours = {source.name for source in sources}
    shown = 0
    with replaying(home, cache) as replay:
        for timestamp, fields in index_lines(home):
            if fields["filename"] not in ours:
                continue
            record = read_record(home.path, fields["filename"], int(fields["offset"]))
            answer = replay.capture(timestamp, fields["url"])
            assert 200 == answer.status, fields
            assert answer.body == record.payload, fields
            shown += 1
    assert shown >= 12
    listed = told(home, "archive", "show", "https://vidu.vn/plain/1", "--list")
    place = next(f"plain.warc:{e['offset']}" for e in listed if e["warc_filename"] == "plain.warc")
    raw = home.khobao("archive", "show", place, "--payload").stdout
    assert raw.encode() == BODY * 3


def test_packages_hold_them_as_well(home: Home, sources: list[Path], tmp_path: Path) -> None:
    wanted = {key: value for source in sources for key, value in records(source).items()}
    one, package = tmp_path / "all.warc.gz", tmp_path / "all.wacz"
    for kind, path in (("warc", one), ("wacz", package)):
        done = home.khobao("archive", "export", "--format", kind, "--output", str(path))
        assert 0 == done.returncode, done.stderr
        checked = home.khobao("archive", "check-package", str(path))
        assert 0 == checked.returncode, checked.stdout
    assert wanted.items() <= records(one).items()
    packed: dict[str, tuple[str, str]] = {}
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.startswith("archive/"):
                packed |= records(Path(archive.extract(name, tmp_path)))
        for source in sources:
            assert source.read_bytes() == archive.read(f"archive/{source.name}")
    assert wanted.items() <= packed.items()


@pytest.mark.parametrize("package", [WABAC[0], WABAC[-1]], ids=str)
def test_a_package_of_them_opens_in_wabac(
    home: Home, package: Package, browser: Any, cache: Path, tmp_path: Path
) -> None:
    """Compressed and uncompressed, and a revisit that names address and date."""
    wacz = tmp_path / "a.wacz"
    done = home.khobao("archive", "export", "--format", "wacz", "--output", str(wacz))
    assert 0 == done.returncode, done.stderr
    files = wabac_files(package.fetch(cache), {"a.wacz": wacz})
    with range_server(files) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/index.html")
        assert "added" == page.evaluate("load('/a.wacz')")
        for name in ("warcio/1", "plain/1", "plain/lai", "browsertrix/lai"):
            page.goto(f"{address}/index.html")
            page.evaluate(f"show('20210506070809mp_/https://vidu.vn/{name}')")
            frame = replayed_frame(page, f"https://vidu.vn/{name}")
            assert "mưa" in frame.locator("body").inner_text(), name


def test_no_document_is_made_of_them_and_that_is_said(home: Home) -> None:
    result = told(home, "rebuild", "--into", "again")
    assert 1 == result["imported"]["pages"]
    assert result["imported"]["files"] >= 7
    done = home.khobao("reextract", "--dry-run")
    assert "imported files are not read: 1 captures" in done.stderr
    assert "MongoDB agrees with the archive" in done.stdout
