"""``import khobao``: archive, pages and database from a program, on a home of an older release."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from support.old_home import DATA, DUMP, copy_files, load, read_dump

import khobao
from archive import RecordNotFoundError
from crawler.errors import UsageError
from crawler.pages import ArticleReading
from pipelines.mongodb.server import EmbeddedServer

RELEASE = "home-0.1.0"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("api") / "data"
    copy_files(RELEASE, path)
    yield path
    EmbeddedServer(path).stop()
    shutil.rmtree(path)


def test_a_page_is_read_again_from_its_record(home: Path) -> None:
    with_pages = [
        record
        for record in khobao.open_archive(home)
        if record.type == "response" and record.http_status == 200
    ]
    found = 0
    for record in with_pages:
        assert record.target_uri is not None
        if b'id="content"' not in record.body:
            continue
        reading = khobao.read_page(record.target_uri, record.body, captured_at=record.warc_date)
        if isinstance(reading, ArticleReading):
            assert reading.article.headline
            found += 1
    assert found >= 20


def test_a_record_is_found_by_address_time_and_id(home: Path) -> None:
    archive = khobao.open_archive(home)
    url = next(record.target_uri for record in archive if record.type == "response")
    assert url is not None
    captured = archive.captures(url)
    first = archive.newest(url, dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    assert first.warc_date.replace(microsecond=0) == captured[0].captured_at
    assert archive.record(first.record_id).record_id == first.record_id


def test_what_is_not_there_is_said(home: Path, tmp_path: Path) -> None:
    archive = khobao.open_archive(home)
    with pytest.raises(RecordNotFoundError, match="no capture"):
        archive.newest("https://baodaklak.vn/khong-co/")
    with pytest.raises(RecordNotFoundError, match="no record"):
        archive.record("<urn:uuid:00000000-0000-4000-8000-000000000000>")
    with pytest.raises(RecordNotFoundError, match="no record"):
        archive.record("no id at all")
    with pytest.raises(UsageError, match="no archive"):
        khobao.open_archive(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="no address of a newspaper"):
        khobao.read_page("https://example.org/", b"<html>")


@pytest.mark.mongo
def test_documents_name_records_of_the_archive(home: Path) -> None:
    with MongoClient[dict[str, Any]](EmbeddedServer(home).start()) as client:
        load(read_dump(DATA / RELEASE / DUMP), client["khobao"])
    archive = khobao.open_archive(home)
    with khobao.connect(home) as database:
        articles = list(database["articles"].find({}, limit=5))
        assert database["frontier"].count_documents({}) > 0, "the older home was brought up to date"
    assert articles
    for article in articles:
        record = archive.record(article["provenance"]["warcRecordId"])
        assert record.warc_filename == article["provenance"]["warcFilename"]


@pytest.mark.mongo
@pytest.mark.slow
def test_the_program_of_the_guide(home: Path) -> None:
    with MongoClient[dict[str, Any]](EmbeddedServer(home).start()) as client:
        load(read_dump(DATA / RELEASE / DUMP), client["khobao"])
    guide = (ROOT / "docs" / "library.md").read_text("utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=home.parent, capture_output=True, text=True, check=True)
    assert "True" in done.stdout.splitlines()[1]


def test_importing_it_costs_nothing() -> None:
    code = "import khobao, sys; assert not {'scrapy', 'pymongo', 'lxml'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
