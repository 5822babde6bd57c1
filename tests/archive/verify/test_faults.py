"""The fault table: every fault × found, as which kind, at which byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.verify_faults import ANY, FAULTS, LISTED, flip
from support.verify_home import Home, http

from archive.verify import KINDS

ROOT = Path(__file__).parents[3]

#: What another part says of the same fault, where it was not adjusted to it.
ECHOES = {
    "cdxj-line", "cdxj-value", "cdxj-incomplete", "journal-value", "journal-incomplete",
    "record-missing", "record-moved", "revisit-dangles", "revisit-digest", "revisit-target",
    "revisit-original", "not-in-manifest", "exchange-mismatch", "twin-missing", "twin-one-way",
    "dedupe-index",
}  # fmt: skip


@pytest.mark.parametrize("number", range(20))
def test_a_flipped_bit_is_one_finding_and_no_shower(bench: Home, number: int) -> None:
    """And the line of the index, for which there is no record any more."""
    flip(bench, bench.first, number, lambda start, size: start + size - 7)
    bench.relist()
    kinds = [finding.kind for finding in bench.check()]
    assert 1 == kinds.count("member-damaged")
    assert set(kinds) <= {"member-damaged", "cdxj-line", "revisit-dangles", "dedupe-index"}


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


@pytest.mark.slow
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
        "document-differs",  # end_to_end/test_odd_answers.py
        "not-khobao", "tool-disagreement", "not-checked", "padding",  # test_foreign.py
        "package-damaged", "package-structure", "package-unsafe", "package-description",
        "package-missing", "package-unlisted", "package-altered", "package-page",  # package/
        "imported-damaged", "import-overlaps",  # ../importing/test_import.py
    }  # fmt: skip
    assert KINDS.keys() == produced | elsewhere
    assert not produced & elsewhere
    text = (ROOT / "docs" / "archive.md").read_text("utf-8")
    assert not [kind for kind in KINDS if f"`{kind}`" not in text]
