"""What cannot be imported: refused in one line, nothing overwritten, nothing left of it."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import with_warcio, write
from support.importing import contents, refused, take

from archive import (
    Archive,
    CaptureEvent,
)

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


def make_link(path: Path) -> None:
    path.symlink_to(write(path.parent, "plain.warc"))


def write_arc(path: Path) -> None:
    data = b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 0\n\n"
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def write_whole(path: Path) -> None:
    path.write_bytes(gzip.compress(write(path.parent, "plain.warc").read_bytes()))


def write_some_together(path: Path) -> None:
    """Two records in one of the members."""
    with_warcio(path)
    path.write_bytes(path.read_bytes() + gzip.compress(gzip.decompress(path.read_bytes())))


STRANGE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "nothing": ("a.warc", lambda _: None, "no such file"),
    "a directory": ("a.warc.gz", Path.mkdir, "a directory"),
    "a link": ("a.warc", make_link, "a link"),
    "a pipe": ("a.warc.gz", os.mkfifo, "a pipe"),
    "an empty file": ("a.warc", Path.touch, "it is empty"),
    "text": ("a.warc", lambda path: path.write_text("xin chào"), "no WARC file"),
    "other gzip": ("a.warc.gz", lambda p: p.write_bytes(gzip.compress(b"x")), "no WARC file"),
    "another ending": ("a.warc.bz2", with_warcio, "does not end in"),
    "a blank in its name": ("a b.warc", with_warcio, "its name has more than"),
    "a dot first": (".a.warc", with_warcio, "its name has more than"),
    "two endings": ("a.warc.gz.warc.gz", with_warcio, "its name has more than"),
    "a line end in its name": ("a\nb.warc", with_warcio, "its name has more than"),
    "a long name": ("a" * 190 + ".warc", with_warcio, "more than 180 characters"),
    "gzip called .warc": (
        "a.warc", lambda path: shutil.copy(write(path.parent, "warcio.warc.gz"), path),
        "it is compressed"),
    "plain called .gz": (
        "a.warc.gz", lambda path: shutil.copy(write(path.parent, "plain.warc"), path),
        "it is not compressed"),
    "an ARC file": ("a.warc", write_arc, "warcio recompress a.warc a.warc.gz"),
    "an ARC file by its name": ("a.arc.gz", write_arc, "warcio recompress a.arc.gz a.warc.gz"),
    "one gzip member": (
        "a.warc.gz", write_whole, "warcio recompress a.warc.gz a-records.warc.gz"),
    "a member of many": ("a.warc.gz", write_some_together, "several of its records"),
}  # fmt: skip


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("what", STRANGE)
def test_what_cannot_be_imported_is_refused_in_one_line(
    home: Path, tmp_path: Path, what: str, *, damaged: bool
) -> None:
    name, make, reason = STRANGE[what]
    make(tmp_path / name)
    done = refused(home, tmp_path / name, damaged=damaged)
    assert done.reason is not None
    assert reason in done.reason
    assert "\n" not in done.reason
    assert not done.is_damaged


def test_nothing_is_overwritten(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    take(home, source)
    before = contents(home)
    source.write_bytes(source.read_bytes()[:-2])
    (done,) = take(home, source, damaged=True)
    assert ("refused", False) == (done.state, done.is_damaged)
    assert "another file of this name" in str(done.reason)
    source.write_bytes(before["warc/plain.warc"])
    (done,) = take(home, source)
    assert "already" == done.state
    master = home / "warc" / "plain.warc"
    master.write_bytes(before["warc/plain.warc"] + b"\0")
    (done,) = take(home, tmp_path / "plain.warc")
    assert ("refused", True) == (done.state, done.is_damaged)
    assert "lists just this file" in str(done.reason)
    master.write_bytes(before["warc/plain.warc"])
    (home / "warc" / "plain.warc").rename(tmp_path / "gone.warc")
    (done,) = take(home, tmp_path / "plain.warc")
    assert "a manifest lists a file plain.warc, which is gone" in str(done.reason)
    (tmp_path / "gone.warc").rename(home / "warc" / "plain.warc")
    assert before == contents(home)


@pytest.mark.parametrize("name", ["warc/a.warc.gz", "warc/a.warc.gz.journal", "index/a.cdxj"])
def test_what_lies_under_a_name_without_a_manifest_is_left_alone(
    home: Path, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "a.warc.gz"
    with_warcio(source)
    there = home / name
    there.parent.mkdir()
    there.symlink_to(source) if name.endswith("gz") else there.write_bytes(b"x\n")
    (done,) = take(home, source)
    assert "refused" == done.state
    assert "is there already" in str(done.reason)


def test_a_copy_under_another_name_is_the_same_file(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "plain.warc")
    copy = shutil.copy(source, tmp_path / "copy.warc")
    first, second = take(home, source, copy)
    assert ["imported", "already"] == [first.state, second.state]
    assert "plain.warc" == second.name
    assert ["plain.warc", "plain.warc.journal"] == sorted(p.name for p in home.glob("warc/*"))
