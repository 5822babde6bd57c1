"""Faults in the fields of single records."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from support.verify_faults.base import FAULTS, Expected
from support.verify_home import Home, compress


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
