"""Damaged files of other programs: refused, or taken with what can be read of them."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import PROGRAMS, with_warcio, write
from support.importing import (
    check,
    damage_block,
    damage_member,
    differences,
    faults,
    refused,
    take,
    write_unreadable,
)

from archive import (
    Archive,
    CaptureEvent,
    iter_records,
)

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


def lengthen(data: bytes) -> bytes:
    """A record says that it is longer than the file."""
    at = data.index(b"/1\r\n")
    return data[:at] + data[at:].replace(b"Content-Length: ", b"Content-Length: 999", 1)


def forget_length(data: bytes) -> bytes:
    """Of a request, so that the next record begins where its head ends."""
    at = data.index(b"WARC-Type: request")
    return data[:at] + re.sub(rb"Content-Length: \d+\r\n", b"", data[at:], count=1)


def reserve_flags(data: bytes) -> bytes:
    """Of a gzip header; isal would read on."""
    at = data.index(b"\x1f\x8b\x08", 10) + 3
    return data[:at] + b"\xe0" + data[at + 1 :]


DAMAGES = {
    "no length": ("plain.warc", forget_length),
    "reserved flags": ("warcio.warc.gz", reserve_flags),
    "a flipped bit": ("warcio.warc.gz", damage_member),
    "a cut": ("warcio.warc.gz", lambda data: data[:-100]),
    "a torn beginning": ("warcio.warc.gz", lambda data: data[:12] + b"\0" + data[13:]),
    "a cut of a plain one": ("plain.warc", lambda data: data[: len(data) // 2]),
    "another block": ("plain.warc", damage_block),
    "a wrong length": ("plain.warc", lengthen),
    "rubbish between": (
        "plain.warc",
        lambda data: data.replace(b"\r\nWARC/", b"\r\n??\r\n\r\nWARC/", 1),
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_file_is_refused_unless_it_is_wanted_all_the_same(
    home: Path, tmp_path: Path, what: str
) -> None:
    name, alter = DAMAGES[what]
    source = tmp_path / f"damaged-{name}"
    with_warcio(source)
    whole = len(list(iter_records(source)))
    source.write_bytes(alter(source.read_bytes()))
    done = refused(home, source)
    assert done.is_damaged
    named = [finding for finding in done.findings if not finding.is_note]
    assert named
    assert {str(source)} == {finding.path for finding in named}
    (done,) = take(home, source, damaged=True)
    assert ("imported", True) == (done.state, done.is_damaged)
    assert whole - 4 <= done.records <= whole
    assert done.unreadable or "another block" == what
    found = [finding for finding in check(home) if source.name in finding.path]
    assert [] == [finding.line() for finding in found if not finding.is_note]
    assert "imported-damaged" in {finding.kind for finding in found}
    assert [] == differences(home)
    assert [] == differences(home, from_records=True)
    master = home / "warc" / source.name
    master.write_bytes(master.read_bytes() + b"\0")
    assert any("[file-altered]" in line for line in faults(home))


def damage_anywhere(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return chance.choice(
        (
            data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :],
            data[:at],
            data[:at] + data[at + chance.randrange(1, 200) :],
            data[:at] + chance.randbytes(chance.randrange(1, 50)) + data[at:],
            data[:at] + data[chance.randrange(len(data)) :][:300] + data[at:],
        )
    )


def check_random_damage(directory: Path, seed: int) -> None:
    """Whatever is taken of it, everything says the same of it afterwards."""
    chance = random.Random(seed)
    name = chance.choice(sorted(PROGRAMS))
    source = write(directory, name)
    for _ in range(chance.randrange(1, 4)):
        source.write_bytes(damage_anywhere(source.read_bytes(), chance))
    home = directory / "home"
    (done,) = take(home, source, damaged=True)
    if done.state == "imported":
        assert source.read_bytes() == (home / "warc" / name).read_bytes()
        assert [] == faults(home)
        assert [] == differences(home, from_records=True)
    else:
        assert done.reason
        assert [] == list((home / "warc").iterdir())


@pytest.mark.parametrize("seed", range(16))
def test_random_damage_leaves_no_home_that_contradicts_itself(tmp_path: Path, seed: int) -> None:
    check_random_damage(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.slow
def test_random_damage_for_long(tmp_path: Path) -> None:
    for seed in range(100, 1600):
        directory = tmp_path / str(seed)
        directory.mkdir()
        check_random_damage(directory, seed)
        shutil.rmtree(directory)


def test_a_file_without_a_readable_record_is_refused_even_then(home: Path, tmp_path: Path) -> None:
    write_unreadable(tmp_path / "a.warc.gz")
    done = refused(home, tmp_path / "a.warc.gz", damaged=True)
    assert done.is_damaged
    assert "no record of it can be read" == done.reason
