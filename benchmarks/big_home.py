"""Homes of any size, written by the archive itself, and ways to damage a whole file of one."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from archive import Archive, CaptureEvent
from archive.home.layout import Layout
from archive.verify.members import GZIP_HEADER
from archive.warc.members import MemberWalk

GROUP = 64
_START = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
_REQUEST = b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n"

Damage = Callable[[Layout, list[str]], None]
DAMAGES: dict[str, Damage] = {}


def write_home(home: Path, *, files: int, exchanges: int, body_bytes: int) -> Layout:
    """A home of closed files of as many exchanges each, whose bodies do not compress.

    Nothing is flushed to the disk: what is measured here is reading.
    """
    dice = random.Random(7)
    numbers = itertools.count()
    for _ in range(files):
        with Archive(
            home, info={"isPartOf": "run"}, min_free_bytes=0, max_bytes=1 << 62, fsync=_no_flush
        ) as archive:
            for _ in range(0, exchanges, GROUP):
                archive.append_batch(
                    [_event(next(numbers), dice, body_bytes) for _ in range(GROUP)]
                )
    return Layout(home)


def _no_flush(_fd: int) -> None:
    pass


def _event(number: int, dice: random.Random, body_bytes: int) -> CaptureEvent:
    body = dice.randbytes(body_bytes)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
    return CaptureEvent(
        f"https://baodaklak.vn/anh/{number}.jpg",
        _START + dt.timedelta(milliseconds=number),
        _REQUEST,
        head % body_bytes + body,
        "127.0.0.1",
        metadata=(("via", "https://baodaklak.vn/"),),
    )


def damage(function: Damage) -> Damage:
    DAMAGES[function.__name__.replace("_", " ")] = function
    return function


def _exchange(one: Path, other: Path) -> None:
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def _journal(layout: Layout, names: list[str]) -> tuple[Path, list[bytes]]:
    path = layout.journal(names[0])
    return path, path.read_bytes().splitlines(keepends=True)


def _offsets(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    for line in lines:
        values = json.loads(line)
        yield values["offset"], values["length"]


@damage
def files_exchanged(layout: Layout, names: list[str]) -> None:
    _exchange(layout.warc / names[0], layout.warc / names[1])


@damage
def journals_exchanged(layout: Layout, names: list[str]) -> None:
    _exchange(layout.journal(names[0]), layout.journal(names[1]))


@damage
def indexes_exchanged(layout: Layout, names: list[str]) -> None:
    _exchange(layout.cdxj(names[0]), layout.cdxj(names[1]))


@damage
def every_offset_of_the_index_wrong(layout: Layout, names: list[str]) -> None:
    path = layout.cdxj(names[0])
    path.write_bytes(re.sub(rb'"offset": "(\d+)"', rb'"offset": "9\1"', path.read_bytes()))


@damage
def journal_doubled(layout: Layout, names: list[str]) -> None:
    path, lines = _journal(layout, names)
    path.write_bytes(b"".join(lines * 2))


@damage
def journal_backwards(layout: Layout, names: list[str]) -> None:
    path, lines = _journal(layout, names)
    path.write_bytes(b"".join(reversed(lines)))


@damage
def journal_of_noise(layout: Layout, names: list[str]) -> None:
    path = layout.journal(names[0])
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


@damage
def every_id_of_the_journal_wrong(layout: Layout, names: list[str]) -> None:
    path, lines = _journal(layout, names)
    path.write_bytes(
        b"".join(re.sub(rb"urn:uuid:........", b"urn:uuid:00000000", line) for line in lines)
    )


@damage
def every_record_wrong(layout: Layout, names: list[str]) -> None:
    """One bit of each."""
    path = layout.warc / names[0]
    data = bytearray(path.read_bytes())
    for offset, length in _offsets(_journal(layout, names)[1]):
        data[offset + length - 9] ^= 4
    path.write_bytes(data)


@damage
def every_gzip_header_wrong(layout: Layout, names: list[str]) -> None:
    path = layout.warc / names[0]
    data = bytearray(path.read_bytes())
    for offset, _ in _offsets(_journal(layout, names)[1]):
        data[offset + 4 : offset + 8] = b"\x01\x02\x03\x04"
    path.write_bytes(data)


@damage
def every_record_recompressed(layout: Layout, names: list[str]) -> None:
    _rewrite(layout.warc / names[0], lambda record: record, 9)


@damage
def every_record_under_one_id(layout: Layout, names: list[str]) -> None:
    uuid = re.compile(rb"(?<=WARC-Record-ID: )<urn:uuid:[^>]+>")
    _rewrite(
        layout.warc / names[0],
        lambda record: uuid.sub(
            b"<urn:uuid:00000000-0000-4000-8000-000000000000>", record, count=1
        ),
        2,
    )


@damage
def records_backwards(layout: Layout, names: list[str]) -> None:
    path = layout.warc / names[0]
    data = path.read_bytes()
    places = list(_offsets(_journal(layout, names)[1]))
    path.write_bytes(b"".join(data[o : o + n] for o, n in reversed(places)))


@damage
def file_doubled(layout: Layout, names: list[str]) -> None:
    path = layout.warc / names[0]
    path.write_bytes(path.read_bytes() * 2)


@damage
def file_of_gzip_headers(layout: Layout, names: list[str]) -> None:
    path = layout.warc / names[0]
    path.write_bytes(GZIP_HEADER * (path.stat().st_size // len(GZIP_HEADER)))


def _rewrite(path: Path, change: Callable[[bytes], bytes], level: int) -> None:
    partial = path.with_name("partial")
    with path.open("rb") as file, partial.open("wb") as out:
        for member in MemberWalk(file):
            compressor = zlib.compressobj(level, wbits=31)
            out.write(compressor.compress(change(member.data)) + compressor.flush())
    partial.rename(path)
