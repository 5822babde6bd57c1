"""Indexes of a package against its records: CDXJ, plain, compressed, or in ZipNum's blocks."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from archive.verify.finding import shorten
from archive.warc.members import MemberWalk

if TYPE_CHECKING:
    from archive.package.records import IndexedRecord, PackageRecords
    from archive.package.report import PackageReport

GZIP_ENDINGS = (".cdx.gz", ".cdxj.gz")
PLAIN_ENDINGS = (".cdx", ".cdxj")
_MAX_LINE_BYTES = 1 << 20
_MAX_BLOCK_BYTES = 64 << 20
_SECOND = 14
_OURS = frozenset({"response", "revisit", "resource"})
_OTHERS = frozenset({"response"})
"""What every program lists. Revisits, resources and metadata are left out by some."""

_NOTHING = (None, "-")
_WEB = ("http://", "https://")


class Block(NamedTuple):
    """A line of ZipNum's list."""

    key: bytes
    offset: int
    length: int


class IndexCheck:
    """Give it every index of a package, then :meth:`finish`."""

    def __init__(self, report: PackageReport, records: PackageRecords) -> None:
        self._report, self._records = report, records
        self._count = 0
        self._is_broken = False

    @property
    def is_whole(self) -> bool:
        """Whether there was an index, and all of it could be read."""
        return self._count > 0 and not self._is_broken

    def add_unread(self) -> None:
        """One that cannot be unpacked."""
        self._is_broken = True

    def add(self, path: Path, name: str, blocks: list[Block] | None) -> None:
        """Compare the lines of one index.

        :param path: where its bytes lie.
        :param name: of the index in the package.
        :param blocks: what the list of its blocks says, if there is one.
        """
        self._count += 1
        with path.open("rb") as file:
            if blocks is not None:
                self._check_lines(name, self._block_lines(name, file, blocks))
            elif name.endswith(GZIP_ENDINGS):
                with gzip.GzipFile(fileobj=file) as unpacked:
                    self._check_lines(name, _lines(unpacked))
            else:
                self._check_lines(name, _lines(file))

    def finish(self) -> None:
        self._records.index_captures()
        if not self.is_whole:
            return  # which is told
        types = _OURS if self._report.is_ours else _OTHERS
        for name, offset, url in self._records.not_indexed(types):
            if self._report.is_ours or url.startswith(_WEB):
                expected = f"a line for the record at byte {offset} of {name}"
                self._report.add("cdxj-incomplete", None, expected, f"none ({shorten(url)})")

    # -- lines ------------------------------------------------------------------------------------

    def _check_lines(self, name: str, lines: Iterable[bytes]) -> None:
        position, before, is_sorted = 0, b"", True
        try:
            for line in lines:
                if len(line) > _MAX_LINE_BYTES:
                    self._is_broken = True
                    found = f"a line of more than {_MAX_LINE_BYTES} bytes"
                    self._add("cdxj-line", name, position, "lines of an index", found)
                    return
                if line < before and is_sorted:
                    is_sorted = False
                    after = f"a line not smaller than {shorten(before[:60])}"
                    self._add("cdxj-unsorted", name, position, after, shorten(line[:60]))
                if line.strip():
                    self._check_line(name, position, line)
                before = line
                position += len(line)
        except (OSError, EOFError, zlib.error) as exc:
            self._is_broken = True
            self._add("cdxj-line", name, None, "an index that can be unpacked", shorten(exc))

    def _check_line(self, name: str, position: int, line: bytes) -> None:
        try:
            key, moment, values = _parse(line)
            file, offset = str(values["filename"]), int(values["offset"])
        except (ValueError, LookupError, TypeError, RecursionError):
            expected = "key, time and an object with filename and offset"
            self._add("cdxj-line", name, position, expected, shorten(line))
            return
        file = file.rpartition("/")[2]
        if not self._records.has_file(file):
            expected = "a WARC file of this package"
            self._add("cdxj-line", name, position, expected, shorten(file))
            return
        url = values.get("url")
        if isinstance(url, str):
            self._records.add_capture(url, moment[:_SECOND])
        if not self._records.is_read(file):
            return
        record = self._records.find(file, offset)
        if record is None:
            expected = f"the place of a record in {file}"
            self._add("cdxj-line", name, position, expected, f"byte {offset}, where none begins")
        elif record.seen and self._report.is_ours:
            expected = "one line for each record"
            self._add("cdxj-line", name, position, expected, f"another one: {shorten(line)}")
        else:
            for expected, found in self._differences(file, key, moment, values, record):
                self._add("cdxj-value", name, position, expected, found)

    def _differences(
        self, file: str, key: str, moment: str, values: dict[str, Any], record: IndexedRecord
    ) -> Iterator[tuple[str, str]]:
        wanted: dict[str, object] = {"url": record.url, "status": record.status}
        if file.endswith(".gz"):
            wanted["length"] = record.length
        if self._report.is_ours:
            wanted["mime"] = record.mime
            if key != record.urlkey:
                yield f"the key {shorten(record.urlkey)}", shorten(key)
        for what, value in wanted.items():
            given = values.get(what)
            if given in _NOTHING or value is None:
                continue
            if str(given) != str(value):
                yield f"{what} {shorten(value)}", shorten(given)
        if moment[:_SECOND] != record.timestamp:
            yield f"the time {record.timestamp}", shorten(moment)
        digest = values.get("digest")
        if (
            digest is not None
            and record.digest is not None
            and _bare(digest) != _bare(record.digest)
        ):
            yield f"digest {record.digest}", shorten(digest)

    # -- blocks -----------------------------------------------------------------------------------

    def _block_lines(self, name: str, file: BinaryIO, blocks: list[Block]) -> Iterator[bytes]:
        """The lines of an index in blocks, each of which must be as the list says."""
        walk = MemberWalk(file, max_bytes=_MAX_BLOCK_BYTES)
        listed = iter(blocks)
        for member in walk:
            block = next(listed, None)
            where = f"a block of {member.length} bytes at byte {member.offset}"
            if block is None:
                self._add("cdxj-value", name, member.offset, "a line in index.idx", where)
            elif (block.offset, block.length) != (member.offset, member.length):
                found = f"{block.length} bytes at byte {block.offset} in index.idx"
                self._add("cdxj-value", name, member.offset, where, found)
            elif not member.data.startswith(block.key):
                found = shorten(member.data[: len(block.key)])
                expected = f"a block that begins with {shorten(block.key)}, as index.idx says"
                self._add("cdxj-value", name, member.offset, expected, found)
            if not member.is_whole:
                expected = f"a block of at most {_MAX_BLOCK_BYTES} bytes"
                self._add("cdxj-line", name, member.offset, expected, f"one of {member.size}")
            yield from member.data.splitlines(keepends=True)
        if walk.reason is not None:
            self._is_broken = True
            self._add("cdxj-line", name, walk.whole_end, "a block of the index", walk.reason)
        for block in listed:
            expected = f"a block at byte {block.offset}, as index.idx says"
            self._add("cdxj-value", name, walk.whole_end, expected, "none")

    def read_blocks(self, path: Path, name: str) -> dict[str, list[Block]]:
        """Of a list of blocks: file name → its blocks in order."""
        found: dict[str, list[Block]] = {}
        default = name.rpartition("/")[2].removesuffix(".idx") + ".cdx.gz"
        position = 0
        with path.open("rb") as file:
            for line in _lines(file):
                if not line.startswith(b"!meta") and line.strip():
                    try:
                        file_name, block = _block(line, default)
                        found.setdefault(file_name, []).append(block)
                    except (ValueError, LookupError, TypeError, RecursionError):
                        expected = "key and place of a block"
                        self._add("cdxj-line", name, position, expected, shorten(line))
                elif line.startswith(b"!meta"):
                    default = _named_in_meta(line) or default
                position += len(line)
        return found

    def _add(self, kind: str, name: str, offset: int | None, expected: str, found: str) -> None:
        self._report.add(kind, name, expected, found, offset=offset)


def _lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while line := file.readline(_MAX_LINE_BYTES + 1):
        yield line


def _parse(line: bytes) -> tuple[str, str, dict[str, Any]]:
    key, moment, values = line.decode("utf-8").split(" ", 2)
    parsed = json.loads(values)
    if not isinstance(parsed, dict) or not moment.isdigit():
        raise ValueError(values)
    return key, moment, parsed


def _block(line: bytes, default: str) -> tuple[str, Block]:
    """In the form of WACZ (an object), or of pywb (tabs)."""
    key, brace, values = line.partition(b" {")
    if brace:
        place = json.loads(b"{" + values)
        file = str(place.get("filename") or default)
        return file, Block(key, int(place["offset"]), int(place["length"]))
    key, file_name, offset, length, *_ = line.split(b"\t")
    return file_name.decode(), Block(key, int(offset), int(length))


def _named_in_meta(line: bytes) -> str | None:
    try:
        named = json.loads(line.split(b" ", 2)[2])["filename"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return str(named)


def _bare(digest: object) -> str:
    """Without the algorithm, which some leave out."""
    return str(digest).rpartition(":")[2].lower().rstrip("=")
