"""Other programs' files in a home: unchanged, indexed, shown, and none of ours."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import BODY, HTTP, LARGE, PROGRAMS, with_warcio, write
from support.importing import cdxj, check, check_file, contents, differences, faults, take

from archive import (
    Archive,
    ArchivedRecord,
    CaptureEvent,
    UnresolvedRevisitError,
    captures,
    find,
    iter_records,
    read_record,
)
from archive.export import ExportFormat, export, select
from archive.home.layout import Layout
from archive.home.reindex import index_archive

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_file_is_taken_unchanged_and_nothing_is_wrong_with_the_home(
    home: Path, tmp_path: Path, name: str
) -> None:
    source = write(tmp_path, name)
    (done,) = take(home, source)
    assert (done.state, done.reason) == ("imported", None), [f.line() for f in done.findings]
    master = home / "warc" / name
    assert source.read_bytes() == master.read_bytes()
    assert [] == faults(home)
    assert [] == differences(home)
    assert [] == differences(home, from_records=True)
    records = [record for _, record in iter_records(master)]
    assert done.records == len(records)
    before = contents(home)
    (again,) = take(home, source)
    assert "already" == again.state
    assert before == contents(home)


def test_the_index_is_what_cdxj_indexer_makes_of_the_files(home: Path, tmp_path: Path) -> None:
    sources = [write(tmp_path, name) for name in PROGRAMS]
    take(home, *sources)
    theirs = set(cdxj(*sources).splitlines())
    ours = {line for path in home.glob("index/*") for line in path.read_text("utf-8").splitlines()}
    assert len(ours) == len(theirs)
    # Documented: what is no HTTP has no digest; warcio hashes the framing of chunks.
    differing = {"dns:vidu.vn", "http://vidu.vn/cu/1"}
    assert differing == set(map(url_of, ours - theirs)) == set(map(url_of, theirs - ours))


def url_of(line: str) -> str:
    return str(json.loads(line.split(" ", 2)[2])["url"])


def test_what_is_derived_can_be_made_again_from_the_records(home: Path, tmp_path: Path) -> None:
    take(home, *(write(tmp_path, name) for name in PROGRAMS))
    before = contents(home)
    for path in (*home.glob("warc/*.journal"), *home.glob("index/*")):
        path.unlink()
    with index_archive(home) as run:
        assert [] == [file.problem for file in run if file.problem]
    assert before == contents(home)


def test_the_manifest_says_where_a_file_came_from(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    take(home, source)
    (path,) = (home / "fixity").glob("*.jsonl")
    entry = json.loads(path.read_text("utf-8"))
    assert entry["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    said = {"from": str(source), "by": "khobao thử", "records": 6, "findings": {}}
    assert said == entry["imported"]


# -- records ---------------------------------------------------------------------------------------


def only(home: Path, url: str) -> ArchivedRecord:
    entry = find(home, url)
    assert entry is not None
    return read_record(home, entry.warc_filename, entry.offset)


@pytest.mark.parametrize(
    ("name", "url", "body"),
    [
        ("plain.warc", "https://vidu.vn/plain/1", BODY * 3),
        ("plain.warc", "https://vidu.vn/plain/lai", BODY),
        ("warcio.warc.gz", "https://vidu.vn/warcio/1", BODY * 3),
        ("wget+log@2021.warc.gz", "http://vidu.vn/wget/", BODY),
        ("rec-4f2a-20210506070801234-0.warc.gz", "https://vidu.vn/browsertrix/lai", BODY),
        ("cu=1,2.warc.gz", "http://vidu.vn/cu/1", b"Dak Lak"),
        ("cu=1,2.warc.gz", "http://vidu.vn/cu/2", BODY),
    ],
)
def test_records_are_found_by_address_revisits_with_their_originals(
    home: Path, tmp_path: Path, name: str, url: str, body: bytes
) -> None:
    take(home, write(tmp_path, name))
    assert body == only(home, url).body


@pytest.mark.parametrize("name", ["large.warc", "large.warc.gz"])
def test_large_records_are_read_in_pieces(home: Path, tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    with_warcio(source, LARGE)
    take(home, source)
    assert [] == faults(home)
    assert [] == differences(home, from_records=True)
    assert cdxj(source) == Layout(home).cdxj(name).read_text("utf-8")
    assert only(home, "https://vidu.vn/large/2").body == LARGE


def test_a_revisit_whose_original_is_elsewhere_is_a_note(home: Path, tmp_path: Path) -> None:
    name = "wget+log@2021.warc.gz"
    source = write(tmp_path, name)
    parts = source.read_bytes().split(b"\x1f\x8b\x08")[1:]
    source.write_bytes(b"".join(b"\x1f\x8b\x08" + part for part in (parts[0], *parts[3:])))
    take(home, source)
    kinds = [finding.kind for finding in check(home)]
    assert ["not-checked", "tool-disagreement"] == sorted(kinds)
    with pytest.raises(UnresolvedRevisitError):
        _ = only(home, "http://vidu.vn/wget/").body
    assert 3 == select(home).records


def test_records_of_two_files_with_one_id_are_a_note(home: Path, tmp_path: Path) -> None:
    first = write(tmp_path, "plain.warc")
    twin = tmp_path / "twin.warc"
    twin.write_bytes(first.read_bytes() * 2)
    assert {"imported"} == {done.state for done in take(home, first, twin)}
    assert {"import-overlaps"} == {finding.kind for finding in check(home)}


def test_the_file_of_another_home_of_ours_is_one_of_another_program(
    home: Path, open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    with open_archive() as archive:
        archive.append_batch([make_event(HTTP + BODY), make_event(HTTP + BODY)])
    (path,) = (tmp_path / "warc").glob("*.warc.gz")
    (done,) = take(home, path)
    assert "imported" == done.state
    assert [] == check(home)
    assert [BODY, BODY] == [
        read_record(home, each.warc_filename, each.offset).body
        for each in captures(home, "https://baodaklak.vn/")
    ]


def test_no_record_of_ours_refers_to_an_imported_one(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """Equal bodies, and validators: another program's are no originals of ours."""
    other = tmp_path / "other"
    with Archive(other, info={}, min_free_bytes=0) as archive:
        tagged = HTTP[:-2] + b'ETag: "1"\r\n\r\n'
        archive.append_batch([make_event(tagged + BODY)])
    (source,) = (other / "warc").glob("*.warc.gz")
    take(tmp_path, source)
    with open_archive() as archive:
        assert archive.newest_version("https://baodaklak.vn/") is None
        types = [archive.append_batch([make_event(HTTP + BODY)])[0].record_type for _ in range(2)]
    assert ["response", "revisit"] == types
    assert [] == check(tmp_path)
    assert [] == differences(tmp_path)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("rec-4f2a-20210506070801234-0.warc.gz", "https://vidu.vn/browsertrix/lai"),
        ("plain.warc", "https://vidu.vn/plain/lai"),
        ("wget+log@2021.warc.gz", "http://vidu.vn/wget/"),
    ],
)
def test_a_chosen_revisit_brings_its_original(
    home: Path, tmp_path: Path, name: str, url: str
) -> None:
    take(home, write(tmp_path, name))
    revisit = only(home, url)
    entry = captures(home, url)[-1]
    chosen = select(home, places=[(name, entry.offset, entry.length)])
    types = [each.type for each in chosen.entries(name)]
    assert {"warcinfo", "response", "revisit"} == set(types) - {"request"}
    assert 1 == types.count("response")
    assert revisit.original().offset in chosen.offsets[name]


def test_an_export_of_them_is_no_file_of_ours(home: Path, tmp_path: Path) -> None:
    """It begins with a warcinfo of khobao, and not all in it is as khobao writes it."""
    take(home, *(write(tmp_path, name) for name in PROGRAMS))
    path = tmp_path / "all.warc.gz"
    export(
        select(home),
        path,
        format=ExportFormat.WARC,
        describe=lambda _: None,
        title="Tất cả",
        software="khobao thử",
        operator="",
        created=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    )
    assert {"not-khobao", "tool-disagreement"} == {finding.kind for finding in check_file(path)}
    other = tmp_path / "other home"
    (done,) = take(other, path)
    assert "imported" == done.state
    assert [] == faults(other)
