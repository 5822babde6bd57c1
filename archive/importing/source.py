"""Files that a person wants to have imported: what they are, and which cannot be."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from archive.home.layout import name_fault
from archive.verify import arc
from archive.verify.finding import shorten
from archive.verify.foreign import first_bytes
from archive.warc.places import is_plain

_FIRST_BYTES = 4096
_GZIP = b"\x1f\x8b"


class RefusedError(Exception):
    """A file that is not imported; the message says why, and what to do."""

    def __init__(self, reason: str, *, is_damaged: bool = False) -> None:
        super().__init__(reason)
        self.is_damaged = is_damaged


def shown(path: Path) -> str:
    """A path as text, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def open_source(path: Path) -> BinaryIO:
    """A regular file under a name that can lie in ``warc/``, and that begins as a WARC file.

    :raises RefusedError: it is none.
    """
    try:
        _check_kind(path)
        # Not waiting for whoever made a pipe of it since we looked.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise RefusedError("no such file") from None
    except OSError as exc:
        raise RefusedError(f"it cannot be read: {exc.strerror or exc}") from exc
    file = os.fdopen(fd, "rb")
    try:
        _check_opened(path.name, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _check_opened(name: str, file: BinaryIO) -> None:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise RefusedError("it is no regular file")
    try:
        raw = file.read(_FIRST_BYTES)
    except OSError as exc:
        raise RefusedError(f"it cannot be read: {exc.strerror or exc}") from exc
    first = first_bytes(raw)
    if first.startswith(arc.BEGIN):
        made = re.sub(r"(\.w?arc)?(\.gz)?$", "", name) + ".warc.gz"
        raise RefusedError(
            "it is an ARC file, and khobao keeps WARC files only: import what `warcio recompress"
            f" {shorten(name)} {shorten(made)}` makes of it, and keep the original"
        )
    _check_name(name)
    _check_begin(name, raw, first)


def _check_kind(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        where = shorten(os.fsencode(path.readlink()))
        raise RefusedError(f"it is a link: name the file that it leads to ({where})")
    if stat.S_ISDIR(mode):
        raise RefusedError("it is a directory: name the WARC files in it")
    if not stat.S_ISREG(mode):
        raise RefusedError("it is a pipe, a socket or a device, no file")


def _check_name(name: str) -> None:
    if fault := name_fault(name):
        raise RefusedError(f"{fault}: import a copy of it that has another name")


def _check_begin(name: str, raw: bytes, first: bytes) -> None:
    if not raw:
        raise RefusedError("it is empty")
    is_gzip = raw.startswith(_GZIP)
    if not first.startswith(b"WARC/") and (first or not is_gzip):
        raise RefusedError(f"it is no WARC file: it begins with {shorten(repr(first[:20]))}")
    if is_gzip and is_plain(name):
        raise RefusedError(f"it is compressed: import a copy of it that is called {name}.gz")
    if not is_gzip and not is_plain(name):
        other = name.removesuffix(".gz")
        raise RefusedError(f"it is not compressed: import a copy of it that is called {other}")
