"""The fault table: every fault × found, as which kind, at which byte."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.verify_home import Home, compress, http

from archive.index import write_cdxj
from archive.verify import KINDS, Target, verify_file

Expected = set[tuple[str, str, int | None]]
FAULTS: dict[str, Callable[[Home], Expected]] = {}
ROOT = Path(__file__).parents[3]
ANY = -1
"""An offset that the case does not name."""

UUID = rb"<urn:uuid:[0-9a-f-]{36}>"


def fault(function: Callable[[Home], Expected]) -> Callable[[Home], Expected]:
    FAULTS[function.__name__] = function
    return function


# -- the bytes of the file -------------------------------------------------------------------------


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
    offset, _ = _flip(home, home.first, 2, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_warcinfo(home: Home) -> Expected:
    """Nothing is said of what only follows from it."""
    _flip(home, home.first, 0, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, 0)}


@fault
def flipped_response_of_an_exchange(home: Home) -> Expected:
    at = home.find(home.first, "response", 6)
    offset, _ = _flip(home, home.first, at, lambda start, size: start + size // 2)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_checksum(home: Home) -> Expected:
    offset, _ = _flip(home, home.first, 2, lambda start, size: start + size - 6)
    return {("member-damaged", home.first, offset)}


@fault
def flipped_length(home: Home) -> Expected:
    offset, _ = _flip(home, home.first, 2, lambda start, size: start + size - 2)
    return {("member-damaged", home.first, offset)}


def _header(byte: int) -> Callable[[Home], Expected]:
    fields = {0: 0, 1: 0, 2: 2, 3: 3, 4: 4, 5: 4, 7: 4, 8: 8, 9: 9}

    def damage(home: Home) -> Expected:
        offset, _ = _flip(home, home.first, 3, lambda start, _size: start + byte)
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


# -- records taken out, put in, exchanged ----------------------------------------------------------


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


# -- fields ----------------------------------------------------------------------------------------


def _field(
    record_type: str, number: int, old: bytes, new: bytes, *kinds: str, in_second: bool = False
) -> Callable[[Home], Expected]:
    def damage(home: Home) -> Expected:
        name = home.second if in_second else home.first
        at = home.find(name, record_type, number)
        records = home.records(name)
        match = re.search(old, records[at])
        assert match, (old, records[at][:900])
        records[at] = records[at].replace(match[0], match.expand(new), 1)
        with suppress(ValueError):  # our own reader takes no such record
            home.put(name, records)
        there = sum(len(compress(record)) for record in records[:at])
        return {(kind, name, there) for kind in kinds}

    return damage


END = rb"\r\nWARC-Block-Digest:"
FAULTS |= {
    "field_injected": _field(
        "response", 0, END, rb"\r\nSet-Cookie: a=1\g<0>", "field-unexpected"),
    "field_of_another_type": _field(
        "request", 0, END, rb"\r\nWARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>"
        rb"\g<0>", "field-unexpected"),
    "http_head_inside_the_fields": _field(
        "response", 0, END, rb"\r\nHTTP/1.1 200 OK\g<0>", "field-malformed"),
    "field_repeated": _field(
        "response", 0, END, rb"\r\nWARC-Date: 2026-03-02T07:05:01.000000Z\g<0>", "field-repeated"),
    "content_length_repeated": _field(
        "response", 0, END, rb"\r\nContent-Length: 1\g<0>", "field-repeated",
        "record-framing", "block-digest", "field-unexpected"),
    "field_folded": _field(
        "response", 0, rb"WARC-Target-URI: (\S+)", rb"WARC-Target-URI:\r\n \1",
        "field-malformed"),
    "other_spelling_of_a_name": _field(
        "response", 0, rb"WARC-Payload-Digest", rb"warc-payload-digest", "field-malformed"),
    "space_before_the_colon": _field(
        "response", 0, rb"WARC-Payload-Digest:", rb"WARC-Payload-Digest :", "field-malformed",
        "field-missing"),
    "control_character": _field(
        "response", 0, rb"WARC-Target-URI: http", b"WARC-Target-URI: h\x00ttp",
        "field-malformed"),
    "bare_line_feed": _field(
        "metadata", 0, rb"(WARC-Target-URI: \S+?)(/\S*)", rb"\1\n\2", "field-malformed"),
    "bytes_that_are_no_utf8": _field(
        "response", 0, rb"WARC-Target-URI: https", b"WARC-Target-URI: https\xff",
        "field-malformed"),
    "address_in_brackets": _field(
        "resource", 0, rb"WARC-Target-URI: (\S+)", rb"WARC-Target-URI: <\1>", "field-malformed"),
    "address_with_a_space": _field(
        "resource", 0, rb"WARC-Target-URI: (\S+)", rb"WARC-Target-URI: \1 a", "field-malformed"),
    "old_version": _field("response", 0, rb"WARC/1\.1", b"WARC/1.0", "field-malformed"),
    "unknown_version": _field("response", 0, rb"WARC/1\.1", b"WARC/2.0", "field-malformed"),
    "unknown_type": _field(
        "resource", 0, rb"WARC-Type: resource", b"WARC-Type: thing", "field-malformed"),
    "no_date": _field("resource", 0, rb"WARC-Date: [^\r]*\r\n", b"", "field-missing"),
    "no_id": _field("resource", 0, rb"WARC-Record-ID: [^\r]*\r\n", b"", "field-missing"),
    "no_type": _field("resource", 0, rb"WARC-Type: [^\r]*\r\n", b"", "field-malformed"),
    "no_address": _field("request", 0, rb"WARC-Target-URI: [^\r]*\r\n", b"", "field-missing"),
    "no_block_digest": _field(
        "request", 0, rb"WARC-Block-Digest: [^\r]*\r\n", b"", "field-missing"),
    "no_payload_digest": _field(
        "response", 0, rb"WARC-Payload-Digest: [^\r]*\r\n", b"", "field-missing"),
    "no_content_length": _field(
        "request", 0, rb"Content-Length: \d+\r\n", b"", "field-missing"),
    "no_content_type": _field("request", 0, rb"Content-Type: [^\r]*\r\n", b"", "field-missing"),
    "no_warcinfo_id": _field(
        "request", 0, rb"WARC-Warcinfo-ID: [^\r]*\r\n", b"", "field-missing", "warcinfo-id"),
    "other_content_type": _field(
        "response", 0, rb"msgtype=response", b"msgtype=request", "field-malformed"),
    "date_that_is_none": _field(
        "resource", 0, rb"WARC-Date: 2026-03-02", b"WARC-Date: 2026-02-30", "field-malformed"),
    "date_without_zone": _field(
        "resource", 0, rb"(WARC-Date: [^Z]*)Z", rb"\1", "field-malformed"),
    "id_that_is_none": _field(
        "resource", 0, rb"Record-ID: <urn:uuid:\w{8}", b"Record-ID: <urn:uuid:0",
        "field-malformed"),
    "address_of_a_host_that_is_none": _field(
        "response", 0, rb"127\.0\.0\.1", b"127.0.0.256", "field-malformed"),
    "unknown_reason_of_truncation": _field(
        "response", 3, rb"WARC-Truncated: disconnect", b"WARC-Truncated: ngat", "field-malformed"),
    "content_length_too_small": _field(
        "resource", 0, rb"Content-Length: \d+", b"Content-Length: 3", "record-framing",
        "block-digest", "payload-digest"),
    "content_length_too_large": _field(
        "resource", 0, rb"Content-Length: \d+", b"Content-Length: 999", "record-framing",
        "block-digest", "payload-digest"),
    "content_length_enormous": _field(
        "resource", 0, rb"Content-Length: \d+", b"Content-Length: 999999999999999",
        "record-framing", "block-digest", "payload-digest"),
    "content_length_that_is_none": _field(
        "resource", 0, rb"Content-Length: \d+", b"Content-Length: -5", "field-malformed"),
    "block_digest": _field(
        "response", 0, rb"(sha256:)\w{4}", rb"\g<1>0000", "block-digest"),
    "block_digest_of_another_kind": _field(
        "response", 0, rb"sha256:\w{64}", b"md5:00", "field-malformed", "block-digest"),
    "payload_digest": _field(
        "response", 0, rb"(sha1:)\w{4}", rb"\g<1>AAAA", "payload-digest"),
    "payload_digest_over_the_chunks_framing": _field(
        "response", 1, rb"sha1:\w{32}", b"sha1:" + b"A" * 32, "payload-digest"),
    "payload_digest_of_what_is_no_http": _field(
        "response", 5, END, rb"\r\nWARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
        rb"\g<0>", "field-unexpected"),
    "payload_digest_of_nothing_after_a_get": _field(
        "response", 0, rb"sha1:\w{32}", b"sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
        "payload-digest"),
    "block_altered": _field("response", 0, rb"<h1>", b"<h2>", "block-digest", "payload-digest"),
    "warcinfo_names_another_file": _field(
        "warcinfo", 0, rb"WARC-Filename: khobao", b"WARC-Filename: khobap", "warcinfo-filename"),
    "record_names_another_warcinfo": _field(
        "request", 0, rb"(WARC-Warcinfo-ID: <urn:uuid:)....", rb"\1abcd", "warcinfo-id"),
    "date_of_one_record": _field(
        "metadata", 0, rb"(WARC-Date: \S+?)\d{6}Z", rb"\g<1>999999Z", "exchange-mismatch"),
    "address_of_one_record": _field(
        "metadata", 0, rb"WARC-Target-URI: \S+", b"WARC-Target-URI: https://khac.vn/",
        "exchange-mismatch"),
    "twin_does_not_name_back": _field(
        "metadata", 0, rb"WARC-Concurrent-To: [^\r]*\r\n", b"", "twin-one-way"),
    "profile_unknown": _field(
        "revisit", 0, rb"revisit/identical-payload-digest", b"revisit/khac", "field-malformed",
        in_second=True),
    "no_profile": _field(
        "revisit", 0, rb"WARC-Profile: [^\r]*\r\n", b"", "field-missing", in_second=True),
    "no_refers_to": _field(
        "revisit", 0, rb"WARC-Refers-To: [^\r]*\r\n", b"", "field-missing", "revisit-dangles",
        in_second=True),
    "no_refers_to_date": _field(
        "revisit", 0, rb"WARC-Refers-To-Date: [^\r]*\r\n", b"", "field-missing", "revisit-target",
        in_second=True),
    "revisit_says_not_that_it_is_truncated": _field(
        "revisit", 0, rb"WARC-Truncated: [^\r]*\r\n", b"", "field-missing", in_second=True),
    "revisit_of_another_address": _field(
        "revisit", 0, rb"(Refers-To-Target-URI: \S+)", rb"\1x", "revisit-target", in_second=True),
    "revisit_of_another_date": _field(
        "revisit", 0, rb"(Refers-To-Date: \S+?)\d{6}Z", rb"\g<1>999999Z", "revisit-target",
        in_second=True),
    "revisit_of_another_payload": _field(
        "revisit", 0, rb"(sha1:)\w{4}", rb"\g<1>AAAA", "revisit-digest", in_second=True),
    "revisit_dangles": _field(
        "revisit", 0, rb"(WARC-Refers-To: <urn:uuid:)....", rb"\1abcd", "revisit-dangles",
        in_second=True),
}  # fmt: skip


# -- records of one exchange, and warcinfo ---------------------------------------------------------


def _without(record_type: str, number: int, kind: str, shown_by: int, *more: str):  # noqa: ANN202
    def damage(home: Home) -> Expected:
        at = home.find(home.first, record_type, number)
        records = home.records(home.first)
        home.put(home.first, records[:at] + records[at + 1 :])
        there = home.offsets(home.first)[at + shown_by]
        return {(each, home.first, there) for each in (kind, *more)}

    return damage


FAULTS |= {
    "request_without_response": _without(
        "response", 7, "request-without-response", 0, "twin-missing"),
    "response_without_request": _without(
        "request", 0, "response-without-request", -1, "twin-missing"),
    "response_without_its_metadata": _without("metadata", 0, "twin-missing", -2),
    "failed_request_without_metadata": _without(
        "metadata", 4, "request-without-response", -1, "twin-missing"),
    "metadata_of_a_failed_request_that_is_gone": _without(
        "request", 4, "metadata-without-response", 0, "twin-missing"),
}  # fmt: skip
del FAULTS["request_without_response"]


@fault
def request_whose_response_is_gone(home: Home) -> Expected:
    at = home.find(home.first, "response", 6)
    records = home.records(home.first)
    # Its metadata is taken as well: what is left is a request that nothing explains.
    home.put(home.first, [*records[:at], records[at + 1], *records[at + 3 :]])
    there = home.offsets(home.first)[at]
    return {
        ("request-without-response", home.first, there),
        ("twin-missing", home.first, there),
    }


@fault
def warcinfo_removed(home: Home) -> Expected:
    home.put(home.first, home.records(home.first)[1:])
    return {("warcinfo-missing", home.first, 0)}


@fault
def second_warcinfo(home: Home) -> Expected:
    records = home.records(home.first)
    again = re.sub(rb"(Record-ID: <urn:uuid:)....", rb"\1abcd", records[0], count=1)
    home.put(home.first, [*records[:4], again, *records[4:]])
    return {("warcinfo-misplaced", home.first, home.offsets(home.first)[4])}


@fault
def revisit_of_a_revisit(home: Home) -> Expected:
    first, second = (home.find(home.second, "revisit", number) for number in (0, 1))
    target = home.entries(home.second)[first]["recordId"].encode()
    records = home.records(home.second)
    records[second] = re.sub(rb"(WARC-Refers-To: )" + UUID, rb"\g<1>" + target, records[second])
    home.put(home.second, records)
    return {("revisit-chain", home.second, home.offsets(home.second)[second])}


@fault
def revisit_of_a_later_record(home: Home) -> Expected:
    revisit = home.find(home.second, "revisit", 0)
    later = home.entries(home.second)[home.find(home.second, "response", 0)]
    records = home.records(home.second)
    record = re.sub(
        rb"(WARC-Refers-To: )" + UUID, rb"\g<1>" + later["recordId"].encode(), records[revisit]
    )
    record = re.sub(rb"sha1:\w{32}", later["payloadDigest"].encode(), record)
    record = re.sub(rb"(Refers-To-Date: )\S+", rb"\g<1>" + later["date"].encode(), record)
    records[revisit] = re.sub(
        rb"(Refers-To-Target-URI: )\S+", rb"\g<1>" + later["targetUri"].encode(), record
    )
    home.put(home.second, records)
    return {("revisit-later", home.second, home.offsets(home.second)[revisit])}


@fault
def revisit_of_a_truncated_record(home: Home) -> Expected:
    at = home.find(home.first, "response", 0)
    records = home.records(home.first)
    records[at] = records[at].replace(
        b"\r\nWARC-Payload", b"\r\nWARC-Truncated: disconnect\r\nWARC-Payload", 1
    )
    home.put(home.first, records)
    at = home.find(home.second, "revisit", 0)
    return {("revisit-original", home.second, home.offsets(home.second)[at])}


@fault
def original_gone_with_its_file(home: Home) -> Expected:
    for path in (
        home.warc(home.first),
        home.layout.journal(home.first),
        home.layout.cdxj(home.first),
    ):
        path.unlink()
    only = home.names[0]
    return {("revisit-dangles", only, offset) for offset in home.offsets(only)[1:5:3]}


@fault
def revisit_with_a_body(home: Home) -> Expected:
    return _block(home, home.find(home.second, "revisit", 0), lambda block: block + b"<p>")


@fault
def metadata_that_is_no_fields(home: Home) -> Expected:
    return _block(home, home.find(home.second, "metadata", 0), lambda _: b"khong co dau hai cham")


@fault
def request_that_is_no_http(home: Home) -> Expected:
    return _block(home, home.find(home.second, "request", 0), lambda _: b"LAY / di\r\n\r\n")


@fault
def not_modified_revisit_with_another_status(home: Home) -> Expected:
    _not_modified(home, b"HTTP/1.1 200 OK\r\nETag: a\r\n\r\n")
    at = home.find(home.second, "revisit", 0)
    return {("block-malformed", home.second, home.offsets(home.second)[at])}


# -- journal and index -----------------------------------------------------------------------------


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


# -- what lies about -------------------------------------------------------------------------------


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


# -- the manifests ---------------------------------------------------------------------------------

LISTED: dict[str, Callable[[Home], Expected]] = {}


def listed(function: Callable[[Home], Expected]) -> Callable[[Home], Expected]:
    LISTED[function.__name__] = function
    return function


def _manifest(home: Home) -> Path:
    return next(home.layout.fixity.glob("*.jsonl"))


@listed
def harmless_bit_in_the_padding_of_a_member(home: Home) -> Expected:
    """A bit that no reader looks at: only the manifest knows."""
    data = home.warc(home.first).read_bytes()
    target = Target(home.warc(home.first), "closed", home.layout.journal(home.first))
    for byte in range(len(data)):
        altered = bytearray(data)
        altered[byte] ^= 0x80
        home.warc(home.first).write_bytes(altered)
        if not verify_file(target).findings:
            return {("file-altered", home.first, None)}
    raise AssertionError("every bit is looked at: take this case out")


@listed
def journal_written_anew(home: Home) -> Expected:
    path = home.layout.journal(home.first)
    path.write_bytes(path.read_bytes().replace(b",", b", ", 1))
    return {("journal-altered", path.name, None)}


@listed
def file_not_listed(home: Home) -> Expected:
    stranger = home.second.replace("host", "khach")
    home.edit(home.second, 0, home.second.encode(), stranger.encode())
    home.warc(home.second).rename(home.warc(stranger))
    home.layout.journal(home.names[0]).exists()
    second = stranger.replace("khach", "host")
    home.layout.journal(second).rename(home.layout.journal(stranger))
    home.layout.cdxj(second).unlink()
    write_cdxj(home.layout.journal(stranger), stranger, home.layout.cdxj(stranger))
    return {("not-in-manifest", stranger, None), ("warc-missing", second, None)}


@listed
def no_manifest_at_all(home: Home) -> Expected:
    shutil.rmtree(home.layout.fixity)
    return {("not-in-manifest", "fixity", None)}


@listed
def manifest_line_altered(home: Home) -> Expected:
    path = _manifest(home)
    path.write_bytes(path.read_bytes().replace(b'"size":1', b'"size":2', 1))
    return {("manifest-chain", path.name, None), ("file-altered", home.first, None)}


@listed
def manifest_line_removed(home: Home) -> Expected:
    path = _manifest(home)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    return {("manifest-chain", path.name, None), ("not-in-manifest", home.first, None)}


# -- the test --------------------------------------------------------------------------------------


def _flip(home: Home, name: str, record: int, place: Callable[[int, int], int]) -> tuple[int, int]:
    entry = home.entries(name)[record]
    data = bytearray(home.warc(name).read_bytes())
    data[place(entry["offset"], entry["length"])] ^= 0x04
    home.warc(name).write_bytes(data)
    return entry["offset"], entry["length"]


def _block(home: Home, at: int, change: Callable[[bytes], bytes]) -> Expected:
    """Another block, with its right length and digest."""
    records = home.records(home.second)
    head, _, rest = records[at].partition(b"\r\n\r\n")
    block = change(rest[:-4])
    head = re.sub(rb"sha256:\w+", b"sha256:" + hashlib.sha256(block).hexdigest().encode(), head)
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(block), head)
    records[at] = head + b"\r\n\r\n" + block + b"\r\n\r\n"
    home.put(home.second, records)
    return {("block-malformed", home.second, home.offsets(home.second)[at])}


def _not_modified(home: Home, head: bytes) -> None:
    at = home.find(home.second, "revisit", 0)
    records = home.records(home.second)
    record = records[at].replace(b"identical-payload-digest", b"server-not-modified")
    records[at] = record.replace(b"WARC-Truncated: length\r\n", b"")
    home.put(home.second, records)
    _block(home, at, lambda _: head)


#: What another part says of the same fault, where it was not adjusted to it.
ECHOES = {
    "cdxj-line", "cdxj-value", "cdxj-incomplete", "journal-value", "journal-incomplete",
    "record-missing", "record-moved", "revisit-dangles", "revisit-digest", "revisit-target",
    "revisit-original", "not-in-manifest", "exchange-mismatch", "twin-missing", "twin-one-way",
}  # fmt: skip


@pytest.mark.parametrize("number", range(20))
def test_a_flipped_bit_is_one_finding_and_no_shower(bench: Home, number: int) -> None:
    """And the line of the index, for which there is no record any more."""
    _flip(bench, bench.first, number, lambda start, size: start + size - 7)
    bench.relist()
    kinds = [finding.kind for finding in bench.check()]
    assert 1 == kinds.count("member-damaged")
    assert set(kinds) <= {"member-damaged", "cdxj-line", "revisit-dangles"}


@pytest.mark.parametrize("name", LISTED)
def test_every_fault_that_only_the_manifests_know_is_found(bench: Home, name: str) -> None:
    expected = LISTED[name](bench)
    assert expected == {(f.kind, Path(f.path).name, f.offset) for f in bench.check()}


def test_nothing_is_found_where_nothing_is_wrong(bench: Home) -> None:
    assert [] == bench.check()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_found_as_what_it_is_where_it_is(bench: Home, name: str) -> None:
    expected = FAULTS[name](bench)
    bench.relist()  # without the manifests' help; what they find is tested below
    findings = bench.check()
    found = {(f.kind, Path(f.path).name, f.offset) for f in findings}
    for kind, file, offset in expected:
        assert any((k, f) == (kind, file) and offset in (o, ANY) for k, f, o in found), (
            kind,
            file,
            offset,
            sorted(found, key=str),
        )
    unexpected = {kind for kind, _, _ in found} - {kind for kind, _, _ in expected} - ECHOES
    assert not unexpected, [f.line() for f in findings if f.kind in unexpected]
    assert all(f.kind in KINDS and f.expected and f.found and f.advice for f in findings)
    assert all("\n" not in f.line() and f.line().isprintable() for f in findings)


def test_a_revisit_that_the_server_called_not_modified_is_clean(bench: Home) -> None:
    tagged = http(b"co nhan", b'ETag: "a1"')
    url = "https://baodaklak.vn/nhan/"
    with bench.open() as archive:
        archive.append_batch([bench.event(tagged, url)])
    with bench.open() as archive:
        archive.append_batch(
            [
                bench.event(
                    b'HTTP/1.1 304 Not Modified\r\nETag: "a1"\r\n\r\n',
                    url,
                    request=b'GET /nhan/ HTTP/1.1\r\nIf-None-Match: "a1"\r\n\r\n',
                    not_modified_of=archive.newest_version(url),
                )
            ]
        )
    assert "server-not-modified" in bench.records(bench.names[-1])[1].decode()
    assert [] == bench.check()


def test_a_journal_may_lack_the_validators_of_a_response_but_not_say_others(bench: Home) -> None:
    tagged = http(b"co nhan", b'ETag: "a1"', b"Last-Modified: Mon, 02 Mar 2026 00:00:00 GMT")
    bench.write([bench.event(tagged, "https://baodaklak.vn/nhan/")])
    assert [] == bench.check()
    path = bench.layout.journal(bench.names[-1])
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert '"a1"' == lines[1]["etag"]
    for etag, expected in (('"a2"', ["journal-value"]), (None, [])):
        lines[1]["etag"] = etag
        if etag is None:
            del lines[1]["etag"], lines[1]["lastModified"]
        path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        bench.relist()
        assert expected == [finding.kind for finding in bench.check()]


def test_every_kind_is_produced_by_a_case_and_explained(pristine: Home, tmp_path: Path) -> None:
    """What no case here produces is produced by the tests named below."""
    produced = set()
    for number, case in enumerate([*FAULTS.values(), *LISTED.values()]):
        home = Home(tmp_path / str(number), pristine)
        produced |= {kind for kind, _, _ in case(home)}
        shutil.rmtree(home.path)
    elsewhere = {
        "document-record-gone", "document-record-elsewhere", "capture-value", "capture-missing",
        "article-without-document", "run-unknown", "run-unfinished",  # end_to_end/test_verify.py
        "not-khobao", "tool-disagreement", "not-checked",  # test_foreign.py
    }  # fmt: skip
    assert KINDS.keys() == produced | elsewhere
    assert not produced & elsewhere
    text = (ROOT / "docs" / "archive.md").read_text("utf-8")
    assert not [kind for kind in KINDS if f"`{kind}`" not in text]
