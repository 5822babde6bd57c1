"""Files of other programs: what the standard forbids is found, what only we forbid is not."""

from __future__ import annotations

import gzip
import io
import re
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
    bench.layout.journal(bench.first).unlink()
    assert ["revisit-dangles", "revisit-dangles"] == kinds(bench.warc(bench.second))
