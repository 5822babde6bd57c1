"""WARC files as other programs write them: by warcio, and by hand after what they write."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

BODY = b"<html><title>\xc4\x90\xe1\xba\xafk L\xe1\xba\xafk</title>" + b"<p>m\xc6\xb0a</p>" * 300
LARGE = bytes(range(256)) * (9 << 12)
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def sha1(data: bytes) -> bytes:
    return b"sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest())


def sha256(data: bytes) -> bytes:
    return b"sha256:" + hashlib.sha256(data).hexdigest().encode()


class ByHand:
    """Records with the fields that are given, and no others but the four that each must have."""

    def __init__(self, program: str, version: bytes = b"WARC/1.0") -> None:
        self._program, self._version = program, version
        self._numbers = itertools.count(1)
        self.records: list[bytes] = []

    def add(self, kind: bytes, block: bytes, *fields: bytes, uri: bytes = b"") -> bytes:
        """Returns the record's id."""
        number = uuid.uuid5(uuid.NAMESPACE_URL, f"{self._program}/{next(self._numbers)}")
        record_id = f"<urn:uuid:{number}>".encode()
        target = [b"WARC-Target-URI: " + uri] if uri else []
        head = [
            self._version,
            b"WARC-Type: " + kind,
            *target,
            b"WARC-Date: 2021-05-06T07:08:%02dZ" % (len(self.records) % 60),
            b"WARC-Record-ID: " + record_id,
            *fields,
            b"Content-Length: %d" % len(block),
        ]
        self.records.append(b"\r\n".join([*head, b"", block, b"", b""]))
        return record_id

    def date(self, number: int) -> bytes:
        return b"2021-05-06T07:08:%02dZ" % (number % 60)


def member(record: bytes, header: bytes = b"") -> bytes:
    """A gzip member; *header* in place of the ten bytes that Python writes."""
    whole = gzip.compress(record, mtime=0)
    return header + whole[10:] if header else whole


def heritrix(path: Path) -> None:
    """Version 3: DNS first, response, request and metadata, a field in each gzip header."""
    file = ByHand("heritrix")
    file.add(b"warcinfo", b"software: Heritrix/3.4.0\r\nformat: WARC File Format 1.0\r\n",
             b"Content-Type: application/warc-fields")  # fmt: skip
    dns = b"20210506070801\nvidu.vn.\t3600\tIN\tA\t127.0.0.1\n"
    file.add(b"response", dns, b"WARC-IP-Address: 127.0.0.1", b"WARC-Block-Digest: " + sha1(dns),
             b"Content-Type: text/dns", uri=b"dns:vidu.vn")  # fmt: skip
    for number, body in enumerate((BODY, BODY * 2)):
        uri = b"http://vidu.vn/heritrix/%d" % number
        response = file.add(
            b"response", HTTP + body, b"WARC-Payload-Digest: " + sha1(body),
            b"WARC-IP-Address: 127.0.0.1", b"Content-Type: application/http; msgtype=response",
            uri=uri,
        )  # fmt: skip
        file.add(b"request", b"GET /heritrix HTTP/1.0\r\nHost: vidu.vn\r\n\r\n",
                 b"WARC-Concurrent-To: " + response, uri=uri)  # fmt: skip
        file.add(b"metadata", b"via: http://vidu.vn/\r\n", b"WARC-Concurrent-To: " + response,
                 b"Content-Type: application/warc-fields", uri=uri)  # fmt: skip
    extra = b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x02\x03\x08\x00sl\x04\x00\x01\x02\x03\x04"
    path.write_bytes(b"".join(member(record, extra) for record in file.records))


def browsertrix(path: Path) -> None:
    """WARC/1.1, SHA-256, text and page information as resources, revisits by address and date."""
    file = ByHand("browsertrix", b"WARC/1.1")
    file.add(b"warcinfo", b"software: Browsertrix-Crawler 1.2.0\r\n",
             b"Content-Type: application/warc-fields")  # fmt: skip
    digest = b"WARC-Payload-Digest: " + sha256(BODY)
    uri = b"https://vidu.vn/browsertrix/"
    file.add(b"response", HTTP + BODY, digest, b"WARC-Block-Digest: " + sha256(HTTP + BODY),
             b"WARC-Page-ID: 1", uri=uri)  # fmt: skip
    file.add(b"request", b"GET /browsertrix/ HTTP/1.1\r\nHost: vidu.vn\r\n\r\n", uri=uri)
    text = "Đắk Lắk".encode()
    for kind in (b"urn:text:", b"urn:pageinfo:"):
        file.add(b"resource", text, b"WARC-Payload-Digest: " + sha256(text),
                 b"Content-Type: text/plain; charset=utf-8", uri=kind + uri)  # fmt: skip
    file.add(b"revisit", HTTP, digest, b"WARC-Refers-To-Target-URI: " + uri,
             b"WARC-Refers-To-Date: " + file.date(1),
             b"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
             uri=uri + b"lai")  # fmt: skip
    path.write_bytes(b"".join(map(member, file.records)))


def wget(path: Path) -> None:
    """Angle brackets, the request first, a revisit with the digest of nothing, a log at the end."""
    file = ByHand("wget")
    file.add(b"warcinfo", b"software: Wget/1.21.3 (linux-gnu)\r\n",
             b"Content-Type: application/warc-fields")  # fmt: skip
    uri = b"<http://vidu.vn/wget/>"
    file.add(b"request", b"GET /wget/ HTTP/1.1\r\nHost: vidu.vn\r\n\r\n", uri=uri)
    first = file.add(b"response", HTTP + BODY, b"WARC-Block-Digest: " + sha1(HTTP + BODY),
                     b"WARC-Payload-Digest: " + sha1(BODY), uri=uri)  # fmt: skip
    file.add(b"revisit", HTTP, b"WARC-Refers-To: " + first, b"WARC-Block-Digest: " + sha1(b""),
             b"WARC-Payload-Digest: " + sha1(BODY), b"WARC-Truncated: length",
             b"WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
             uri=uri)  # fmt: skip
    file.add(b"resource", b"--2021-05-06--\n", b"Content-Type: text/plain",
             uri=b"<metadata://gnu.org/software/wget/warc/wget.log>")  # fmt: skip
    path.write_bytes(b"".join(map(member, file.records)))


def old(path: Path) -> None:
    """WARC/0.18 without digests: a folded field, records of all types, a warcinfo
    in the middle, chunks.
    """
    file = ByHand("old", b"WARC/0.18")
    file.add(b"warcinfo", b"software: cu/0.1\r\n", b"content-type: application/warc-fields")
    chunks = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nDak L\r\n2\r\nak\r\n0\r\n\r\n"
    )
    file.add(b"response", chunks, b"X-Note: one\r\n and two", uri=b"http://vidu.vn/cu/1")
    file.add(b"response", HTTP + BODY, uri=b"http://vidu.vn/cu/2")
    file.add(b"warcinfo", b"software: cu/0.2\r\n", b"Content-Type: application/warc-fields")
    file.add(b"metadata", b'{"a": 1}', b"Content-Type: application/json", uri=b"urn:cu:json")
    file.add(b"conversion", BODY, b"Content-Type: text/html", uri=b"http://vidu.vn/cu/chuyen")
    file.add(b"continuation", b"x", b"WARC-Segment-Number: 2", uri=b"http://vidu.vn/cu/tiep")
    file.add(b"vn-own-type", b"y")
    path.write_bytes(b"".join(map(member, file.records)))


def with_warcio(path: Path, *more: bytes) -> None:
    """Compressed or not, as the name has it, and so have the addresses.

    :param more: further bodies.
    """
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz", warc_version="WARC/1.1")
        for record in _warcio_records(writer, f"https://vidu.vn/{path.name.split('.')[0]}", more):
            writer.write_record(record)


def _warcio_records(writer: Any, site: str, more: Iterable[bytes]) -> Iterator[Any]:
    yield writer.create_warcinfo_record("x", {"software": "warcio"})
    fields = {"WARC-Date": "2021-05-06T07:08:09Z"}
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
    for number, body in enumerate((BODY, BODY * 3, *more)):
        uri = f"{site}/{number}"
        yield writer.create_warc_record(
            uri, "response", io.BytesIO(body), len(body),
            http_headers=head, warc_headers_dict=fields,
        )  # fmt: skip
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "vidu.vn")], is_http_request=True)
        yield writer.create_warc_record(
            uri, "request", http_headers=request, warc_headers_dict=fields
        )
    yield writer.create_revisit_record(
        f"{site}/lai", sha1(BODY).decode(), f"{site}/0",
        "2021-05-06T07:08:09Z", http_headers=head,
    )  # fmt: skip


PROGRAMS: dict[str, Callable[[Path], None]] = {
    "BEB-20210506070801234-00000-4711~may.vidu.vn~8443.warc.gz": heritrix,
    "rec-4f2a-20210506070801234-0.warc.gz": browsertrix,
    "wget+log@2021.warc.gz": wget,
    "cu=1,2.warc.gz": old,
    "warcio.warc.gz": with_warcio,
    "plain.warc": with_warcio,
}
"""A file's name, and what writes it."""


def write(directory: Path, name: str) -> Path:
    path = directory / name
    PROGRAMS[name](path)
    return path
