"""Faults in the bytes of a file, and in which records it holds."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from support.verify_faults.base import ANY, FAULTS, Expected, fault, flip
from support.verify_home import Home, compress


@fault
def cut_inside_the_last_record(home: Home) -> Expected:
    data, last = home.warc(home.first).read_bytes(), home.offsets(home.first)[-1]
    home.warc(home.first).write_bytes(data[:-5])
    return {("file-cut", home.first, last)}


@fault
def cut_inside_an_early_record(home: Home) -> Expected:
    data, offsets = home.warc(home.first).read_bytes(), home.offsets(home.first)
    home.warc(home.first).write_bytes(data[: offsets[4] + 30])
    return {
        ("file-cut", home.first, offsets[4]),
        ("record-missing", home.first, offsets[5]),
        ("cdxj-line", home.layout.cdxj(home.first).name, ANY),
        ("revisit-dangles", home.second, home.offsets(home.second)[4]),
    }


@fault
def cut_between_two_records(home: Home) -> Expected:
    data, last = home.warc(home.first).read_bytes(), home.offsets(home.first)[-1]
    home.warc(home.first).write_bytes(data[:last])
    return {
        ("record-missing", home.first, last),
        ("cdxj-line", home.layout.cdxj(home.first).name, ANY),
    }


@fault
def cut_to_nothing(home: Home) -> Expected:
    home.warc(home.second).write_bytes(b"")
    return {
        ("warcinfo-missing", home.second, 0),
        ("record-missing", home.second, 0),
        ("cdxj-line", home.layout.cdxj(home.second).name, ANY),
    }


@fault
def flipped_data(home: Home) -> Expected:
    offset, _ = flip(home, home.first, 2, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_warcinfo(home: Home) -> Expected:
    """Nothing is said of what only follows from it."""
    flip(home, home.first, 0, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, 0)}


@fault
def flipped_response_of_an_exchange(home: Home) -> Expected:
    at = home.find(home.first, "response", 6)
    offset, _ = flip(home, home.first, at, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_checksum(home: Home) -> Expected:
    offset, _ = flip(home, home.first, 2, lambda start, size: start + size - 6)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_length(home: Home) -> Expected:
    offset, _ = flip(home, home.first, 2, lambda start, size: start + size - 2)
    return {("member-damaged", home.first, offset)}


def _header(byte: int) -> Callable[[Home], Expected]:
    fields = {0: 0, 1: 0, 2: 2, 3: 3, 4: 4, 5: 4, 7: 4, 8: 8, 9: 9}

    def damage(home: Home) -> Expected:
        offset, _ = flip(home, home.first, 3, lambda start, _size: start + byte)
        return {("gzip-header", home.first, offset + fields[byte])}

    return damage


for _byte in (0, 1, 2, 3, 4, 7, 8, 9):
    FAULTS[f"flipped_gzip_header_byte_{_byte}"] = _header(_byte)


@fault
def bytes_between_records(home: Home) -> Expected:
    members, offsets = home.members(home.first), home.offsets(home.first)
    home.put_members(home.first, [*members[:4], b"thua 12 byte", *members[4:]])
    return {
        ("stray-bytes", home.first, offsets[4]),
        ("record-moved", home.first, offsets[4] + 12),
        ("cdxj-value", home.layout.cdxj(home.first).name, ANY),
    }


@fault
def bytes_after_the_last_record(home: Home) -> Expected:
    data = home.warc(home.first).read_bytes()
    home.warc(home.first).write_bytes(data + b"\x00" * 40)
    return {("stray-bytes", home.first, len(data))}


@fault
def garbage_instead_of_a_file(home: Home) -> Expected:
    home.warc(home.second).write_bytes(b"khong phai WARC" * 50)
    return {
        ("not-a-warc", home.second, 0),
        ("record-missing", home.second, home.offsets(home.second)[1]),
        ("cdxj-line", home.layout.cdxj(home.second).name, ANY),
    }


@fault
def file_that_cannot_be_read(home: Home) -> Expected:
    second = home.second
    home.warc(second).unlink()
    home.warc(second).mkdir()
    return {("unreadable", second, None)}


@fault
def a_link_in_place_of_a_file(home: Home) -> Expected:
    """It is read, and is right; but whoever has the other place has the archive."""
    path = home.warc(home.second)
    path.rename(home.path / "elsewhere")
    path.symlink_to(home.path / "elsewhere")
    return {("not-a-file", home.second, None)}


@fault
def a_pipe_beside_the_files(home: Home) -> Expected:
    """Reading it would never end."""
    name = home.second.replace("-0000", "-9999")
    os.mkfifo(home.warc(name))
    return {("not-a-file", name, None)}


@fault
def record_removed(home: Home) -> Expected:
    members, offsets = home.members(home.first), home.offsets(home.first)
    gone = home.find(home.first, "metadata", 1)
    home.put_members(home.first, members[:gone] + members[gone + 1 :])
    return {
        ("record-missing", home.first, offsets[gone]),
        ("record-moved", home.first, offsets[gone]),
        ("twin-missing", home.first, offsets[gone - 2]),
        ("cdxj-value", home.layout.cdxj(home.first).name, ANY),
    }


@fault
def record_doubled(home: Home) -> Expected:
    members, offsets = home.members(home.first), home.offsets(home.first)
    last = len(members) - 1
    home.put_members(home.first, [*members, members[last]])
    size = offsets[last] + len(members[last])
    return {
        ("record-doubled", home.first, size),
        ("cdxj-incomplete", home.layout.cdxj(home.first).name, None),
    }


@fault
def records_swapped(home: Home) -> Expected:
    members, offsets = home.members(home.first), home.offsets(home.first)
    at = home.find(home.first, "request", 0)
    swapped = [*members[:at], members[at + 1], members[at], *members[at + 2 :]]
    home.put_members(home.first, swapped)
    return {
        ("record-moved", home.first, offsets[at]),
        ("record-moved", home.first, offsets[at] + len(members[at + 1])),
        ("exchange-mismatch", home.first, offsets[at] + len(members[at + 1])),
    }


@fault
def record_of_another_file_put_in(home: Home) -> Expected:
    stranger = home.records(home.second)[home.find(home.second, "resource")]
    records = home.records(home.first)
    home.put(home.first, [*records, stranger])
    at = home.offsets(home.first)[-1]
    return {
        ("warcinfo-id", home.first, at),
        ("record-id-doubled", home.second, home.offsets(home.second)[-1]),
    }


@fault
def record_that_the_journal_does_not_know(home: Home) -> Expected:
    records = home.records(home.second)
    new = re.sub(rb"(Record-ID: <urn:uuid:)....", rb"\1abcd", records[-1], count=1)
    home.put_members(home.second, [*home.members(home.second), compress(new)])
    at = sum(entry["length"] for entry in home.entries(home.second))
    return {
        ("journal-incomplete", home.second, at),
        ("cdxj-incomplete", home.layout.cdxj(home.second).name, None),
    }


@fault
def two_records_in_one_member(home: Home) -> Expected:
    records = home.records(home.second)
    at = home.offsets(home.second)[-2]
    home.put_members(home.second, [compress(r) for r in [*records[:-2], records[-2] + records[-1]]])
    return {
        ("record-framing", home.second, at),
        ("record-missing", home.second, home.offsets(home.second)[-1]),
        ("journal-value", home.layout.journal(home.second).name, ANY),
        ("cdxj-line", home.layout.cdxj(home.second).name, ANY),
    }


@fault
def member_that_holds_no_record(home: Home) -> Expected:
    members = home.members(home.second)
    home.put_members(home.second, [*members, compress(b"chi la chu")])
    return {("record-framing", home.second, sum(map(len, members)))}
