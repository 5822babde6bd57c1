"""Faults among the records of an exchange, in warcinfo and in revisits."""

from __future__ import annotations

import re

from support.verify_faults.base import FAULTS, UUID, Expected, block, fault, not_modified
from support.verify_home import Home


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
    return block(home, home.find(home.second, "revisit", 0), lambda block: block + b"<p>")


@fault
def metadata_that_is_no_fields(home: Home) -> Expected:
    return block(home, home.find(home.second, "metadata", 0), lambda _: b"khong co dau hai cham")


@fault
def request_that_is_no_http(home: Home) -> Expected:
    return block(home, home.find(home.second, "request", 0), lambda _: b"LAY / di\r\n\r\n")


@fault
def not_modified_revisit_with_another_status(home: Home) -> Expected:
    not_modified(home, b"HTTP/1.1 200 OK\r\nETag: a\r\n\r\n")
    at = home.find(home.second, "revisit", 0)
    return {("block-malformed", home.second, home.offsets(home.second)[at])}
