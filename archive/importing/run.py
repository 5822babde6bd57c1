"""Imports of files, one after the other: copied, journalled, indexed, verified, listed, named.

Until it is listed a file is called ``….importing``; whatever goes wrong before, nothing is left.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal

from archive.errors import WarcWriteError, write_error
from archive.home.cdxj import write_cdxj
from archive.home.imported_records import SharedMemberError, Unreadable, imported_records
from archive.home.imports import Provenance, name_file, partial_of, undo_import
from archive.home.layout import OPEN_SUFFIX, Layout, create_file, fsync_directory
from archive.home.manifest import known_files
from archive.home.manifest_writer import ManifestWriter
from archive.home.revisits import DedupeIndex
from archive.home.salvage import salvage_layout
from archive.home.space import FreeSpace
from archive.home.sums import FileSums, RunningSum, sha256_of
from archive.home.warc_file import FileOperations
from archive.importing.source import RefusedError, open_source, shown
from archive.verify import FileReport, Finding, Target, verify_file

_READ_BYTES = 1 << 20
_OF_OURS = ("journal-", "cdxj-", "record-missing", "record-moved", "record-doubled")
"""Kinds of findings in journal and index, which were made a moment ago."""


@dataclass(slots=True)
class FileImport:
    """What became of one file."""

    source: Path
    name: str
    """In the home; of one that is there already, as it is called there."""

    state: Literal["imported", "already", "refused"] = "refused"
    reason: str | None = None
    """Why it was refused, or where it is already."""

    is_damaged: bool = False
    """Refused, or taken all the same, for what verify found."""

    size: int = 0
    sha256: str = ""
    records: int = 0
    captures: int = 0
    """Lines of its index."""

    unreadable: int = 0
    """Places that hold no record that can be read."""

    findings: list[Finding] = field(default_factory=list)
    """What verify found, at the bytes of the source."""


@contextlib.contextmanager
def import_files(
    home: Path,
    *,
    software: str,
    min_free_bytes: int,
    allow_damaged: bool = False,
    fsync: Callable[[int], None] = os.fsync,
    write: Callable[[int, memoryview], int] = os.write,
) -> Iterator[ImportRun]:
    """Hold the archive as long as the block lasts, and bring files into it.

    :param software: which khobao this is, for the manifest.
    :param allow_damaged: take files that verify finds fault with: what is readable is indexed.
    :raises ArchiveLockedError: a crawl writes to this home.
    :raises WarcWriteError: the disk refuses.
    """
    layout = Layout(home)
    with layout.hold(), contextlib.closing(DedupeIndex(layout)) as dedupe:
        manifests = ManifestWriter(layout, fsync=fsync)
        salvage_layout(layout, dedupe, manifests, fsync=fsync)
        space = FreeSpace(layout.warc, min_free_bytes)
        ops = FileOperations(fsync, write, space.spend)
        yield ImportRun(layout, manifests, space, ops, software, allow_damaged=allow_damaged)
        dedupe.catch_up()


class ImportRun:
    """Takes one file after the other; what is refused hinders none of the others."""

    def __init__(
        self,
        layout: Layout,
        manifests: ManifestWriter,
        space: FreeSpace,
        ops: FileOperations,
        software: str,
        *,
        allow_damaged: bool,
    ) -> None:
        self._layout, self._manifests = layout, manifests
        self._space, self._ops = space, ops
        self._software, self._allow_damaged = software, allow_damaged
        self._listed = {name: entry.sha256 for name, entry in known_files(layout).items()}

    @property
    def manifest_problem(self) -> str | None:
        """What is wrong with the chain of manifests: files are listed beside it then."""
        return self._manifests.problem

    def take(self, source: Path) -> FileImport:
        """Import *source*, or say why not.

        :raises NoSpaceError: it does not fit; nothing is left of it.
        :raises ArchiveError: the home cannot be written, or its manifests are damaged.
        """
        result = FileImport(source, source.name)
        try:
            with open_source(source) as file:
                self._take(file, result)
        except RefusedError as exc:
            result.state, result.reason, result.is_damaged = "refused", str(exc), exc.is_damaged
        return result

    def _take(self, file: BinaryIO, result: FileImport) -> None:
        try:
            if not self._is_there(file, result):
                self._space.check(os.fstat(file.fileno()).st_size)
                file.seek(0)
                self._import(file, result)
        except OSError as exc:
            raise write_error(self._layout.warc / result.name, exc) from exc

    # -- what is there already --------------------------------------------------------------------

    def _is_there(self, file: BinaryIO, result: FileImport) -> bool:
        """:raises RefusedError: the name is taken."""
        layout, name = self._layout, result.name
        path = layout.warc / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise RefusedError(f"{path} is there already, and is no file: look who made it")
        if path.exists():
            self._compare(file, path, result)
            return True
        if name in self._listed:
            raise RefusedError(
                f"a manifest lists a file {name}, which is gone: restore that one"
                " (`khobao archive fixity run` does, if there is a copy)"
            )
        beside = (layout.warc / (name + OPEN_SUFFIX), layout.journal(name), layout.cdxj(name))
        for taken in beside:
            if os.path.lexists(taken):
                advice = "import a copy of the file that has another name"
                raise RefusedError(f"{taken} is there already, of another file: {advice}")
        return False

    def _compare(self, file: BinaryIO, path: Path, result: FileImport) -> None:
        size, sha256 = _sum_of(file)
        there = sha256_of(path)
        if there != (size, sha256) and self._listed.get(result.name) == sha256:
            raise RefusedError(
                f"the manifest lists just this file, but {path} is another one by now: see"
                " `khobao archive verify`; `khobao archive fixity run` repairs it from a copy",
                is_damaged=True,
            )
        if there != (size, sha256):
            raise RefusedError(
                f"another file of this name is there already ({there[0]} bytes, SHA-256"
                f" {there[1]}; this one has {size} bytes, {sha256}): nothing is overwritten;"
                " import a copy of it that has another name"
            )
        if result.name not in self._listed:
            raise RefusedError(
                f"it lies in {path.parent} already, and no manifest lists it: move it elsewhere,"
                " and import it from there"
            )
        result.size, result.sha256, result.state = size, sha256, "already"
        result.reason = f"it is here already, as {path}"

    # -- the import -------------------------------------------------------------------------------

    def _import(self, file: BinaryIO, result: FileImport) -> None:
        layout, name = self._layout, result.name
        try:
            self._copy(file, result)
            if self._is_there_by_another_name(result):
                return
            sums = self._describe(result)
            self._verify(result)
        except BaseException as exc:
            with contextlib.suppress(OSError):
                undo_import(layout, name, self._ops.fsync)
            if isinstance(exc, SharedMemberError):
                raise RefusedError(_shared_member(result.source)) from exc
            raise
        faults = _faults(result.findings)
        source = shown(result.source.absolute())
        provenance = Provenance(source, self._software, result.records, dict(faults))
        # From here on it counts: what a crash leaves is finished by whoever writes next.
        self._manifests.append(name, sums, imported=provenance.as_json())
        name_file(layout, name, self._ops.fsync)
        self._listed[name] = result.sha256
        result.state, result.is_damaged = "imported", bool(faults)

    def _copy(self, file: BinaryIO, result: FileImport) -> None:
        before = os.fstat(file.fileno())
        running = RunningSum()
        with create_file(self._layout.importing(result.name)) as copy:
            while data := _read(file):
                self._ops.spend(len(data))
                view = memoryview(data)
                while view:
                    view = view[self._ops.write(copy.fileno(), view) :]
                running.update(data)
            self._ops.fsync(copy.fileno())
        fsync_directory(self._layout.warc, self._ops.fsync)
        after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise RefusedError("it was changed while it was copied: import it when it is complete")
        result.size, result.sha256 = running.size, running.hexdigest()

    def _is_there_by_another_name(self, result: FileImport) -> bool:
        for name, sha256 in self._listed.items():
            if sha256 == result.sha256 and (self._layout.warc / name).is_file():
                undo_import(self._layout, result.name, self._ops.fsync)
                result.state, result.name = "already", name
                result.reason = f"it is here already, as {self._layout.warc / name}"
                return True
        return False

    def _describe(self, result: FileImport) -> FileSums:
        """Journal and index of the copy, durable.

        :raises RefusedError: there is no record that can be read.
        :raises SharedMemberError: there are several in one gzip member.
        """
        layout, name, fsync = self._layout, result.name, self._ops.fsync
        journal, running = layout.journal(name), RunningSum()
        with create_file(partial_of(journal)) as file:
            for entry in imported_records(layout.importing(name)):
                if isinstance(entry, Unreadable):
                    result.unreadable += 1
                    continue
                line = entry.to_line()
                self._ops.spend(len(line))
                file.write(line)
                running.update(line)
                result.records += 1
                result.captures += entry.urlkey is not None
            file.flush()
            fsync(file.fileno())
        partial_of(journal).rename(journal)
        write_cdxj(journal, name, layout.cdxj(name), fsync=fsync)
        for directory in (layout.index, layout.warc):
            fsync_directory(directory, fsync)
        return FileSums(result.size, result.sha256, running.size, running.hexdigest())

    def _verify(self, result: FileImport) -> None:
        """The copy as it lies on the disk, with journal and index.

        :raises RefusedError: it is damaged, and that was not allowed.
        :raises WarcWriteError: it is not what was written.
        """
        layout, name = self._layout, result.name
        path = layout.importing(name)
        target = Target(path, "closed", layout.journal(name), layout.cdxj(name), imported={})
        report = verify_file(target)
        if (report.size, report.sha256) != (result.size, result.sha256):
            raise WarcWriteError(path, "the disk gave back other bytes than were written")
        result.findings = [_at_source(finding, result.source) for finding in report.findings]
        self._judge(report, result)

    def _judge(self, report: FileReport, result: FileImport) -> None:
        faults = sum(_faults(report.findings).values())
        if not result.records:
            raise RefusedError("no record of it can be read", is_damaged=True)
        if any(finding.kind.startswith(_OF_OURS) for finding in report.findings):
            # What lies behind the damage can be read in more ways than one.
            raise RefusedError(
                "it is so damaged that no index of it would be certain: let another tool put it in"
                f" order first, such as `warcio recompress {result.name} NEW.warc.gz`",
                is_damaged=True,
            )
        if faults and not self._allow_damaged:
            raise RefusedError(
                f"verify finds {faults} fault{'s' * (faults != 1)} in it: get it again from where"
                " it came from, or add --damaged to take it as it is",
                is_damaged=True,
            )


def _faults(findings: list[Finding]) -> Counter[str]:
    """How many of each kind, in the order of their names."""
    faults: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda finding: finding.kind):
        if not finding.is_note:
            faults[finding.kind] += finding.count
    return faults


def _at_source(finding: Finding, source: Path) -> Finding:
    return replace(finding, path=shown(source)) if finding.path.endswith(".importing") else finding


def _sum_of(file: BinaryIO) -> tuple[int, str]:
    running = RunningSum()
    while data := _read(file):
        running.update(data)
    return running.size, running.hexdigest()


def _read(file: BinaryIO) -> bytes:
    """:raises RefusedError: the source cannot be read."""
    try:
        return file.read(_READ_BYTES)
    except OSError as exc:
        raise RefusedError(f"it cannot be read: {exc.strerror or exc}") from exc


def _shared_member(source: Path) -> str:
    made = f"{source.name.removesuffix('.warc.gz')}-records.warc.gz"
    return (
        "several of its records lie in one gzip member, so that no index can say where one begins:"
        f" import what `warcio recompress {source.name} {made}` makes of it, and keep the original"
    )
