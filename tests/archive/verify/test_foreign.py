"""Files of other programs: what the standard forbids is found, what only we forbid is not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.verify_home import PAGE, Home, chunked
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.verify import Catalog, Finding, check_together, plan_files, verify_targets


def check(*paths: Path) -> list[Finding]:
    plan = plan_files(paths)
    findings = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1):
            findings += report.findings
        return [*findings, *check_together(plan, catalog)]


def kinds(*paths: Path) -> list[str]:
    return sorted(finding.kind for finding in check(*paths))


def write_with_warcio(path: Path, *, compressed: bool) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
        for number in range(3):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            block = io.BytesIO(PAGE + b"%d" % number)
            record = writer.create_warc_record(
                f"https://vidu.vn/{number}", "response", payload=block,
                length=len(block.getvalue()), http_headers=head,
            )  # fmt: skip
            writer.write_record(record)
    return path


@pytest.mark.parametrize("compressed", [True, False])
def test_what_warcio_writes_is_clean_and_is_said_to_be_another_programs(
    tmp_path: Path, *, compressed: bool
) -> None:
    path = write_with_warcio(tmp_path / "khách.warc", compressed=compressed)
    assert ["not-khobao"] == kinds(path)


def test_many_records_in_one_member_are_legal_in_another_programs_file(tmp_path: Path) -> None:
    plain = write_with_warcio(tmp_path / "a.warc", compressed=False)
    path = tmp_path / "b.warc.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    assert ["not-khobao"] == kinds(path)


def test_every_cut_of_a_file_of_one_member_is_found(tmp_path: Path) -> None:
    """warcio cannot read such a file, fastwarc tells of less than half of the cuts (adr/0019)."""
    plain = write_with_warcio(tmp_path / "a.warc", compressed=False)
    data = gzip.compress(plain.read_bytes())
    path = tmp_path / "b.warc.gz"
    for size in range(len(data) - 1, 100, -(len(data) // 40)):
        path.write_bytes(data[:size])
        assert "file-cut" in kinds(path), size


@pytest.mark.parametrize("compressed", [True, False])
def test_every_cut_of_another_programs_file_inside_a_record_is_found(
    tmp_path: Path, *, compressed: bool
) -> None:
    path = write_with_warcio(tmp_path / "khách.warc", compressed=compressed)
    data = path.read_bytes()
    for size in range(len(data) - 5, 700, -(len(data) // 60)):
        path.write_bytes(data[:size])
        found = set(kinds(path)) - {"not-khobao"}
        is_between = compressed and data[size:].startswith(b"\x1f\x8b")
        assert is_between or found & {"file-cut", "record-framing"}, size


def test_altered_bytes_of_another_programs_file_are_found(tmp_path: Path) -> None:
    path = write_with_warcio(tmp_path / "khách.warc", compressed=False)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"<h1>", b"<h2>", 1))
    assert ["block-digest", "not-khobao", "payload-digest"] == kinds(path)
    path.write_bytes(data.replace(b"WARC-Date: 2", b"WARC-Date: x2", 1))
    assert ["field-malformed", "not-khobao"] == kinds(path)
    path.write_bytes(data.replace(b"WARC-Target-URI", b"X-Target-URI", 1))
    assert ["field-missing", "not-khobao"] == kinds(path)


def test_a_fault_is_reported_at_the_member_of_its_record(tmp_path: Path) -> None:
    path = write_with_warcio(tmp_path / "a.warc", compressed=False)
    parts = re.split(rb"(?=WARC/1\.0\r\n)", path.read_bytes())[1:]
    members = [gzip.compress(part) for part in parts]
    members[2] = gzip.compress(parts[2].replace(b"<h1>", b"<h2>", 1))
    path.write_bytes(b"".join(members))
    (offset,) = {finding.offset for finding in check(path) if finding.offset is not None}
    assert len(members[0]) + len(members[1]) == offset
    path.write_bytes(b"".join(members[:2]) + b"rubbish" + b"".join(members[2:]))
    (damage,) = (finding for finding in check(path) if finding.kind == "member-damaged")
    assert len(members[0]) + len(members[1]) == damage.offset


def test_zero_bytes_behind_members_are_a_note_as_gzip_has_it(tmp_path: Path) -> None:
    path = write_with_warcio(tmp_path / "khách.warc.gz", compressed=True)
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(512))
    assert ["not-khobao", "padding"] == kinds(path)
    path.write_bytes(whole + bytes(512) + whole + bytes(1024))
    (found,) = (finding for finding in check(path) if finding.kind == "padding")
    assert "1536 zero bytes" in found.found
    path.write_bytes(whole + bytes(512) + b"rubbish")
    assert "member-damaged" in kinds(path)


def test_digests_over_the_framing_are_told_as_the_disagreement_they_are(tmp_path: Path) -> None:
    """warcio hashes the chunks' framing (warcio#74): right by its own lights, wrong by WARC's."""
    path = tmp_path / "khách.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        block = chunked(PAGE)
        record = writer.create_warc_record(
            "https://vidu.vn/", "response", payload=io.BytesIO(block), length=len(block)
        )
        writer.write_record(record)
    assert ["not-khobao", "tool-disagreement"] == kinds(path)


def test_one_of_our_files_alone_anywhere_is_known_as_ours(bench: Home, tmp_path: Path) -> None:
    alone = tmp_path / "riêng" / bench.first
    alone.parent.mkdir()
    alone.write_bytes(bench.warc(bench.first).read_bytes())
    assert ["not-checked"] == kinds(alone)
    alone.write_bytes(alone.read_bytes()[:-3])
    assert ["file-cut", "not-checked"] == kinds(alone)


def test_a_revisit_whose_original_may_be_anywhere_is_a_note(bench: Home, tmp_path: Path) -> None:
    alone = tmp_path / "riêng" / bench.second
    alone.parent.mkdir()
    alone.write_bytes(bench.warc(bench.second).read_bytes())
    found = check(alone)
    assert {"not-checked"} == {finding.kind for finding in found}
    assert 2 + 1 == len(found)
    first = alone.with_name(bench.first)
    first.write_bytes(bench.warc(bench.first).read_bytes())
    assert ["not-checked", "not-checked"] == kinds(alone, first)


def test_named_alone_a_file_of_a_home_finds_its_originals_in_the_journals(bench: Home) -> None:
    assert [] == kinds(bench.warc(bench.second))
    bench.layout.dedupe.unlink()
    assert [] == kinds(bench.warc(bench.second))
    bench.layout.journal(bench.first).unlink()
    assert ["revisit-dangles", "revisit-dangles"] == kinds(bench.warc(bench.second))


WARCINFO = (
    b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    b"WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Length: 19\r\n\r\nsoftware: other/1\r\n\r\n\r\n"
)


def record(*lines: bytes, block: bytes, kind: bytes = b"response", length: bytes = b"") -> bytes:
    size = length or b"Content-Length: %d" % len(block)
    head = [
        b"WARC/1.1", b"WARC-Type: " + kind, b"WARC-Record-ID: <urn:uuid:2>",
        b"WARC-Date: 2026-01-02T03:04:05Z", b"WARC-Target-URI: http://e.vn/", *lines, size,
    ]  # fmt: skip
    return b"\r\n".join([*head, b"", block, b"", b""])


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "base32": base64.b32encode,
    "hex": lambda found: found.hex().encode(),
    "HEX": lambda found: found.hex().upper().encode(),
    "base64": base64.b64encode,
}


def digest(data: bytes, name: str = "sha1", *, spelled: str = "base32") -> bytes:
    return name.encode() + b":" + SPELLINGS[spelled](hashlib.new(name, data).digest())


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
WRONG = b"sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BAD = record(b"WARC-Block-Digest: " + WRONG, block=HTTP + b"x")
LARGE = bytes(range(256)) * (9 << 12)

# name → (records behind the warcinfo, kinds of findings)
FAULTS: dict[str, tuple[bytes, list[str]]] = {
    "a length in words": (record(block=b"x", length=b"Content-Length: abc") + BAD,
                          ["block-digest", "record-framing"]),
    "a negative length": (record(block=b"x", length=b"Content-Length: -1") + BAD,
                          ["block-digest", "record-framing"]),
    "no length": (record(block=b"x", length=b"X-Length: 1") + BAD,
                  ["block-digest", "field-missing", "record-framing"]),
    "no length at the end": (record(block=b"x", length=b"Content-Length: "), ["record-framing"]),
    "a folded length": (record(block=b"x", length=b"Content-Length:\r\n 1") + BAD,
                        ["block-digest"]),
    "two dates": (record(b"WARC-Date: 2020-01-01T00:00:00Z", block=HTTP), ["field-repeated"]),
    "two lengths": (record(b"Content-Length: 1", block=b"x"), ["field-repeated"]),
    "a wrong payload above 8 MiB": (
        record(b"WARC-Payload-Digest: " + WRONG, block=HTTP + LARGE), ["payload-digest"]),
    "a wrong payload of a resource": (
        record(b"WARC-Payload-Digest: " + WRONG, block=b"x", kind=b"resource"),
        ["payload-digest"]),
    "a wrong payload of a conversion": (
        record(b"WARC-Payload-Digest: " + WRONG, block=b"x", kind=b"conversion"),
        ["payload-digest"]),
    "a wrong payload of a request": (
        record(b"WARC-Payload-Digest: " + WRONG, block=b"GET / HTTP/1.1\r\n\r\n", kind=b"request"),
        ["payload-digest"]),
}  # fmt: skip

FINE: dict[str, tuple[bytes, list[str]]] = {
    "two of what may stand twice": (
        record(b"WARC-Concurrent-To: <urn:uuid:1>", b"WARC-Concurrent-To: <urn:uuid:3>",
               b"WARC-Protocol: http/1.1", b"WARC-Protocol: tls/1.3", block=HTTP), []),
    "own fields twice": (record(b"X-Ours: 1", b"X-Ours: 2", block=HTTP), []),
    "an unknown algorithm": (
        record(b"WARC-Block-Digest: shake_128:AAAA", block=HTTP), ["not-checked"]),
    "no such algorithm": (record(b"WARC-Block-Digest: crc99:AAAA", block=HTTP), ["not-checked"]),
    **{f"{name} in {spelled}": (
        record(b"WARC-Block-Digest: " + digest(HTTP + b"x", name, spelled=spelled),
               b"WARC-Payload-Digest: " + digest(b"x", name, spelled=spelled), block=HTTP + b"x"),
        []) for name in ("sha1", "sha256", "md5") for spelled in SPELLINGS},
    "a large payload": (
        record(b"WARC-Payload-Digest: " + digest(LARGE), block=HTTP + LARGE), []),
    "a resource": (
        record(b"WARC-Payload-Digest: " + digest(b"x"), block=b"x", kind=b"resource"), []),
    "a request hashed whole": (
        record(b"WARC-Payload-Digest: " + digest(b"GET / HTTP/1.1\r\n\r\n"),
               block=b"GET / HTTP/1.1\r\n\r\n", kind=b"request"), []),
    "a response to DNS": (
        record(b"WARC-Payload-Digest: " + WRONG, block=b"20260102\n", kind=b"response"),
        ["not-checked"]),
    "a revisit": (
        record(b"WARC-Payload-Digest: " + WRONG, block=HTTP, kind=b"revisit"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FAULTS, *FINE])
@pytest.mark.parametrize("compressed", [True, False])
def test_the_standard_is_followed_in_both_directions(
    tmp_path: Path, name: str, *, compressed: bool
) -> None:
    data, wanted = (FAULTS | FINE)[name]
    path = tmp_path / "khách.warc"
    parts = [WARCINFO, data]
    path.write_bytes(b"".join(map(gzip.compress, parts) if compressed else parts))
    assert sorted([*wanted, "not-khobao"]) == kinds(path)


def test_an_empty_member_is_valid_gzip(tmp_path: Path) -> None:
    path = tmp_path / "khách.warc.gz"
    members = [gzip.compress(part) for part in (b"", WARCINFO, b"", record(block=HTTP), b"")]
    path.write_bytes(b"".join(members))
    assert ["not-khobao"] == kinds(path)


ARC = (
    b"filedesc://a.arc 0.0.0.0 20260102030405 text/plain 76\n"
    b"1 0 Other\nURL IP-address Archive-date Content-type Archive-length\n" + b" " * 5 + b"\n\n"
    b"http://e.vn/a b 1.2.3.4 20260102030405 text/html 50\n" + HTTP + b"xxxx\n"
)  # fmt: skip


@pytest.mark.parametrize("compressed", [True, False])
def test_an_arc_file_is_named_and_its_framing_checked(tmp_path: Path, *, compressed: bool) -> None:
    path = tmp_path / "cu.arc"
    pack = gzip.compress if compressed else bytes
    path.write_bytes(pack(ARC))
    assert ["not-checked"] == kinds(path)
    path.write_bytes(pack(ARC[:-10]))
    assert ["file-cut", "not-checked"] == kinds(path)
    path.write_bytes(pack(ARC + b"rubbish\n"))
    assert ["not-checked", "record-framing"] == kinds(path)
    if compressed:
        path.write_bytes(pack(ARC)[:-12])
        assert ["file-cut", "not-checked"] == kinds(path)
