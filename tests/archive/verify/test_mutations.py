"""Journals, indexes and fields, altered at random: whatever changes their meaning is found."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.verify_home import Home, check

from archive.verify.fields import _as_written, _read_slowly, read_fields

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 1 << 40), st.text(max_size=20),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip
FEW = settings(max_examples=150)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("kho"))


@pytest.fixture(scope="module")
def heads(whole: Home) -> list[bytes]:
    return [
        record.partition(b"\r\n\r\n")[0] for name in whole.names for record in whole.records(name)
    ]


def kinds(home: Home, path: Path, data: bytes) -> set[str]:
    """What is found with other bytes in *path*; the manifests see nothing of it."""
    before = path.read_bytes()
    manifests = home.path / "fixity"
    kept = manifests.with_name("fixity.kept")
    shutil.copytree(manifests, kept)
    try:
        path.write_bytes(data)
        home.relist()
        return {finding.kind for finding in check(home.path)}
    finally:
        path.write_bytes(before)
        shutil.rmtree(manifests)
        kept.rename(manifests)


@pytest.mark.slow
@given(data=st.data())
@FEW
def test_a_changed_value_in_a_journal_is_found(whole: Home, data: st.DataObject) -> None:
    path = whole.layout.journal(data.draw(st.sampled_from(whole.names)))
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    line = data.draw(st.sampled_from(lines))
    name = data.draw(st.sampled_from([*line, "refersTo", "status", "recovered", "khac"]))
    before = line.get(name)
    if data.draw(st.booleans()):
        line.pop(name, None)
    else:
        line[name] = data.draw(VALUES)
    after = line.get(name)
    # Absent and null say the same, and so does a record's having been recovered.
    assume((before, type(before)) != (after, type(after)))
    assume((name, after) != ("recovered", True))
    altered = b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in lines)
    assert kinds(whole, path, altered)


@given(data=st.data())
@FEW
def test_lines_of_a_journal_that_are_lost_doubled_or_moved_are_found(
    whole: Home, data: st.DataObject
) -> None:
    path = whole.layout.journal(data.draw(st.sampled_from(whole.names)))
    lines = path.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["lose", "double", "move", "bytes"])):
        case "lose":
            altered = [*lines[:at], *lines[at + 1 :]]
        case "double":
            altered = [*lines[:to], lines[at], *lines[to:]]
        case "move":
            assume(at != to)
            rest = [*lines[:at], *lines[at + 1 :]]
            altered = [*rest[:to], lines[at], *rest[to:]]
        case _:
            position = data.draw(st.integers(0, len(lines[at]) - 1))
            byte = data.draw(st.integers(0, 255).filter(lambda b: b != lines[at][position]))
            altered = [*lines]
            altered[at] = lines[at][:position] + bytes([byte]) + lines[at][position + 1 :]
            assume(not _says_the_same(lines[at], altered[at]))
    assert kinds(whole, path, b"".join(altered))


def _says_the_same(line: bytes, other: bytes) -> bool:
    try:
        return json.loads(line, object_pairs_hook=list) == json.loads(  # type: ignore[no-any-return]
            other, object_pairs_hook=list
        )
    except ValueError:
        return False


@given(data=st.data())
@FEW
def test_an_altered_index_is_found(whole: Home, data: st.DataObject) -> None:
    path = whole.layout.cdxj(data.draw(st.sampled_from(whole.names)))
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    match data.draw(st.sampled_from(["byte", "cut", "insert", "line"])):
        case "byte":
            byte = data.draw(st.integers(0, 255).filter(lambda b: b != before[at]))
            altered = before[:at] + bytes([byte]) + before[at + 1 :]
        case "cut":
            altered = before[:at]
        case "insert":
            altered = before[:at] + data.draw(st.binary(min_size=1, max_size=9)) + before[at:]
        case _:
            lines = before.splitlines(keepends=True)
            altered = b"".join(data.draw(st.permutations(lines)))
            assume(altered != before)
    assert kinds(whole, path, altered)


@given(data=st.data())
@settings(FEW, max_examples=1500)
def test_what_is_taken_as_written_by_us_is_what_the_slow_way_finds_nothing_wrong_with(
    heads: list[bytes], data: st.DataObject
) -> None:
    head = data.draw(st.sampled_from(heads))
    at = data.draw(st.integers(0, len(head)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(
        st.one_of(
            st.binary(max_size=3),
            st.sampled_from(
                [b"\r\n", b" ", b": ", "\u00a0".encode(), "\u2028".encode(), b"0", b"<"]
            ),
            st.sampled_from(head.split(b"\r\n")).map(lambda line: b"\r\n" + line),
        )
    )
    altered = head[:at] + put + head[at + cut :]
    quick, slow = _as_written(altered), _read_slowly(altered)
    if quick is not None:
        assert [] == slow.faults
        names = slow.values.keys() - {"WARC-Protocol"}
        assert {name: slow.values[name] for name in names} == quick.values
        assert slow.concurrent_to == quick.concurrent_to


def test_every_head_of_ours_is_taken_the_quick_way(heads: list[bytes]) -> None:
    for head in heads:
        is_rare = re.search(rb"WARC-Type: (warcinfo|resource)", head)
        assert (_as_written(head) is None) == bool(is_rare)
        assert [] == read_fields(head).faults


def test_a_line_in_another_spelling_says_the_same(whole: Home) -> None:
    path = whole.layout.journal(whole.first)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    altered = b"".join(json.dumps(line, sort_keys=True).encode() + b"\n" for line in lines)
    assert set() == kinds(whole, path, altered)


def test_a_recovered_line_is_right(whole: Home) -> None:
    path = whole.layout.journal(whole.first)
    lines: list[Any] = [json.loads(line) for line in path.read_bytes().splitlines()]
    lines[3]["recovered"] = True
    altered = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert set() == kinds(whole, path, altered)
