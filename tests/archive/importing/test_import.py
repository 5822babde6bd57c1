"""Other programs' files in a home: unchanged, indexed, shown, checked, and none of ours."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import BODY, HTTP, LARGE, PROGRAMS, member, with_warcio, write

from archive import (
    Archive,
    ArchivedRecord,
    ArchiveLockedError,
    CaptureEvent,
    NoSpaceError,
    UnresolvedRevisitError,
    captures,
    find,
    iter_records,
    read_record,
)
from archive.export import ExportFormat, export, select
from archive.fixity.audit import Audit
from archive.fixity.copy import SecondCopy
from archive.home.layout import Layout
from archive.home.lock import ArchiveLock
from archive.home.reindex import index_archive
from archive.importing import FileImport, import_files
from archive.verify import (
    Catalog,
    Finding,
    Target,
    check_together,
    plan_files,
    plan_home,
    verify_file,
    verify_targets,
)

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def take(home: Path, *paths: Path, damaged: bool = False) -> list[FileImport]:
    with import_files(home, software="khobao thử", min_free_bytes=0, allow_damaged=damaged) as run:
        return [run.take(path) for path in paths]


def check(home: Path) -> list[Finding]:
    plan = plan_home(home)
    findings = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1):
            findings += report.findings
        return [*findings, *check_together(plan, catalog)]


def faults(home: Path) -> list[str]:
    return [finding.line() for finding in check(home) if not finding.is_note]


def differences(home: Path, *, from_records: bool = False) -> list[object]:
    with index_archive(home, from_records=from_records, check=True) as run:
        found = [each for file in run for each in (*file.differences, file.problem) if each]
        return [*found, *run.dedupe, *run.left_open]


def contents(home: Path) -> dict[str, bytes]:
    """Everything but the lock and the dedupe index."""
    paths = (path for path in home.rglob("*") if path.is_file() and path.parent.name != "state")
    return {str(path.relative_to(home)): path.read_bytes() for path in paths}


def cdxj(*paths: Path) -> str:
    """In a process of its own: of records without digests it leaves files open."""
    command = [str(Path(sys.executable).with_name("cdxj-indexer")), "--sort", *map(str, paths)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


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


def check_file(path: Path) -> list[Finding]:
    return verify_file(Target(path)).findings


# -- what is refused -------------------------------------------------------------------------------


def refused(home: Path, path: Path, *, damaged: bool = False) -> FileImport:
    """Nothing is left of it, and another file is imported all the same."""
    other = path.parent / "good"
    other.mkdir(exist_ok=True)
    (done, good) = take(home, path, write(other, "warcio.warc.gz"), damaged=damaged)
    assert "refused" == done.state
    assert good.state in {"imported", "already"}
    assert {"warcio.warc.gz", "warcio.warc.gz.journal"} == {
        each.name for each in (home / "warc").iterdir()
    }
    assert [] == faults(home)
    return done


def make_link(path: Path) -> None:
    path.symlink_to(write(path.parent, "plain.warc"))


def write_arc(path: Path) -> None:
    data = b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 0\n\n"
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def write_whole(path: Path) -> None:
    path.write_bytes(gzip.compress(write(path.parent, "plain.warc").read_bytes()))


def write_some_together(path: Path) -> None:
    """Two records in one of the members."""
    with_warcio(path)
    path.write_bytes(path.read_bytes() + gzip.compress(gzip.decompress(path.read_bytes())))


def write_unreadable(path: Path) -> None:
    path.write_bytes(member(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"))


STRANGE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "nothing": ("a.warc", lambda _: None, "no such file"),
    "a directory": ("a.warc.gz", Path.mkdir, "a directory"),
    "a link": ("a.warc", make_link, "a link"),
    "a pipe": ("a.warc.gz", os.mkfifo, "a pipe"),
    "an empty file": ("a.warc", Path.touch, "it is empty"),
    "text": ("a.warc", lambda path: path.write_text("xin chào"), "no WARC file"),
    "other gzip": ("a.warc.gz", lambda p: p.write_bytes(gzip.compress(b"x")), "no WARC file"),
    "another ending": ("a.warc.bz2", with_warcio, "does not end in"),
    "a blank in its name": ("a b.warc", with_warcio, "its name has more than"),
    "a dot first": (".a.warc", with_warcio, "its name has more than"),
    "two endings": ("a.warc.gz.warc.gz", with_warcio, "its name has more than"),
    "a line end in its name": ("a\nb.warc", with_warcio, "its name has more than"),
    "a long name": ("a" * 190 + ".warc", with_warcio, "more than 180 characters"),
    "gzip called .warc": (
        "a.warc", lambda path: shutil.copy(write(path.parent, "warcio.warc.gz"), path),
        "it is compressed"),
    "plain called .gz": (
        "a.warc.gz", lambda path: shutil.copy(write(path.parent, "plain.warc"), path),
        "it is not compressed"),
    "an ARC file": ("a.warc", write_arc, "warcio recompress a.warc a.warc.gz"),
    "an ARC file by its name": ("a.arc.gz", write_arc, "warcio recompress a.arc.gz a.warc.gz"),
    "one gzip member": (
        "a.warc.gz", write_whole, "warcio recompress a.warc.gz a-records.warc.gz"),
    "a member of many": ("a.warc.gz", write_some_together, "several of its records"),
}  # fmt: skip


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("what", STRANGE)
def test_what_cannot_be_imported_is_refused_in_one_line(
    home: Path, tmp_path: Path, what: str, *, damaged: bool
) -> None:
    name, make, reason = STRANGE[what]
    make(tmp_path / name)
    done = refused(home, tmp_path / name, damaged=damaged)
    assert done.reason is not None
    assert reason in done.reason
    assert "\n" not in done.reason
    assert not done.is_damaged


def test_nothing_is_overwritten(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    take(home, source)
    before = contents(home)
    source.write_bytes(source.read_bytes()[:-2])
    (done,) = take(home, source, damaged=True)
    assert ("refused", False) == (done.state, done.is_damaged)
    assert "another file of this name" in str(done.reason)
    source.write_bytes(before["warc/plain.warc"])
    (done,) = take(home, source)
    assert "already" == done.state
    master = home / "warc" / "plain.warc"
    master.write_bytes(before["warc/plain.warc"] + b"\0")
    (done,) = take(home, tmp_path / "plain.warc")
    assert ("refused", True) == (done.state, done.is_damaged)
    assert "lists just this file" in str(done.reason)
    master.write_bytes(before["warc/plain.warc"])
    (home / "warc" / "plain.warc").rename(tmp_path / "gone.warc")
    (done,) = take(home, tmp_path / "plain.warc")
    assert "a manifest lists a file plain.warc, which is gone" in str(done.reason)
    (tmp_path / "gone.warc").rename(home / "warc" / "plain.warc")
    assert before == contents(home)


@pytest.mark.parametrize("name", ["warc/a.warc.gz", "warc/a.warc.gz.journal", "index/a.cdxj"])
def test_what_lies_under_a_name_without_a_manifest_is_left_alone(
    home: Path, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "a.warc.gz"
    with_warcio(source)
    there = home / name
    there.parent.mkdir()
    there.symlink_to(source) if name.endswith("gz") else there.write_bytes(b"x\n")
    (done,) = take(home, source)
    assert "refused" == done.state
    assert "is there already" in str(done.reason)


def test_a_copy_under_another_name_is_the_same_file(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    copy = shutil.copy(source, tmp_path / "copy.warc")
    first, second = take(home, source, copy)
    assert ["imported", "already"] == [first.state, second.state]
    assert "plain.warc" == second.name
    assert ["plain.warc", "plain.warc.journal"] == sorted(p.name for p in home.glob("warc/*"))


# -- damage ----------------------------------------------------------------------------------------


def damage_member(data: bytes) -> bytes:
    at = len(data) // 3
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def damage_block(data: bytes) -> bytes:
    assert b"<title>" in data
    return data.replace(b"<title>", b"<tittle", 1)


def lengthen(data: bytes) -> bytes:
    """A record says that it is longer than the file."""
    at = data.index(b"/1\r\n")
    return data[:at] + data[at:].replace(b"Content-Length: ", b"Content-Length: 999", 1)


def forget_length(data: bytes) -> bytes:
    """Of a request, so that the next record begins where its head ends."""
    at = data.index(b"WARC-Type: request")
    return data[:at] + re.sub(rb"Content-Length: \d+\r\n", b"", data[at:], count=1)


def reserve_flags(data: bytes) -> bytes:
    """Of a gzip header; isal would read on."""
    at = data.index(b"\x1f\x8b\x08", 10) + 3
    return data[:at] + b"\xe0" + data[at + 1 :]


DAMAGES = {
    "no length": ("plain.warc", forget_length),
    "reserved flags": ("warcio.warc.gz", reserve_flags),
    "a flipped bit": ("warcio.warc.gz", damage_member),
    "a cut": ("warcio.warc.gz", lambda data: data[:-100]),
    "a torn beginning": ("warcio.warc.gz", lambda data: data[:12] + b"\0" + data[13:]),
    "a cut of a plain one": ("plain.warc", lambda data: data[: len(data) // 2]),
    "another block": ("plain.warc", damage_block),
    "a wrong length": ("plain.warc", lengthen),
    "rubbish between": (
        "plain.warc",
        lambda data: data.replace(b"\r\nWARC/", b"\r\n??\r\n\r\nWARC/", 1),
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_file_is_refused_unless_it_is_wanted_all_the_same(
    home: Path, tmp_path: Path, what: str
) -> None:
    name, alter = DAMAGES[what]
    source = tmp_path / f"damaged-{name}"
    with_warcio(source)
    whole = len(list(iter_records(source)))
    source.write_bytes(alter(source.read_bytes()))
    done = refused(home, source)
    assert done.is_damaged
    named = [finding for finding in done.findings if not finding.is_note]
    assert named
    assert {str(source)} == {finding.path for finding in named}
    (done,) = take(home, source, damaged=True)
    assert ("imported", True) == (done.state, done.is_damaged)
    assert whole - 4 <= done.records <= whole
    assert done.unreadable or "another block" == what
    found = [finding for finding in check(home) if source.name in finding.path]
    assert [] == [finding.line() for finding in found if not finding.is_note]
    assert "imported-damaged" in {finding.kind for finding in found}
    assert [] == differences(home)
    assert [] == differences(home, from_records=True)
    master = home / "warc" / source.name
    master.write_bytes(master.read_bytes() + b"\0")
    assert any("[file-altered]" in line for line in faults(home))


def damage_anywhere(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return chance.choice(
        (
            data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :],
            data[:at],
            data[:at] + data[at + chance.randrange(1, 200) :],
            data[:at] + chance.randbytes(chance.randrange(1, 50)) + data[at:],
            data[:at] + data[chance.randrange(len(data)) :][:300] + data[at:],
        )
    )


def check_random_damage(directory: Path, seed: int) -> None:
    """Whatever is taken of it, everything says the same of it afterwards."""
    chance = random.Random(seed)
    name = chance.choice(sorted(PROGRAMS))
    source = write(directory, name)
    for _ in range(chance.randrange(1, 4)):
        source.write_bytes(damage_anywhere(source.read_bytes(), chance))
    home = directory / "home"
    (done,) = take(home, source, damaged=True)
    if done.state == "imported":
        assert source.read_bytes() == (home / "warc" / name).read_bytes()
        assert [] == faults(home)
        assert [] == differences(home, from_records=True)
    else:
        assert done.reason
        assert [] == list((home / "warc").iterdir())


@pytest.mark.parametrize("seed", range(16))
def test_random_damage_leaves_no_home_that_contradicts_itself(tmp_path: Path, seed: int) -> None:
    check_random_damage(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.slow
def test_random_damage_for_long(tmp_path: Path) -> None:
    for seed in range(100, 1600):
        directory = tmp_path / str(seed)
        directory.mkdir()
        check_random_damage(directory, seed)
        shutil.rmtree(directory)


def test_a_file_without_a_readable_record_is_refused_even_then(home: Path, tmp_path: Path) -> None:
    write_unreadable(tmp_path / "a.warc.gz")
    done = refused(home, tmp_path / "a.warc.gz", damaged=True)
    assert done.is_damaged
    assert "no record of it can be read" == done.reason


def test_what_changes_after_the_import_is_found(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    take(home, source)
    master = home / "warc" / "plain.warc"
    whole = master.read_bytes()
    master.write_bytes(damage_block(whole))
    assert {"file-altered", "block-digest", "payload-digest", "journal-value"} == {
        finding.kind for finding in check(home)
    }
    master.write_bytes(whole[:-5000])
    assert "file-cut" in {finding.kind for finding in check(home)}
    master.write_bytes(whole)
    journal = Layout(home).journal("plain.warc")
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    assert {"journal-altered", "journal-incomplete"} == {finding.kind for finding in check(home)}


def test_a_broken_chain_is_said_and_left_as_it_is(home: Path, tmp_path: Path) -> None:
    take(home, write(tmp_path, "plain.warc"))
    (manifest,) = (home / "fixity").glob("*-*.jsonl")
    altered = manifest.read_bytes().replace(b'"records":6', b'"records":7')
    manifest.write_bytes(altered)
    with import_files(home, software="x", min_free_bytes=0) as run:
        done = run.take(write(tmp_path, "warcio.warc.gz"))
        assert run.manifest_problem is not None
    assert "imported" == done.state
    assert altered == manifest.read_bytes()
    (again,) = take(home, tmp_path / "warcio.warc.gz")
    assert "already" == again.state
    assert {"manifest-chain", "not-in-manifest"} == {finding.kind for finding in check(home)}


# -- the disk --------------------------------------------------------------------------------------


def test_the_floor_of_free_space_is_kept(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    floor = shutil.disk_usage(home).free + (1 << 40)
    with (
        pytest.raises(NoSpaceError, match="are to be written"),
        import_files(home, software="x", min_free_bytes=floor) as run,
    ):
        run.take(source)
    assert [] == list((home / "warc").iterdir())


def test_one_process_writes_at_a_time(home: Path) -> None:
    layout = Layout(home)
    layout.make()
    lock = ArchiveLock(layout.lock)
    try:
        with pytest.raises(ArchiveLockedError):
            take(home)
    finally:
        lock.release()


@pytest.mark.parametrize("name", ["warcio.warc.gz", "plain.warc"])
def test_the_second_copy_holds_and_repairs_it(home: Path, tmp_path: Path, name: str) -> None:
    source, there = write(tmp_path, name), tmp_path / "there"
    there.mkdir()
    take(home, source)
    master = home / "warc" / name
    with SecondCopy(str(there)) as copy:
        assert 1 == Audit(Layout(home), copy=copy).run().copied
        assert source.read_bytes() == (there / "warc" / name).read_bytes()
        with Catalog() as catalog:
            (report,) = verify_targets(plan_files([there / "warc" / name]), catalog)
        assert [] == report.findings  # with the journal beside it, and without a home
        master.write_bytes(damage_member(master.read_bytes()))
        result = Audit(Layout(home), copy=copy).run()
    assert ["repaired"] == [event.action for event in result.repaired]
    assert source.read_bytes() == master.read_bytes()
    assert [] == faults(home)
