"""ZIP files of others: what is in them, and whether it can be read without harm."""

from __future__ import annotations

import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Self

from archive.errors import ArchiveError, NoSpaceError
from archive.package.zip_directory import Entry, ZipStructureError, read_directory
from archive.package.zip_headers import check_headers
from archive.verify.finding import shorten

if TYPE_CHECKING:
    from types import TracebackType

    from archive.package.report import PackageReport

_READ_BYTES = 256 << 10
_SPARE_BYTES = 64 << 20
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MAX_RATIO = 250
_BOMB_BYTES = 256 << 20
"""What unpacks to more than this, and to so many times its size, is not unpacked."""

_UNSAFE_NAME = re.compile(r"^/|^[A-Za-z]:|\\|(^|/)\.\.?(/|$)|//|[\x00-\x1f\x7f]")
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises over files that were damaged or made to harm."""


class EntryError(Exception):
    """A file in the package cannot be unpacked; the message says why."""


class ChecksumError(EntryError):
    """It could be unpacked, and is not what it was: all its bytes were given."""


class UnpackingSpaceError(NoSpaceError):
    """What has to lie on disk meanwhile does not fit."""

    def __init__(self, directory: Path, needed: int, free: int) -> None:
        self.path = directory
        ArchiveError.__init__(
            self,
            f"{directory}: {needed} bytes are needed there for a while and {free} are free."
            " Free some space, or name another disk with TMPDIR.",
        )


def require_space(directory: Path, size: int) -> None:
    """:raises UnpackingSpaceError: so many bytes, and some to spare, are not free."""
    needed, free = size + _SPARE_BYTES, shutil.disk_usage(directory).free
    if free < needed:
        raise UnpackingSpaceError(directory, needed, free)


class ZipPackage:
    """The files of a ZIP file that can be read without harm; what is wrong with the others goes
    into the report.
    """

    def __init__(self, path: Path, report: PackageReport) -> None:
        self._report = report
        self._zip: zipfile.ZipFile | None = None
        self.entries: dict[str, zipfile.ZipInfo] = {}
        """Those that can be read without harm."""

        self.directory: tuple[Entry, ...] = ()
        """All of them."""

        try:
            directory = read_directory(path)
            self._zip = zipfile.ZipFile(path)
        except ZipStructureError as exc:
            report.add("package-damaged", None, exc.expected, exc.found, offset=exc.offset)
            return
        except _ERRORS as exc:
            report.add("package-damaged", None, "a directory of the ZIP file", shorten(exc))
            return
        self.directory = directory.entries
        for found in directory.faults:
            report.add("package-structure", None, "a ZIP file that agrees with itself", found)
        with path.open("rb") as file:
            self._take_entries(check_headers(file, directory, self._contradicts))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._zip is not None:
            self._zip.close()

    @property
    def can_be_read(self) -> bool:
        return self._zip is not None

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file's bytes, its checksum compared at their end.

        :raises EntryError: it cannot be unpacked, or is not as long as the ZIP file says.
        """
        assert self._zip is not None
        info = self.entries[name]
        unchecked = copy(info)
        del unchecked.CRC  # compared here, for zipfile keeps the last bytes back when it is wrong
        size = checksum = 0
        try:
            with self._zip.open(unchecked) as file:
                while piece := file.read(_READ_BYTES):
                    size += len(piece)
                    checksum = zlib.crc32(piece, checksum)
                    yield piece
        except _ERRORS as exc:
            raise EntryError(shorten(exc)) from exc
        if size != info.file_size:
            raise EntryError(f"{size} bytes, not the {info.file_size} of the directory")
        if checksum != info.CRC:
            raise ChecksumError(f"a checksum of {checksum:08x}, not {info.CRC:08x}")

    def _take_entries(self, overlapping: set[int]) -> None:
        assert self._zip is not None
        names: set[str] = set()
        for info, entry in zip(self._zip.infolist(), self.directory, strict=True):
            name = info.filename
            fault = _unsafe(info)
            if name in names:
                fault = "a name of its own for each file", "this one again"
            elif entry.offset in overlapping:
                fault = "bytes of its own for each file", "bytes that another file has as well"
            names.add(name)
            if fault is not None:
                self._report.add("package-unsafe", shorten(name), *fault, offset=entry.offset)
                self.entries.pop(name, None)
            elif not info.is_dir():
                self.entries[name] = info

    def _contradicts(self, entry: Entry, expected: str, found: str) -> None:
        self._report.add(
            "package-structure", shorten(entry.name), expected, found, offset=entry.offset
        )


def _unsafe(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What was expected, and what would do harm instead."""
    if not info.filename or _UNSAFE_NAME.search(info.orig_filename):
        return "a name within the package", shorten(repr(info.orig_filename))
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "a file", "a link or a device"
    if info.flag_bits & _ENCRYPTED:
        return "a file that anybody can read", "an encrypted one"
    if info.compress_type not in _METHODS:
        return "a file that is stored or deflated", f"compression method {info.compress_type}"
    if info.file_size > max(_BOMB_BYTES, _MAX_RATIO * info.compress_size):
        what = f"{info.compress_size} bytes that unpack to {info.file_size}"
        return f"at most {_MAX_RATIO} bytes of each byte", what
    return None
