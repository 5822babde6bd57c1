"""WACZ files (1.x) of any program."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archive.package.datapackage import (
    DIGEST_NAME,
    NAME,
    Description,
    compare_hash,
    read_description,
)
from archive.package.index import GZIP_ENDINGS, PLAIN_ENDINGS, Block, IndexCheck
from archive.package.kind import WARC_ENDINGS, multi_wacz, says_multi_wacz
from archive.package.pages import check_pages
from archive.package.records import PackageRecords
from archive.package.zip_file import ChecksumError, EntryError, ZipPackage, require_space
from archive.verify.finding import shorten

if TYPE_CHECKING:
    from archive.package.report import PackageReport

_PACKED = (".gz", ".zst")
_WRITTEN = (0x21, 0, 0o644 << 16, 0, b"")
"""1980-01-01 00:00, a file that anybody may read."""

_VERSIONS = frozenset({20, 45})
"""Of ZIP, without and with ZIP64."""

_ON_UNIX = 3 << 8


def check_wacz(package: ZipPackage, report: PackageReport) -> None:
    """:raises PackageKindError: it is a multi-WACZ."""
    description = read_description(package, report)
    if description is not None and says_multi_wacz(description.values):
        raise multi_wacz(report.path)
    report.files = len(package.directory)
    if report.is_ours:
        _check_our_headers(package, report)
    with PackageRecords(report) as records:
        _WaczCheck(package, report, description or Description(), records).run()


def _check_our_headers(package: ZipPackage, report: PackageReport) -> None:
    """What nothing else vouches for, and khobao writes in one way only."""
    for entry in package.directory:
        written = (entry.date, entry.time, entry.external, entry.internal, entry.comment)
        versions = {entry.version, entry.made_by ^ _ON_UNIX}
        if written != _WRITTEN or not versions <= _VERSIONS:
            expected = "date, mode and version as khobao writes them"
            report.add("package-structure", shorten(entry.name), expected, "others")


class _WaczCheck:
    def __init__(
        self,
        package: ZipPackage,
        report: PackageReport,
        description: Description,
        records: PackageRecords,
    ) -> None:
        self._package, self._report = package, report
        self._description, self._records = description, records
        self._index = IndexCheck(report, records)
        self._rest = set(package.entries) - {NAME, DIGEST_NAME}

    def run(self) -> None:
        self._check_names()
        self._check_warcs()
        self._check_indexes()
        self._check_pages()
        for name in sorted(self._rest):
            self._read(name)

    def _check_names(self) -> None:
        report, listed = self._report, self._description.resources
        for name in sorted(listed.keys() - self._package.entries.keys()):
            report.add("package-missing", None, f"{name}, which {NAME} lists", "no such file")
        if self._description.values:
            for name in sorted(self._rest - listed.keys()):
                found = "a file that is not listed"
                report.add("package-unlisted", name, f"only what {NAME} lists", found)
        for folder, ending in (("archive", WARC_ENDINGS), ("indexes", ""), ("pages", ".jsonl")):
            if any(name.endswith(ending) for name in self._in(folder)):
                continue
            if folder == "pages" and not report.is_ours:  # py-wacz leaves them out
                advice = "readers have nothing to choose from, but open addresses"
                report.add("not-checked", None, "pages/pages.jsonl", "none", advice)
            else:
                report.add("package-missing", None, f"files in {folder}/", "none")

    def _in(self, folder: str) -> list[str]:
        return sorted(name for name in self._package.entries if name.startswith(f"{folder}/"))

    def _check_warcs(self) -> None:
        for name in self._in("archive"):
            if name.endswith(WARC_ENDINGS):
                self._check_is_stored(name)
                with self._on_disk(name) as path:
                    if path is not None:
                        self._records.add_file(path, name)
                    else:
                        self._records.add_unread(name)
        self._records.check_relations()

    def _check_indexes(self) -> None:
        names = self._in("indexes")
        blocks: dict[str, list[Block]] = {}
        for name in names:
            if name.endswith(".idx"):
                with self._on_disk(name) as path:
                    if path is not None:
                        blocks |= self._index.read_blocks(path, name)
        for name in names:
            if not name.endswith(GZIP_ENDINGS + PLAIN_ENDINGS):
                continue
            self._check_is_stored(name)
            listed = blocks.pop(name.rpartition("/")[2], None)
            with self._on_disk(name) as path:
                if path is not None:
                    self._index.add(path, name, listed)
                else:
                    self._index.add_unread()
        for name in blocks:
            expected = f"indexes/{name}, of which index.idx lists blocks"
            self._report.add("package-missing", None, expected, "no such file")
        self._index.finish()

    def _check_pages(self) -> None:
        for name in self._in("pages"):
            if name.endswith(".jsonl"):
                with self._on_disk(name) as path:
                    if path is not None and self._index.is_whole:
                        check_pages(self._report, self._records, path, name)

    def _check_is_stored(self, name: str) -> None:
        if name.endswith(_PACKED) and (
            self._package.entries[name].compress_type != zipfile.ZIP_STORED
        ):
            expected = "a file that is stored: readers fetch single records from it"
            self._report.add("package-structure", name, expected, "one that is deflated")

    @contextmanager
    def _on_disk(self, name: str) -> Iterator[Path | None]:
        """The file's bytes under its own last name; None if they cannot be read, which is told."""
        directory = self._records.directory / "file"
        directory.mkdir()
        path = directory / (name.rpartition("/")[2].encode()[:200].decode("utf-8", "ignore"))
        try:
            require_space(directory, self._package.entries[name].file_size)
            with path.open("wb") as file:
                is_whole = self._read(name, file.write)
            yield path if is_whole else None
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _read(self, name: str, write: Callable[[bytes], object] = lambda _data: None) -> bool:
        """Hash a file, whose turn it is only once; False if it cannot be unpacked."""
        self._rest.discard(name)
        report, resource = self._report, self._description.resources.get(name)
        hasher = resource.hasher() if resource is not None else None
        size = 0
        try:
            for piece in self._package.pieces(name):
                size += len(piece)
                if hasher is not None:
                    hasher.update(piece)
                write(piece)
        except EntryError as exc:
            report.add("package-damaged", name, "a file that can be unpacked", str(exc))
            if not isinstance(exc, ChecksumError):
                return False
        if resource is None:
            return True
        if resource.bytes is not None and resource.bytes != size:
            report.add("package-altered", name, f"{resource.bytes} bytes", f"{size} bytes")
        if hasher is not None and resource.hash is not None:
            compare_hash(report, name, resource.hash, hasher)
        elif resource.hash is not None:
            advice = "another tool may know the algorithm"
            report.add("not-checked", name, "a digest", resource.hash.partition(":")[0], advice)
        return True
