"""Hand-over of a real crawl, judged by other people's tools."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from cdxj_indexer.main import CDXJIndexer
from fastwarc.warc import ArchiveIterator as FastIterator
from support.home import KHOBAO, Home
from warcio.archiveiterator import ArchiveIterator

from archive import iter_records, read_record
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def crawled(homes: Callable[[], Home], practice: Callable[..., PracticeProcess]) -> Home:
    home = homes()
    site = practice("--articles", "30", "--validators", "static")
    for _ in range(2):  # the second run makes revisits
        assert 0 == home.crawl(site, "sections", "--full")["returncode"]
    return home


def exported(home: Home, *words: str) -> Path:
    done = home.khobao("--json", "archive", "export", *words, "--force")
    assert 0 == done.returncode, done.stderr
    return Path(json.loads(done.stdout)["path"])


def index_of(packed: zipfile.ZipFile) -> list[str]:
    lines = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode().splitlines()
    assert lines == sorted(lines, key=str.encode)
    return lines


def test_a_wacz_is_what_other_tools_make_of_its_files(crawled: Home, tmp_path: Path) -> None:
    path = exported(crawled, "--format", "wacz")

    validated = subprocess.run(
        [str(KHOBAO.with_name("wacz")), "validate", "-f", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == validated.returncode, validated.stdout
    with zipfile.ZipFile(path) as packed:
        packed.testzip()
        lines = index_of(packed)
        for info in packed.infolist():
            if info.filename.startswith("archive/") or info.filename.endswith("cdx.gz"):
                assert zipfile.ZIP_STORED == info.compress_type
        packed.extractall(tmp_path)
        whole = path.read_bytes()
        for line in lines:
            fields = json.loads(line.split(" ", 2)[2])
            info = packed.getinfo(f"archive/{fields['filename']}")
            name_and_extra = whole[info.header_offset + 26 :][:4]
            start = (
                info.header_offset
                + 30
                + sum(int.from_bytes(name_and_extra[at : at + 2], "little") for at in (0, 2))
            )
            member = whole[start + int(fields["offset"]) :][: int(fields["length"])]
            (record,) = ArchiveIterator(io.BytesIO(member), no_record_parse=True)
            assert fields["url"] == record.rec_headers["WARC-Target-URI"]
        pages = [json.loads(each) for each in packed.read("pages/pages.jsonl").splitlines()][1:]
    warcs = sorted(str(each) for each in (tmp_path / "archive").iterdir())
    theirs = io.StringIO()
    CDXJIndexer(theirs, warcs, sort=True, post_append=False, dir_root=None).process_all()
    # But for the answers that nothing has changed: they have no page of their own.
    unchanged = '"mime": "warc/revisit", "status": "304"'
    assert unchanged in theirs.getvalue()
    assert lines == sorted(
        (line for line in theirs.getvalue().splitlines() if unchanged not in line), key=str.encode
    )
    assert [Path(each).read_bytes() for each in warcs] == [w.read_bytes() for w in crawled.warcs]
    captured = {(json.loads(x.split(" ", 2)[2])["url"], x.split(" ")[1]) for x in lines}
    assert len(pages) >= 60
    for page in pages:
        assert page["text"]
        assert page["title"]
        stamp = "".join(letter for letter in page["ts"] if letter.isdigit())
        assert (page["url"], stamp) in captured


def test_our_own_packages_are_right_by_check_package(crawled: Home) -> None:
    words = [str(exported(crawled, "--format", kind)) for kind in ("wacz", "bag", "warc")]
    done = crawled.khobao("--json", "archive", "check-package", *words)
    assert 0 == done.returncode, done.stdout
    reports = json.loads(done.stdout)["packages"]
    records = sum(1 for path in crawled.warcs for _ in iter_records(path))
    assert [records, records, records + 1] == [report["records"] for report in reports]
    assert [0, 0, 1] == [len(report["findings"]) for report in reports]  # no journal beside it


def test_a_bag_is_valid_and_a_warc_is_read_whole(crawled: Home) -> None:
    bag = exported(crawled, "--format", "bag")
    bagit.Bag(str(bag)).validate()

    warc = exported(crawled, "--format", "warc")
    records = sum(1 for path in crawled.warcs for _ in iter_records(path)) + 1
    with warc.open("rb") as file:
        assert records == sum(1 for _ in ArchiveIterator(file))
    with warc.open("rb") as file:
        assert records == sum(1 for _ in FastIterator(file))


def test_an_article_is_whole_by_id_and_by_address(crawled: Home, tmp_path: Path) -> None:
    with crawled.database() as db:
        wanted = {"images.0": {"$exists": True}, "template": "a"}
        article: dict[str, Any] = db.articles.find_one(wanted) or {}
    by_id = exported(crawled, "--format", "wacz", "--article", article["_id"])
    by_url = exported(crawled, "--format", "wacz", "--article", article["url"])

    with zipfile.ZipFile(by_id) as one, zipfile.ZipFile(by_url) as other:
        lines = index_of(one)
        assert lines == index_of(other)
        one.extractall(tmp_path)
    urls = {json.loads(line.split(" ", 2)[2])["url"] for line in lines}
    assert {article["url"]} | {image["url"] for image in article["images"]} <= urls
    assert any("feedback/list" in url and article["_id"] in url for url in urls)
    assert any(url.partition("?")[0].endswith((".woff2", ".woff")) for url in urls)
    of_others = {url.rpartition("/")[2] for url in urls if "bootstrapcdn.com" in url}
    assert of_others == {
        *("font-awesome.min.css", "icons-social.css"),  # the second is named by the first
        *("play.svg", "print.svg?v=4.4.0", "share.svg"),
    }

    # Every exchange is whole, every revisit resolves, every payload is that of the home.
    (tmp_path / "archive").rename(tmp_path / "warc")
    ours = [r for path in (tmp_path / "warc").iterdir() for _, r in iter_records(path)]
    ids = {record.record_id for record in ours}
    assert {r.refers_to for r in ours if r.type == "revisit"} <= ids
    for record in ours:
        assert set(record.head.get_all("WARC-Concurrent-To")) <= ids
    by_record = {
        record.record_id: (path.name, offset)
        for path in crawled.warcs
        for offset, record in iter_records(path)
    }
    for record in ours:
        if record.type in {"response", "revisit"}:
            master = read_record(crawled.path, *by_record[record.record_id])
            if record.type == "response":
                assert record.payload == master.payload
    assert len(ids) == len(ours)


def test_a_run_brings_the_originals_of_its_revisits(crawled: Home) -> None:
    """They lie in the files of the run before."""
    newest = json.loads(crawled.khobao("--json", "runs").stdout)[0]["_id"]
    path = exported(crawled, "--format", "warc", "--run", newest)
    records = [record for _, record in iter_records(path)]
    referred = {record.refers_to for record in records if record.type == "revisit"}
    assert referred
    assert referred <= {record.record_id for record in records if record.type == "response"}


def test_selections_combine_and_an_empty_one_is_one_line(crawled: Home) -> None:
    run = crawled.khobao("--json", "archive", "export", "--format", "warc", "--day", "1999-01-01")
    assert 1 == run.returncode
    assert 1 == len(run.stderr.splitlines())
    assert "--day 1999-01-01" in run.stderr
    wrong = crawled.khobao("archive", "export", "--format", "warc", "--since", "hôm qua")
    assert 2 == wrong.returncode


def test_masters_and_existing_files_are_never_overwritten(crawled: Home) -> None:
    master = crawled.warcs[0]
    before = master.read_bytes()
    done = crawled.khobao(
        "archive", "export", "--format", "warc", "--output", str(master), "--force"
    )
    assert 2 == done.returncode, done.stderr
    assert before == master.read_bytes()
    exported(crawled, "--format", "warc")
    assert 2 == crawled.khobao("archive", "export", "--format", "warc").returncode


def test_a_killed_export_leaves_its_partial_only(crawled: Home, tmp_path: Path) -> None:
    out = tmp_path / "ra.wacz"
    process = subprocess.Popen(
        [KHOBAO, "--home", crawled.path, "archive", "export", "--format=wacz", "--output", out]
    )
    partial = out.with_name("ra.wacz.partial")
    while process.poll() is None and not (partial.exists() and partial.stat().st_size):
        threading.Event().wait(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert -signal.SIGKILL == process.wait()

    assert [partial] == list(tmp_path.iterdir())
    exported(crawled, "--format", "wacz", "--output", str(out))
    assert [out] == list(tmp_path.iterdir())


def test_a_record_is_shown_by_id_place_and_address(crawled: Home) -> None:
    places = [
        (path.name, offset, record.record_id, record.type)
        for path in crawled.warcs
        for offset, record in iter_records(path)
    ]
    name, offset, record_id, _ = next(each for each in places if each[3] == "revisit")
    for wanted in (record_id, record_id.strip("<>"), record_id[10:30], f"{name}:{offset}"):
        done = crawled.khobao("--json", "archive", "show", wanted)
        assert 0 == done.returncode, done.stderr
        shown = json.loads(done.stdout)
        assert record_id == shown["recordId"]
        assert "response" == shown["original"]["type"]
    assert 1 == crawled.khobao("archive", "show", "ffffffff0000").returncode
    assert 2 == crawled.khobao("archive", "show", "xyz").returncode
