"""The chain of manifests: what is appended stays in order, and every edit is found and named."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.fixity.chain import check_chain
from archive.home.layout import Layout
from archive.home.manifest import manifest_days, read_head, read_manifests, read_unchained
from archive.home.manifest_writer import ManifestWriter
from archive.home.sums import FileSums

DAY = dt.datetime(2026, 3, 1, 5, tzinfo=dt.UTC)
PER_DAY = 3
DAYS = 4


def sums(number: int) -> FileSums:
    return FileSums(number, f"{number:064x}", 1, "a" * 64)


def name(number: int) -> str:
    return f"khobao-{number}.warc.gz"


def append(
    layout: Layout,
    warc_filename: str,
    file_sums: FileSums,
    *,
    closed_at: dt.datetime | None = None,
    fsync: Callable[[int], None] = os.fsync,
) -> None:
    """By a writer that has just been opened."""
    ManifestWriter(layout, fsync=fsync).append(warc_filename, file_sums, closed_at=closed_at)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "home")
    for number in range(DAYS * PER_DAY):
        closed_at = DAY + dt.timedelta(days=number // PER_DAY, minutes=number)
        append(layout, name(number), sums(number), closed_at=closed_at)
    return layout


def problems(layout: Layout) -> list[str]:
    return [str(problem) for problem in check_chain(layout)]


def test_entries_come_back_in_order_and_the_chain_is_whole(layout: Layout) -> None:
    entries = list(read_manifests(layout))

    assert [name(number) for number in range(12)] == [entry.warc_filename for entry in entries]
    assert list(range(12)) == [entry.number for entry in entries]
    assert DAYS == len(manifest_days(layout))
    assert (11, entries[-1].previous) != read_head(layout)
    assert not problems(layout)


def test_a_home_without_manifests_has_no_problem(tmp_path: Path) -> None:
    assert not problems(Layout(tmp_path))


def test_what_is_listed_is_not_listed_twice(layout: Layout) -> None:
    before = list(read_manifests(layout))
    append(layout, name(4), sums(4))
    assert before == list(read_manifests(layout))


def test_a_file_that_hashes_to_something_else_later_is_not_listed_anew(layout: Layout) -> None:
    """Or rot would become the truth, and overwrite the copy."""
    before = list(read_manifests(layout))
    append(layout, name(4), sums(99))
    assert before == list(read_manifests(layout))


def test_a_clock_that_goes_back_breaks_nothing(layout: Layout) -> None:
    append(layout, name(50), sums(50), closed_at=DAY - dt.timedelta(days=300))
    assert DAYS == len(manifest_days(layout))
    assert not problems(layout)


def test_a_torn_line_acknowledges_nothing_and_is_written_over(layout: Layout) -> None:
    last = manifest_days(layout)[-1]
    whole = last.read_bytes()
    last.write_bytes(whole + b'{"number":12,"file":"khob')
    assert not problems(layout)
    assert 12 == len(list(read_manifests(layout)))

    append(layout, name(12), sums(12), closed_at=DAY + dt.timedelta(days=3))

    assert not problems(layout)
    assert name(12) == list(read_manifests(layout))[-1].warc_filename


def test_power_fails_at_every_flush(layout: Layout, tmp_path: Path) -> None:
    """Whatever was flushed: appending again gives one more line and a whole chain."""
    for calls in range(6):
        home = tmp_path / f"copy {calls}"
        shutil.copytree(layout.home, home)
        copied = Layout(home)
        left = [calls]

        def fsync(_fd: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(5, "Input/output error")

        day = DAY + dt.timedelta(days=9)
        try:
            append(copied, name(12), sums(12), closed_at=day, fsync=fsync)
        except OSError:
            assert not problems(copied)
            append(copied, name(12), sums(12), closed_at=day)
        else:
            assert calls > 3
        assert not problems(copied)
        assert 13 == len(list(read_manifests(copied)))
        assert not list(copied.fixity.glob("*.partial"))


def alter_line(days: list[Path]) -> str:
    days[1].write_bytes(days[1].read_bytes().replace(b'"size":4', b'"size":5'))
    return name(4)


def alter_newest_line(days: list[Path]) -> str:
    days[-1].write_bytes(days[-1].read_bytes().replace(b'"size":11', b'"size":12'))
    return "line number 11 was altered"


def remove_line(days: list[Path]) -> str:
    lines = days[1].read_bytes().splitlines(keepends=True)
    days[1].write_bytes(lines[0] + lines[2])
    return "number 4"


def swap_lines(days: list[Path]) -> str:
    lines = days[1].read_bytes().splitlines(keepends=True)
    days[1].write_bytes(lines[1] + lines[0] + lines[2])
    return name(3)


def double_line(days: list[Path]) -> str:
    lines = days[1].read_bytes().splitlines(keepends=True)
    days[1].write_bytes(b"".join([*lines, lines[2]]))
    return name(5)


def remove_day(days: list[Path]) -> str:
    days[1].unlink()
    return "number 3 to 5"


def remove_first_day(days: list[Path]) -> str:
    days[0].unlink()
    return "number 0 to 2"


def remove_newest_day(days: list[Path]) -> str:
    days[-1].unlink()
    return "newest lines or days were removed"


def rename_day(days: list[Path]) -> str:
    days[1].rename(days[1].with_name("2026-02-01.jsonl"))
    return "2026-02-01.jsonl"


def rename_newest_day(days: list[Path]) -> str:
    days[-1].rename(days[-1].with_name("2026-03-25.jsonl"))
    return "2026-03-25.jsonl"


def swap_days(days: list[Path]) -> str:
    first, second = days[1].read_bytes(), days[2].read_bytes()
    days[1].write_bytes(second)
    days[2].write_bytes(first)
    return name(6)


def empty_day(days: list[Path]) -> str:
    days[2].write_bytes(b"")
    return "empty"


def remove_head(days: list[Path]) -> str:
    (days[0].parent / "head.json").unlink()
    return "the head is missing"


def garble_head(days: list[Path]) -> str:
    (days[0].parent / "head.json").write_text("[]")
    return "the head is damaged"


def old_head(days: list[Path]) -> str:
    (days[0].parent / "head.json").write_text('{"number": 3, "sha256": "0"}')
    return "older than the chain"


EDITS = [
    alter_line,
    alter_newest_line,
    remove_line,
    swap_lines,
    double_line,
    remove_day,
    remove_first_day,
    remove_newest_day,
    rename_day,
    rename_newest_day,
    swap_days,
    empty_day,
    remove_head,
    garble_head,
    old_head,
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_every_edit_is_named(layout: Layout, edit: Callable[[list[Path]], str]) -> None:
    expected = edit(manifest_days(layout))
    found = problems(layout)
    assert any(expected in problem for problem in found), found


@settings(max_examples=400)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["flip", "cut", "insert", "delete"]))
def test_any_edit_of_any_file_is_found(layout: Layout, seed: int, kind: str) -> None:
    dice = random.Random(seed)
    path = dice.choice([*manifest_days(layout), layout.fixity / "head.json"])
    before = path.read_bytes()
    data = bytearray(before)
    at = dice.randrange(len(data))
    if kind == "flip":
        data[at] ^= 1 << dice.randrange(8)
    elif kind == "cut":
        del data[at:]
    elif kind == "delete":
        del data[at]
    else:
        data.insert(at, dice.randrange(256))
    try:
        path.write_bytes(data)
        if path.name == "head.json" and same_head(before, bytes(data)):
            return
        assert problems(layout), (path, kind, at)
    finally:
        path.write_bytes(before)
    assert not problems(layout)


def same_head(before: bytes, after: bytes) -> bool:
    """JSON that says the same in other bytes."""
    import json  # noqa: PLC0415

    try:
        return bool(json.loads(before) == json.loads(after))
    except ValueError:
        return False


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_broken_chain_is_never_written_to(
    layout: Layout, edit: Callable[[list[Path]], str]
) -> None:
    """What is closed meanwhile is listed beside it, and nothing of the evidence is renewed."""
    edit(manifest_days(layout))
    before = contents(layout)

    writer = ManifestWriter(layout)
    writer.append(name(12), sums(12))

    assert writer.problem is not None
    after = contents(layout)
    assert name(12) in after.pop("unchained.jsonl").decode()
    assert before == after
    assert [sums(12)] == [file.sums for file in read_unchained(layout)]


@pytest.mark.parametrize("edit", [remove_newest_day, remove_head, old_head, empty_day, alter_line])
def test_a_chain_that_is_altered_while_it_is_written_to_is_left_alone(
    layout: Layout, edit: Callable[[list[Path]], str]
) -> None:
    """Of lines long written it is not looked at again, but nothing of them is written either."""
    writer = ManifestWriter(layout)
    assert writer.problem is None
    edit(manifest_days(layout))
    before = contents(layout)

    writer.append(name(12), sums(12))

    after = contents(layout)
    assert (writer.problem is not None) == (edit in {remove_newest_day, remove_head, old_head})
    if after.pop("unchained.jsonl", None) is not None:
        assert before == after
    assert problems(layout)


def test_what_was_closed_beside_the_chain_is_in_it_once_it_is_whole(layout: Layout) -> None:
    manifest = manifest_days(layout)[1]
    good = manifest.read_bytes()
    alter_line(manifest_days(layout))
    for number in (12, 13):
        append(layout, name(number), sums(number), closed_at=DAY + dt.timedelta(days=number))
    append(layout, name(12), sums(99))  # the first word counts here, too
    manifest.write_bytes(good)

    assert [name(12), name(13)] == ManifestWriter(layout).chain_the_unchained()

    assert not problems(layout)
    entries = list(read_manifests(layout))
    assert [sums(12), sums(13)] == [entry.sums for entry in entries[12:]]
    assert not (layout.fixity / "unchained.jsonl").exists()


def test_what_chain_and_unchained_list_differently_stays_for_a_person(layout: Layout) -> None:
    manifest, head = manifest_days(layout)[-1], layout.fixity / "head.json"
    good = manifest.read_bytes(), head.read_bytes()
    alter_newest_line([manifest])
    append(layout, name(12), sums(12))
    manifest.write_bytes(good[0])
    head.write_bytes(good[1])
    beside = (layout.fixity / "unchained.jsonl").read_bytes()
    (layout.fixity / "unchained.jsonl").unlink()
    append(layout, name(12), sums(99))
    (layout.fixity / "unchained.jsonl").write_bytes(beside)

    assert [] == ManifestWriter(layout).chain_the_unchained()

    assert beside == (layout.fixity / "unchained.jsonl").read_bytes()


def contents(layout: Layout) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in layout.fixity.iterdir()}


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    layout.fixity.mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    (layout.fixity / f"{DAY:%Y-%m-%d}.jsonl").symlink_to(outside)
    append(layout, name(0), sums(0), closed_at=DAY)
    assert "untouched" == outside.read_text()
