"""The ways to damage a home, and what each must be named as.

The damage is done with what an operating system offers, and by nothing of the archive's own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

Damage = Callable[["Ours"], None]


class Ours:
    """Paths of a home of three closed files, and another home whose files are not ours."""

    def __init__(self, home: Path, other: Path) -> None:
        self.home, self.other = home, other
        self.names = sorted(path.name for path in (home / "warc").glob("*.warc.gz"))
        self.warcs = [home / "warc" / name for name in self.names]
        self.journals = [home / "warc" / f"{name}.journal" for name in self.names]
        self.indexes = [home / "index" / name.replace(".warc.gz", ".cdxj") for name in self.names]
        self.fixity = home / "fixity"
        (self.manifest,) = self.fixity.glob("????-??-??.jsonl")
        self.dedupe = home / "state" / "dedupe.sqlite"

    def parts(self, at: int) -> tuple[Path, Path, Path]:
        return self.warcs[at], self.journals[at], self.indexes[at]

    def members(self, at: int) -> list[bytes]:
        data = self.warcs[at].read_bytes()
        lines = map(json.loads, self.journals[at].read_bytes().splitlines())
        return [data[line["offset"] : line["offset"] + line["length"]] for line in lines]


def exchange(one: Path, other: Path) -> None:
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def drop_lines(path: Path, *numbers: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for number in sorted(numbers, reverse=True):
        del lines[number]
    path.write_bytes(b"".join(lines))


# -- exchanged, doubled, dropped, renamed --------------------------------------------------------


def files_exchanged(ours: Ours) -> None:
    exchange(*ours.warcs[:2])


def files_exchanged_with_journals_and_indexes(ours: Ours) -> None:
    for one, other in zip(ours.parts(0), ours.parts(1), strict=True):
        exchange(one, other)


def journals_exchanged(ours: Ours) -> None:
    exchange(*ours.journals[:2])


def indexes_exchanged(ours: Ours) -> None:
    exchange(*ours.indexes[:2])


def file_doubled_under_another_name(ours: Ours) -> None:
    for path in ours.parts(0):
        shutil.copy2(path, path.with_name(path.name.replace("-host", "-khac")))


def file_dropped(ours: Ours) -> None:
    ours.warcs[1].unlink()


def file_dropped_with_journal_and_index(ours: Ours) -> None:
    for path in ours.parts(1):
        path.unlink()


def file_renamed(ours: Ours) -> None:
    ours.warcs[1].rename(ours.warcs[1].with_name("khobao-khac.warc.gz"))


def file_renamed_with_journal_and_index(ours: Ours) -> None:
    for path in ours.parts(1):
        path.rename(path.with_name(path.name.replace("-host", "-khac")))


def file_renamed_as_if_it_were_being_written(ours: Ours) -> None:
    ours.warcs[1].rename(ours.warcs[1].with_name(ours.names[1] + ".open"))


def file_of_another_home_put_in(ours: Ours) -> None:
    for folder in ("warc", "index"):
        for path in (ours.other / folder).iterdir():
            shutil.copy2(path, ours.home / folder)


def file_of_another_home_in_place_of_ours(ours: Ours) -> None:
    (stranger,) = (ours.other / "warc").glob("*.warc.gz")
    shutil.copyfile(stranger, ours.warcs[1])


# -- rolled back, emptied, cut, appended, rewritten -----------------------------------------------


def older_copy_of_a_file_put_back(ours: Ours) -> None:
    ours.warcs[0].write_bytes(b"".join(ours.members(0)[:6]))


def older_copy_of_a_file_and_its_journal_put_back(ours: Ours) -> None:
    older_copy_of_a_file_put_back(ours)
    lines = ours.journals[0].read_bytes().splitlines(keepends=True)
    ours.journals[0].write_bytes(b"".join(lines[:6]))


def rolled_back_to_before_the_last_file(ours: Ours) -> None:
    """With its line in the manifest and the head: only the log of readings knows it."""
    for path in ours.parts(2):
        path.unlink()
    drop_lines(ours.manifest, 2)
    last = ours.manifest.read_bytes().splitlines()[-1]
    head = {"number": 1, "sha256": hashlib.sha256(last).hexdigest()}
    (ours.fixity / "head.json").write_text(json.dumps(head) + "\n")


def file_emptied(ours: Ours) -> None:
    ours.warcs[0].write_bytes(b"")


def file_cut_within_a_record(ours: Ours) -> None:
    os.truncate(ours.warcs[0], ours.warcs[0].stat().st_size - 5)


def file_cut_between_two_records(ours: Ours) -> None:
    os.truncate(ours.warcs[0], ours.warcs[0].stat().st_size - len(ours.members(0)[-1]))


def file_with_something_behind_its_end(ours: Ours) -> None:
    with ours.warcs[0].open("ab") as file:
        file.write(b"rac o cuoi")


def file_with_a_record_of_another_behind_its_end(ours: Ours) -> None:
    member = ours.members(1)[1]
    with ours.warcs[0].open("ab") as file:
        file.write(member)


def record_taken_out(ours: Ours) -> None:
    members = ours.members(0)
    ours.warcs[0].write_bytes(b"".join(members[:4] + members[5:]))


def record_doubled(ours: Ours) -> None:
    members = ours.members(0)
    ours.warcs[0].write_bytes(b"".join([*members[:4], members[3], *members[4:]]))


def records_exchanged(ours: Ours) -> None:
    members = ours.members(0)
    members[1], members[4] = members[4], members[1]
    ours.warcs[0].write_bytes(b"".join(members))


def recompressed_record_by_record(ours: Ours) -> None:
    members = [gzip.compress(gzip.decompress(member), 9) for member in ours.members(0)]
    ours.warcs[0].write_bytes(b"".join(members))


def recompressed_as_one_member(ours: Ours) -> None:
    ours.warcs[0].write_bytes(gzip.compress(gzip.decompress(ours.warcs[0].read_bytes())))


def uncompressed_under_its_name(ours: Ours) -> None:
    ours.warcs[0].write_bytes(gzip.decompress(ours.warcs[0].read_bytes()))


def a_letter_changed_and_size_and_time_as_before(ours: Ours) -> None:
    path = ours.warcs[0]
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# -- what is no file ------------------------------------------------------------------------------


def link_in_place_of_a_file(ours: Ours) -> None:
    target = ours.other / "ban-sao.warc.gz"
    shutil.copyfile(ours.warcs[0], target)
    ours.warcs[0].unlink()
    ours.warcs[0].symlink_to(target)


def pipe_in_place_of_a_file(ours: Ours) -> None:
    ours.warcs[0].unlink()
    os.mkfifo(ours.warcs[0])


def directory_in_place_of_a_file(ours: Ours) -> None:
    ours.warcs[0].unlink()
    ours.warcs[0].mkdir()


def pipe_in_place_of_a_journal(ours: Ours) -> None:
    ours.journals[0].unlink()
    os.mkfifo(ours.journals[0])


def directory_in_place_of_a_journal(ours: Ours) -> None:
    ours.journals[0].unlink()
    ours.journals[0].mkdir()


def pipe_in_place_of_an_index(ours: Ours) -> None:
    ours.indexes[0].unlink()
    os.mkfifo(ours.indexes[0])


def permission_removed(ours: Ours) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    ours.warcs[0].chmod(0)


# -- journal, index, manifests, dedupe index ------------------------------------------------------


def journal_lost(ours: Ours) -> None:
    ours.journals[0].unlink()


def journal_emptied(ours: Ours) -> None:
    ours.journals[0].write_bytes(b"")


def line_of_a_journal_removed(ours: Ours) -> None:
    drop_lines(ours.journals[0], 3)


def line_of_a_journal_doubled(ours: Ours) -> None:
    lines = ours.journals[0].read_bytes().splitlines(keepends=True)
    ours.journals[0].write_bytes(b"".join([*lines[:4], lines[3], *lines[4:]]))


def index_lost(ours: Ours) -> None:
    ours.indexes[0].unlink()


def line_of_an_index_removed(ours: Ours) -> None:
    drop_lines(ours.indexes[0], 1)


def all_manifests_lost(ours: Ours) -> None:
    shutil.rmtree(ours.fixity)


def day_of_the_manifests_lost(ours: Ours) -> None:
    ours.manifest.unlink()


def line_of_a_manifest_removed(ours: Ours) -> None:
    drop_lines(ours.manifest, 1)


def line_of_a_manifest_altered(ours: Ours) -> None:
    ours.manifest.write_bytes(ours.manifest.read_bytes().replace(b'"size":', b'"size":1', 1))


def head_lost(ours: Ours) -> None:
    (ours.fixity / "head.json").unlink()


def head_of_another_home(ours: Ours) -> None:
    head = {"number": 2, "sha256": "0" * 64}
    (ours.fixity / "head.json").write_text(json.dumps(head) + "\n")


def manifests_of_another_home(ours: Ours) -> None:
    shutil.rmtree(ours.fixity)
    shutil.copytree(ours.other / "fixity", ours.fixity)


def dedupe_index_of_another_home(ours: Ours) -> None:
    shutil.copyfile(ours.other / "state" / "dedupe.sqlite", ours.dedupe)


def dedupe_index_that_names_another_record(ours: Ours) -> None:
    with sqlite3.connect(ours.dedupe) as db:
        db.execute("UPDATE originals SET offset = offset + 1")
    db.close()


def dedupe_index_of_noise(ours: Ours) -> None:
    ours.dedupe.write_bytes(b"rac" * 5000)


MISSING = {"warc-missing", "not-in-manifest"}
WAYS: dict[Damage, set[str]] = {
    files_exchanged: {"warcinfo-filename", "file-altered", "record-missing"},
    files_exchanged_with_journals_and_indexes: {"warcinfo-filename", "file-altered"},
    journals_exchanged: {"journal-altered", "journal-incomplete", "record-missing"},
    indexes_exchanged: {"cdxj-line", "cdxj-incomplete"},
    file_doubled_under_another_name: {"not-in-manifest", "record-id-doubled", "warcinfo-filename"},
    file_dropped: {"warc-missing"},
    file_dropped_with_journal_and_index: {"warc-missing"},
    file_renamed: MISSING,
    file_renamed_with_journal_and_index: MISSING | {"warcinfo-filename"},
    file_renamed_as_if_it_were_being_written: {"not-closed"},
    file_of_another_home_put_in: {"not-in-manifest"},
    file_of_another_home_in_place_of_ours: {"warcinfo-filename", "file-altered", "record-missing"},
    older_copy_of_a_file_put_back: {"record-missing", "file-altered"},
    older_copy_of_a_file_and_its_journal_put_back: {"file-altered", "journal-altered"},
    rolled_back_to_before_the_last_file: {"manifest-chain"},
    file_emptied: {"record-missing", "file-altered"},
    file_cut_within_a_record: {"file-cut", "file-altered"},
    file_cut_between_two_records: {"record-missing", "file-altered"},
    file_with_something_behind_its_end: {"stray-bytes", "file-altered"},
    file_with_a_record_of_another_behind_its_end: {"record-id-doubled", "file-altered"},
    record_taken_out: {"record-missing", "record-moved", "file-altered"},
    record_doubled: {"record-doubled", "record-moved", "file-altered"},
    records_exchanged: {"record-moved", "twin-missing", "file-altered"},
    recompressed_record_by_record: {"gzip-header", "record-moved", "file-altered"},
    recompressed_as_one_member: {"record-framing", "file-altered"},
    uncompressed_under_its_name: {"not-a-warc", "file-altered"},
    a_letter_changed_and_size_and_time_as_before: {"member-damaged", "file-altered"},
    link_in_place_of_a_file: {"not-a-file"},
    pipe_in_place_of_a_file: {"not-a-file"},
    directory_in_place_of_a_file: {"unreadable"},
    pipe_in_place_of_a_journal: {"unreadable"},
    directory_in_place_of_a_journal: {"unreadable"},
    pipe_in_place_of_an_index: {"unreadable"},
    permission_removed: {"unreadable"},
    journal_lost: {"journal-missing"},
    journal_emptied: {"journal-incomplete", "journal-altered"},
    line_of_a_journal_removed: {"journal-incomplete", "journal-altered"},
    line_of_a_journal_doubled: {"journal-line", "journal-altered"},
    index_lost: {"cdxj-missing"},
    line_of_an_index_removed: {"cdxj-incomplete"},
    all_manifests_lost: {"not-in-manifest"},
    day_of_the_manifests_lost: {"not-in-manifest", "manifest-chain"},
    line_of_a_manifest_removed: {"manifest-chain", "not-in-manifest"},
    line_of_a_manifest_altered: {"manifest-chain"},
    head_lost: {"manifest-chain"},
    head_of_another_home: {"manifest-chain"},
    manifests_of_another_home: MISSING,
    dedupe_index_of_another_home: {"dedupe-index"},
    dedupe_index_that_names_another_record: {"dedupe-index"},
    dedupe_index_of_noise: {"dedupe-index"},
}
