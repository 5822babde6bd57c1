"""WACZ files of ours, damaged in every way: each is named, and intact ones are not."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.packages import (
    Files,
    Packages,
    altered,
    check,
    failures,
    rezip,
    unzip,
    with_description,
)

INDEX, LIST = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES = "pages/pages.jsonl"
A, B = "a-20260302070500123-00000-host.warc.gz", "b-20260302070500123-00000-host.warc.gz"


def test_nothing_is_found_in_what_is_intact(packages: Packages) -> None:
    report = check(packages.wacz)
    assert [] == report.findings
    assert ("wacz", 8, 14) == (report.kind, report.files, report.records)
    validated = subprocess.run(
        [str(Path(sys.executable).with_name("wacz")), "validate", "-f", str(packages.wacz)],
        capture_output=True,
        check=False,
    )
    assert 0 == validated.returncode, validated.stdout


def test_a_package_put_together_again_by_zipfile_is_intact(packages: Packages) -> None:
    rezip(packages.wacz, unzip(packages.wacz).items())
    assert set() == failures(packages.wacz)


def index_with(change: Callable[[list[bytes]], object]) -> Callable[[Files], None]:
    """The index with its lines changed, and its list of blocks as it must be then."""

    def alter(files: Files) -> None:
        lines = gzip.decompress(files[INDEX]).splitlines(keepends=True)
        change(lines)
        files[INDEX] = gzip.compress(b"".join(lines))
        key = lines[0].partition(b" {")[0]
        place = json.dumps({"offset": 0, "length": len(files[INDEX])}).encode()
        files[LIST] = files[LIST].partition(b"\n")[0] + b"\n" + key + b" " + place + b"\n"

    return alter


def value_of(name: str, value: object) -> Callable[[list[bytes]], None]:
    def change(lines: list[bytes]) -> None:
        key, moment, values = lines[1].split(b" ", 2)
        fields = json.loads(values) | {name: value}
        lines[1] = b" ".join([key, moment, json.dumps(fields).encode() + b"\n"])

    return change


INDEXES: dict[str, tuple[Callable[[list[bytes]], object], set[tuple[str, str]]]] = {
    "a line missing": (lambda lines: lines.pop(), {("cdxj-incomplete", "a.wacz")}),
    "a line twice": (lambda lines: lines.insert(1, lines[0]), {("cdxj-line", "index.cdx.gz")}),
    "out of order": (lambda lines: lines.reverse(), {("cdxj-unsorted", "index.cdx.gz")}),
    "no line": (lambda lines: lines.append(b"xin chao\n"), {("cdxj-line", "index.cdx.gz")}),
    "another place": (
        value_of("offset", "77"),
        {("cdxj-line", "index.cdx.gz"), ("cdxj-incomplete", "a.wacz")},
    ),
    "another file": (
        value_of("filename", "c.warc.gz"),
        {("cdxj-line", "index.cdx.gz"), ("cdxj-incomplete", "a.wacz")},
    ),
    "another length": (value_of("length", "9"), {("cdxj-value", "index.cdx.gz")}),
    "another status": (value_of("status", "404"), {("cdxj-value", "index.cdx.gz")}),
    "another type": (value_of("mime", "text/plain"), {("cdxj-value", "index.cdx.gz")}),
    "another digest": (value_of("digest", "sha1:AAAA"), {("cdxj-value", "index.cdx.gz")}),
    "another address": (
        value_of("url", "https://x.vn/"),
        {("cdxj-value", "index.cdx.gz"), ("package-page", "pages.jsonl")},
    ),
    "another time": (
        lambda lines: lines.append(lines.pop().replace(b" 2026", b" 2025", 1)),
        {("cdxj-value", "index.cdx.gz"), ("package-page", "pages.jsonl")},
    ),
    "another key": (
        lambda lines: lines.append(lines.pop().replace(b"vn,baodaklak", b"vn,zzz", 1)),
        {("cdxj-value", "index.cdx.gz")},
    ),
}


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_is_held_against_the_records(packages: Packages, name: str) -> None:
    """Though hashes and sizes are right: who wrote the package has made a mistake, or lies."""
    change, expected = INDEXES[name]
    altered(packages.wacz, index_with(change))
    found = failures(packages.wacz)
    assert expected <= found
    assert {kind for kind, _ in found - expected} <= {"package-page"}  # of the line that is wrong


def exchange_files(files: Files) -> None:
    files[f"archive/{A}"], files[f"archive/{B}"] = files[f"archive/{B}"], files[f"archive/{A}"]


def drop(*names: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in names:
            del files[name]

    return change


def put(name: str, data: bytes) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(name, data)


def replace_in(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def cut(name: str) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(name, files[name][:-30])


UNDESCRIBED: dict[str, tuple[Callable[[Files], object], set[tuple[str, str]]]] = {
    "a WARC file gone": (drop(f"archive/{B}"), {("package-missing", "a.wacz")}),
    "the index gone": (drop(INDEX), {("package-missing", "a.wacz")}),
    "the list of blocks gone": (drop(LIST), {("package-missing", "a.wacz")}),
    "the pages gone": (drop(PAGES), {("package-missing", "a.wacz")}),
    "the digest gone": (drop("datapackage-digest.json"), {("package-missing", "a.wacz")}),
    "the description gone": (drop("datapackage.json"), {("package-missing", "a.wacz")}),
    "a file more": (put("archive/c.txt", b"x"), {("package-unlisted", "c.txt")}),
    "files exchanged": (exchange_files, {("package-altered", A), ("package-altered", B)}),
    "a page altered": (
        replace_in(PAGES, "Một".encode(), b"Hai"),
        {("package-altered", "pages.jsonl")},
    ),
    "the description altered": (
        replace_in("datapackage.json", "thử".encode(), b"khac"),
        {("package-altered", "datapackage.json")},
    ),
    "no JSON": (
        put("datapackage.json", b"[" * 100_000),
        {("package-description", "datapackage.json")},
    ),
    "a digest of nothing": (
        put("datapackage-digest.json", b"{}"),
        {("package-description", "datapackage-digest.json")},
    ),
}


@pytest.mark.parametrize("name", UNDESCRIBED)
def test_what_the_description_does_not_say_is_named(packages: Packages, name: str) -> None:
    change, expected = UNDESCRIBED[name]
    found = failures(altered(packages.wacz, lambda files: change(files) and None, anew=False))
    assert expected <= found
    assert all(kind != "cdxj-value" or "exchanged" in name for kind, _ in found)


DESCRIBED: dict[str, tuple[Callable[[Files], object], set[tuple[str, str]]]] = {
    "a WARC file gone": (drop(f"archive/{A}"), {("cdxj-line", "index.cdx.gz")}),
    "a WARC file cut": (cut(f"archive/{B}"), {("file-cut", B)}),
    "files exchanged": (exchange_files, {("warcinfo-filename", A), ("cdxj-value", "index.cdx.gz")}),
    "the index cut": (cut(INDEX), {("cdxj-line", "index.cdx.gz")}),
    "the list of blocks gone": (drop(LIST), set()),  # the index is whole without it
    "another list of blocks": (
        replace_in(LIST, b'"offset": 0', b'"offset": 7'),
        {("cdxj-value", "index.cdx.gz")},
    ),
    "no index": (drop(INDEX, LIST), {("package-missing", "a.wacz")}),
    "no pages": (drop(PAGES, "pages/extraPages.jsonl"), {("package-missing", "a.wacz")}),
    "a page never captured": (
        replace_in(PAGES, b"https://baodaklak.vn/hai", b"https://baodaklak.vn/muoi"),
        {("package-page", "pages.jsonl")},
    ),
    "a page of another time": (
        replace_in(PAGES, b"2026-03-02", b"2026-04-02"),
        {("package-page", "pages.jsonl")},
    ),
    "pages without a head": (
        put(PAGES, b'{"url": 5}\n{"url": 6}\n'),
        {("package-description", "pages.jsonl"), ("package-page", "pages.jsonl")},
    ),
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_what_is_described_as_it_is_must_agree_all_the_same(packages: Packages, name: str) -> None:
    change, expected = DESCRIBED[name]
    found = failures(altered(packages.wacz, lambda files: change(files) and None))
    assert expected <= found
    assert bool(expected) == bool(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resources", None),
        ("resources", [5]),
        ("resources", [{"path": PAGES, "hash": "rot", "bytes": -1}]),
        ("wacz_version", 7),
        ("wacz_version", "2.0.0"),
        ("profile", "khac"),
    ],
)
def test_a_description_that_says_nonsense_is_named(
    packages: Packages, name: str, value: object
) -> None:
    files = unzip(packages.wacz)
    described = json.loads(files["datapackage.json"]) | {name: value}
    rezip(packages.wacz, with_description(files, described).items())
    assert ("package-description", "datapackage.json") in failures(packages.wacz)


@pytest.mark.slow
def test_flipped_bits_and_cuts_are_all_named(packages: Packages, tmp_path: Path) -> None:
    """But for the bits that fill the last byte of a deflated file: they say nothing."""
    whole, rng = packages.wacz.read_bytes(), random.Random(5)
    intact = unzip(packages.wacz)
    damaged = tmp_path / "hỏng.wacz"
    silent = 0
    for _ in range(60):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        damaged.write_bytes(data)
        if not failures(damaged):
            silent += 1
            assert intact == unzip(damaged)
    assert silent <= 3
    for _ in range(25):
        damaged.write_bytes(whole[: rng.randrange(len(whole))])
        assert failures(damaged)


def test_one_flipped_bit_in_a_record_is_named_by_its_byte(packages: Packages) -> None:
    data = bytearray(packages.wacz.read_bytes())
    data[800] ^= 4
    packages.wacz.write_bytes(data)
    named = {each.kind: each for each in check(packages.wacz).findings}
    assert {"package-damaged", "package-altered", "member-damaged"} == named.keys()
    assert named["member-damaged"].offset
    assert named["member-damaged"].path.endswith(f"a.wacz!/archive/{A}")
