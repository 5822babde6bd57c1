"""Faults in journals and indexes, and in what lies about."""

from __future__ import annotations

import re
from collections.abc import Callable

from archive.home.cdxj import write_cdxj
from support.verify_faults.base import ANY, FAULTS, Expected, fault
from support.verify_home import Home


@fault
def no_journal(home: Home) -> Expected:
    home.layout.journal(home.second).unlink()
    return {("journal-missing", home.second, None)}


@fault
def journal_line_removed(home: Home) -> Expected:
    lines = home.layout.journal(home.second).read_bytes().splitlines(keepends=True)
    home.layout.journal(home.second).write_bytes(b"".join(lines[:4] + lines[5:]))
    return {
        ("journal-incomplete", home.second, home.offsets(home.first and home.second)[3] and ANY)
    }


@fault
def journal_line_doubled(home: Home) -> Expected:
    lines = home.layout.journal(home.second).read_bytes().splitlines(keepends=True)
    home.layout.journal(home.second).write_bytes(b"".join([*lines[:4], lines[3], *lines[4:]]))
    position = sum(map(len, lines[:4]))
    return {("journal-line", home.layout.journal(home.second).name, position)}


@fault
def journal_line_damaged(home: Home) -> Expected:
    lines = home.layout.journal(home.second).read_bytes().splitlines(keepends=True)
    lines[4] = lines[4][:20] + b'"' + lines[4][21:]
    home.layout.journal(home.second).write_bytes(b"".join(lines))
    position = sum(map(len, lines[:4]))
    return {("journal-line", home.layout.journal(home.second).name, position)}


@fault
def journal_without_its_last_line_end(home: Home) -> Expected:
    path = home.layout.journal(home.second)
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    last = data.rfind(b"\n", 0, -1) + 1
    return {
        ("journal-cut", path.name, last),
        ("journal-incomplete", home.second, home.warc(home.second).stat().st_size and ANY),
    }


def _journal_value(old: bytes, new: bytes) -> Callable[[Home], Expected]:
    def damage(home: Home) -> Expected:
        path = home.layout.journal(home.second)
        lines = path.read_bytes().splitlines(keepends=True)
        changed = re.sub(old, new, lines[7], count=1)
        assert changed != lines[7], lines[7]
        path.write_bytes(b"".join([*lines[:7], changed, *lines[8:]]))
        return {("journal-value", path.name, sum(map(len, lines[:7])))}

    return damage


for _name, _old, _new in (
    ("offset", rb'"offset":\d+', b'"offset":3'),
    ("length", rb'"length":\d+', b'"length":3'),
    ("id", rb'"recordId":"<urn:uuid:....', b'"recordId":"<urn:uuid:abcd'),
    ("type", rb'"type":"response"', b'"type":"request"'),
    ("date", rb'"date":"2026', b'"date":"2025'),
    ("address", rb'"targetUri":"https', b'"targetUri":"http'),
    ("key", rb'"urlkey":"vn', b'"urlkey":"com'),
    ("status", rb'"status":"200"', b'"status":200'),
    ("mime", rb'"mime":"text/html"', b'"mime":"text/plain"'),
    ("payload_digest", rb'"sha1:....', b'"sha1:AAAA'),
    ("block_digest", rb'("blockDigest":"sha256:)....', rb"\g<1>0000"),
    ("record_length", rb'"recordLength":\d+', b'"recordLength":7'),
    ("body_digest", rb'("bodyDigest":"sha256:)....', rb"\g<1>0000"),
    ("body_digest_gone", rb',"bodyDigest":"[^"]*"', b""),
    ("refers_to", rb"\}", b',"refersTo":"<urn:uuid:0>"}'),
    ("recovered", rb"\}", b',"recovered":false}'),
    ("unknown_name", rb"\}", b',"khac":1}'),
    ("twice_the_same", rb"\}", b',"type":"response"}'),
):
    FAULTS[f"journal_{_name}"] = _journal_value(_old, _new)


@fault
def no_index(home: Home) -> Expected:
    home.layout.cdxj(home.second).unlink()
    return {("cdxj-missing", home.layout.cdxj(home.second).name, None)}


@fault
def index_line_removed(home: Home) -> Expected:
    path = home.layout.cdxj(home.second)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    return {("cdxj-incomplete", path.name, None)}


@fault
def index_line_doubled(home: Home) -> Expected:
    path = home.layout.cdxj(home.second)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], *lines]))
    return {("cdxj-line", path.name, len(lines[0]))}


@fault
def index_unsorted(home: Home) -> Expected:
    path = home.layout.cdxj(home.second)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[1:], lines[0]]))
    return {("cdxj-unsorted", path.name, sum(map(len, lines[1:])))}


@fault
def index_of_another_file(home: Home) -> Expected:
    path = home.layout.cdxj(home.second)
    write_cdxj(home.layout.journal(home.first), home.first, path)
    return {("cdxj-line", path.name, ANY), ("cdxj-incomplete", path.name, None),
            ("cdxj-value", path.name, ANY)}  # fmt: skip


def _index_value(old: bytes, new: bytes) -> Callable[[Home], Expected]:
    def damage(home: Home) -> Expected:
        path = home.layout.cdxj(home.second)
        lines = path.read_bytes().splitlines(keepends=True)
        at = next(i for i, line in enumerate(lines) if re.search(old, line))
        lines[at] = re.sub(old, new, lines[at], count=1)
        path.write_bytes(b"".join(lines))
        return {("cdxj-value", path.name, sum(map(len, lines[:at])))}

    return damage


for _name, _old, _new in (
    ("offset", rb'"offset": "\d+', b'"offset": "7'),
    ("length", rb'"length": "\d+', b'"length": "7'),
    ("digest", rb"sha1:....", b"sha1:AAAA"),
    ("status", rb'"status": "200"', b'"status": "201"'),
    ("mime", rb'"mime": "text/html"', b'"mime": "text/htm"'),
    ("address", rb'"url": "https', b'"url": "http'),
    ("file_name", rb'"filename": "khobao', b'"filename": "khobap'),
    ("time", rb" 2026\d{10} ", b" 20260302000000 "),
):
    FAULTS[f"index_{_name}"] = _index_value(_old, _new)


@fault
def file_left_open(home: Home) -> Expected:
    home.warc(home.second).rename(home.layout.warc / f"{home.second}.open")
    return {("not-closed", next(home.layout.warc.glob("*.open")).name, None)}


@fault
def journal_without_its_file(home: Home) -> Expected:
    second = home.second
    home.warc(second).unlink()
    return {
        ("warc-missing", f"{second}.journal", None),
        ("warc-missing", home.layout.cdxj(second).name, None),
    }


@fault
def what_salvage_set_aside(home: Home) -> Expected:
    names = (f"{home.second}.tail", f"{home.first}.journal.bad")
    for name in names:
        (home.layout.warc / name).write_bytes(b"rach")
    return {("set-aside", name, None) for name in names}


@fault
def files_of_nobody(home: Home) -> Expected:
    (home.layout.warc / "ghi chu.txt").write_bytes(b"?")
    (home.layout.index / "x.cdxj.partial").write_bytes(b"?")
    return {("leftover", "ghi chu.txt", None), ("leftover", "x.cdxj.partial", None)}
